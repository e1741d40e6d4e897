import { createRequire } from 'node:module';
import type { ValidateFunction, ErrorObject } from 'ajv';
import type { Finding } from '@concordat/problem';
import { BrokerError } from '@concordat/problem';
import { linearRegExp } from './linear-regexp.js';
import type { Json, JsonObject } from './parse.js';

// Both packages are CommonJS whose type declarations do not describe their named exports to ESM.
const require = createRequire(import.meta.url);
const { Ajv2020 } = require('ajv/dist/2020.js') as typeof import('ajv/dist/2020.js');
const addFormats = require('ajv-formats') as typeof import('ajv-formats').default;

/** Says what is wrong with a value; an empty list means that it is valid. Never repeats a value. */
export type Validate = (value: Json) => readonly Finding[];

/** At most so many findings are told, so that a wrong batch does not make an endless answer. */
const MAX_FINDINGS = 20;

/**
 * Compiles a JSON Schema (2020-12) once. Unknown keywords and formats, references outside of the schema, and
 * a schema that is itself invalid are refused here, not when the first event comes.
 *
 * @param all tell everything that is wrong, and not only the first thing: for one's own documents, since a
 *   stranger's could be made to keep it busy
 * @throws BrokerError `schema-invalid`
 */
export function compileSchema(
  schema: JsonObject,
  { all = false }: { readonly all?: boolean } = {},
): Validate {
  const validate = compile(schema, all);
  return (value) => {
    if (validate(value)) return [];
    return (validate.errors ?? []).slice(0, MAX_FINDINGS).map(findingOf);
  };
}

function compile(schema: JsonObject, allErrors: boolean): ValidateFunction {
  // A validator of its own for each schema: an `$id` registered twice must not clash.
  // Own properties alone: every object has a `constructor` that it was not sent with.
  const ajv = new Ajv2020({
    strict: true,
    strictTypes: false,
    strictRequired: false,
    allErrors,
    ownProperties: true,
    code: { regExp: linearRegExp },
  });
  addFormats(ajv);
  // Not of JSON Schema. An `$async` schema answers with a promise, which would pass for "valid"; `nullable`
  // allows a null that other readers of the schema do not see.
  ajv.removeKeyword('$async').removeKeyword('nullable');
  try {
    return ajv.compile(schema);
  } catch (error) {
    throw new BrokerError('schema-invalid', `The schema cannot be used: ${(error as Error).message}`);
  }
}

function findingOf(error: ErrorObject): Finding {
  const named = error.params as { additionalProperty?: string; unevaluatedProperty?: string };
  const extra = named.additionalProperty ?? named.unevaluatedProperty;
  const message = error.message ?? `does not satisfy "${error.keyword}"`;
  return { path: error.instancePath, message: extra === undefined ? message : `${message}: "${extra}"` };
}
