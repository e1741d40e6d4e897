import type { Agreement, FrozenAgreement, Grant } from '@concordat/agreement';
import {
  canonicalise,
  digestOf,
  digestOfText,
  type CloudEvent,
  type Json,
  type JsonObject,
} from '@concordat/record';
import { compile, type Compiled } from './compile.js';
import type { DecisionContext } from '../interpreter/decide.js';
import type { Program } from './program.js';

/** For the tests: a grant's rows and fields, the reasons left out. */
export interface GrantPart {
  readonly rows?: Grant['rows'];
  readonly fields: readonly { readonly field: string; readonly as: Grant['fields'][number]['as'] }[];
}

export const EVENT_TYPE = 'death.registered';

export const context: DecisionContext = {
  provider: 'register-office',
  now: '2026-06-01T12:00:00Z',
  secret: Buffer.alloc(32, 7),
};

/** An agreement with one grant over one schema; nothing else in it matters to a decision. */
export function exampleAgreement(
  { rows, fields }: GrantPart,
  schema: JsonObject,
  id = 'deaths',
): FrozenAgreement {
  const grant: Grant = {
    id: 'all',
    provider: 'register-office',
    recipient: 'pensions',
    event: EVENT_TYPE,
    schema: digestOf(schema),
    ...(rows && { rows }),
    fields: fields.map((field) => ({ ...field, because: 'It is needed' })),
  };
  const agreement = {
    dsa: '1.0',
    id,
    version: 1,
    purpose: { description: 'To stop payments' },
    legal: { powers: [{ act: 'An Act', section: 'section 1' }] },
    term: { from: '2026-04-01', reviewBy: '2027-04-01', until: '2029-03-31' },
    grants: [grant],
  };
  const text = canonicalise(agreement as unknown as Json);
  return { agreement: agreement as unknown as Agreement, text, digest: digestOfText(text) };
}

export const compileGrant = (grant: GrantPart, schema: JsonObject): Compiled =>
  compile(exampleAgreement(grant, schema), (digest) => (digest === digestOf(schema) ? schema : undefined));

/** The program of a grant that compiles. */
export function programOf(grant: GrantPart, schema: JsonObject): Program {
  const { programs, findings } = compileGrant(grant, schema);
  const [program] = programs ?? [];
  if (program === undefined) throw new TypeError(`The grant does not compile: ${JSON.stringify(findings)}`);
  return program;
}

export const eventOf = (data: JsonObject, attributes: JsonObject = {}): CloudEvent => ({
  specversion: '1.0',
  id: 'event-1',
  source: 'urn:register-office',
  type: EVENT_TYPE,
  ...attributes,
  data,
});
