/** For the tests: schemas, grants and events written down in a few words. */
import type { Json, JsonObject } from '@concordat/record';
import { compile } from '../program/compile.js';
import { EVENT_TYPE, exampleAgreement, type GrantPart } from '../program/example-program.js';
import type { Program } from '../program/program.js';

export const TEXT = { type: 'string' };
export const object = (properties: Record<string, JsonObject>): JsonObject => ({
  type: 'object',
  additionalProperties: false,
  properties,
});
export const list = (items: JsonObject): JsonObject => ({ type: 'array', items });

/** Fields and their forms; `clear` where none is said. */
export type Fields = readonly (string | readonly [string, GrantPart['fields'][number]['as']])[];

export function programFor(
  recipient: string,
  schema: JsonObject,
  fields: Fields,
  { agreement = 'deaths', rows }: { agreement?: string; rows?: GrantPart['rows'] } = {},
): Program {
  const part = {
    ...(rows && { rows }),
    fields: fields.map((field) =>
      typeof field === 'string' ? { field, as: 'clear' as const } : { field: field[0], as: field[1] },
    ),
  };
  const { programs, findings } = compile(exampleAgreement(part, schema, agreement), () => schema);
  if (programs === undefined) throw new Error(JSON.stringify(findings));
  return { ...(programs[0] as Program), recipient };
}

export const eventOf = (data: Json, more: Record<string, Json> = {}): JsonObject => ({
  specversion: '1.0',
  id: 'event-1',
  source: 'urn:register-office',
  type: EVENT_TYPE,
  ...more,
  data,
});

export const bytesOf = (event: Json): Buffer => Buffer.from(JSON.stringify(event));
