package concordat.bench;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.FileReader;
import java.io.IOException;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.util.Properties;
import java.util.concurrent.CountDownLatch;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.kstream.Consumed;
import org.apache.kafka.streams.kstream.KStream;
import org.apache.kafka.streams.kstream.Produced;

/**
 * Reads events, and writes to each recipient's topic what that recipient gets of them. Each event is parsed once.
 *
 * <p>Arguments: a file of Kafka Streams' settings, the input topic, and one to three output topics.
 */
public final class Project {
    private static final ObjectMapper JSON = new ObjectMapper();

    private static boolean said;

    private Project() {}

    public static void main(String[] args) throws IOException, InterruptedException {
        Properties settings = new Properties();
        try (Reader file = new FileReader(args[0])) {
            settings.load(file);
        }
        KafkaStreams streams = new KafkaStreams(topology(args), settings);
        CountDownLatch stopped = new CountDownLatch(1);
        Runtime.getRuntime().addShutdownHook(new Thread(() -> {
            streams.close();
            stopped.countDown();
        }));
        streams.start();
        stopped.await();
    }

    private static Topology topology(String[] args) {
        StreamsBuilder builder = new StreamsBuilder();
        KStream<byte[], JsonNode> events = builder
                .stream(args[1], Consumed.with(Serdes.ByteArray(), Serdes.ByteArray()))
                .mapValues(Project::parse);
        for (int at = 2; at < args.length; at += 1) {
            events.mapValues(Picks.ALL.get(at - 2)::apply)
                    .mapValues(Project::write)
                    .to(args[at], Produced.with(Serdes.ByteArray(), Serdes.ByteArray()));
        }
        return builder.build();
    }

    private static JsonNode parse(byte[] text) {
        if (!said) sayOnce();
        try {
            return JSON.readTree(text);
        } catch (IOException error) {
            throw new UncheckedIOException(error);
        }
    }

    /** The clock of the benchmark begins. */
    private static synchronized void sayOnce() {
        if (!said) System.out.println("first input");
        said = true;
    }

    private static byte[] write(JsonNode value) {
        try {
            return JSON.writeValueAsBytes(value);
        } catch (JsonProcessingException error) {
            throw new UncheckedIOException(error);
        }
    }
}
