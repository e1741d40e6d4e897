package concordat.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.function.Function;

/**
 * What each recipient gets of an event, written by hand: the same fields as the agreements of
 * bench/support/domain.ts give. The suite compares what comes of both.
 */
final class Picks {
    /** In the order of the output topics. */
    static final List<Function<JsonNode, JsonNode>> ALL =
            List.of(Picks::pensions, Picks::driverLicensing, Picks::healthStatistics);

    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

    private Picks() {}

    private static JsonNode pensions(JsonNode event) {
        JsonNode data = event.get("data");
        ObjectNode picked = JSON.objectNode();
        copy(data, picked, "reference");
        picked.set("person", some(data.get("person"), "given", "family", "dateOfBirth", "nationalInsuranceNumber"));
        picked.set("to", some(data.get("to"), "lines", "postcode"));
        return disclosure(event, picked);
    }

    private static JsonNode driverLicensing(JsonNode event) {
        JsonNode data = event.get("data");
        ObjectNode picked = JSON.objectNode();
        copy(data, picked, "reference");
        picked.set("person", some(data.get("person"), "given", "family", "dateOfBirth"));
        picked.set("from", some(data.get("from"), "postcode"));
        picked.set("to", some(data.get("to"), "lines", "postcode"));
        return disclosure(event, picked);
    }

    private static JsonNode healthStatistics(JsonNode event) {
        JsonNode data = event.get("data");
        ObjectNode picked = JSON.objectNode();
        picked.set("person", some(data.get("person"), "dateOfBirth", "nhsNumber"));
        picked.set("from", some(data.get("from"), "postcode"));
        picked.set("to", some(data.get("to"), "postcode"));
        copy(data, picked, "moved");
        copy(data, picked, "household");
        return disclosure(event, picked);
    }

    private static ObjectNode disclosure(JsonNode event, ObjectNode data) {
        ObjectNode disclosed = some(event, "specversion", "id", "source", "type", "datacontenttype");
        disclosed.set("data", data);
        return disclosed;
    }

    private static ObjectNode some(JsonNode from, String... names) {
        ObjectNode to = JSON.objectNode();
        for (String name : names) copy(from, to, name);
        return to;
    }

    private static void copy(JsonNode from, ObjectNode to, String name) {
        JsonNode value = from == null ? null : from.get(name);
        if (value != null) to.set(name, value);
    }
}
