import { randomBytes } from 'node:crypto';
import type { FrozenAgreement, Grant } from '@concordat/agreement';
import { compile, explain, type Explanation } from '@concordat/policy';
import { BrokerError, type Finding } from '@concordat/problem';
import { compileSchema, type CloudEvent, type Digest, type JsonObject } from '@concordat/record';
import { WrongUse } from '../terminal/exit-code.js';

/** What an agreement would give of one event, as if it were in force. */
export interface Trial {
  readonly trial: true;
  /** What is not real about it, in sentences. */
  readonly assumed: readonly string[];
  readonly agreement: { readonly id: string; readonly version: number; readonly digest: Digest };
  /** RFC 3339, UTC: when it would be decided. */
  readonly now: string;
  readonly eventType: string;
  /** Why the broker would not take the event from its publisher; empty when it would. */
  readonly refused: readonly Finding[];
  /** One for each grant that is about such events, in the agreement's order. */
  readonly explanations: readonly Explanation[];
}

/** What a trial is of. */
export interface TrialOf {
  readonly frozen: FrozenAgreement;
  readonly event: CloudEvent;
  /** The event schemas at hand, by their digests. */
  readonly schemas: ReadonlyMap<string, JsonObject>;
  /** Only this recipient. */
  readonly recipient?: string;
  /** RFC 3339, UTC. */
  readonly now: string;
}

const ASSUMED = [
  'This is a trial. Nothing was sent, and no broker was asked.',
  'It is as if everyone had signed, every party had joined, and nobody had stopped the agreement.',
  'It is as if the provider that each grant names had published the event.',
  'The secret is made up anew for each trial: stand-ins and ids differ from the real ones.',
] as const;

/** A grant that is about the event, with its place in the agreement and the schema that it names. */
interface Concerned {
  readonly grant: Grant;
  readonly index: number;
  readonly schema: JsonObject;
}

/**
 * Tries an agreement with one event.
 *
 * @throws WrongUse for a recipient whom the agreement does not name, or without the schema that a grant names;
 *   BrokerError `agreement-invalid` when a grant does not suit its schema
 */
export function tryOut({ frozen, event, schemas, recipient, now }: TrialOf): Trial {
  const { agreement, digest } = frozen;
  const recipients = [...new Set(agreement.grants.map((grant) => grant.recipient))];
  if (recipient !== undefined && !recipients.includes(recipient))
    throw new WrongUse(`The agreement gives nothing to ${recipient}. It names: ${recipients.join(', ')}.`);
  const concerned = agreement.grants.flatMap((grant, index): Concerned[] =>
    grant.event === event.type && (recipient ?? grant.recipient) === grant.recipient
      ? [{ grant, index, schema: schemaFor(grant, schemas) }]
      : [],
  );
  const programs = compileConcerned(frozen, concerned, schemas);
  // Of its own for each trial: with a secret that others know, a stand-in could be guessed back.
  const secret = randomBytes(32);
  return {
    trial: true,
    assumed: ASSUMED,
    agreement: { id: agreement.id, version: agreement.version, digest },
    now,
    eventType: event.type,
    refused: [...new Set(concerned.map(({ schema }) => schema))].flatMap((schema) =>
      compileSchema(schema, { all: true })(event.data),
    ),
    explanations: programs.map((program, position) => {
      const { schema } = concerned[position] as Concerned;
      return explain(program, event, { provider: program.provider, now, secret, schema });
    }),
  };
}

function schemaFor({ schema, event }: Grant, schemas: ReadonlyMap<string, JsonObject>): JsonObject {
  const found = schemas.get(schema);
  if (found === undefined)
    throw new WrongUse(
      `The agreement names the event schema ${schema} for ${event}, and no file has that digest. Add it with --schema.`,
    );
  return found;
}

/** Other grants may name schemas that are not at hand, so these are compiled alone. */
function compileConcerned(
  frozen: FrozenAgreement,
  concerned: readonly Concerned[],
  schemas: ReadonlyMap<string, JsonObject>,
) {
  const agreement = { ...frozen.agreement, grants: concerned.map(({ grant }) => grant) };
  const { programs, findings } = compile({ ...frozen, agreement }, (digest) => schemas.get(digest));
  if (programs !== undefined) return programs;
  const told = findings.map(({ path, message }) => ({
    path: path.replace(/^\/grants\/(\d+)/u, (_, at: string) => `/grants/${concerned[Number(at)]?.index}`),
    message,
  }));
  throw new BrokerError('agreement-invalid', 'The grants do not suit the event schemas that they name', told);
}
