import { createRequire } from 'node:module';
import type { ErrorObject } from 'ajv';
import { ConfigError, type SettingProblem } from './config-error.js';

// Both packages are CommonJS whose type declarations do not describe their named exports to ESM.
const require = createRequire(import.meta.url);
const { Ajv2020 } = require('ajv/dist/2020.js') as typeof import('ajv/dist/2020.js');
const addFormats = require('ajv-formats') as typeof import('ajv-formats').default;

type Schema = Readonly<Record<string, unknown>>;

/**
 * Reads the settings that `schema` names out of `env`, once, at boot.
 *
 * `schema` is a JSON Schema (2020-12) of an object whose properties are environment variables. Texts become
 * the type that a property asks for; a list is written with commas; an empty variable counts as unset;
 * defaults are filled in; what the schema does not name is ignored. A property's `description` is shown to
 * whoever must set it.
 *
 * @throws ConfigError that lists every missing or wrong setting, and no value
 */
export function readConfig<Settings>(
  schema: Schema,
  env: Readonly<Record<string, string | undefined>>,
): Settings {
  const ajv = new Ajv2020({
    strict: true,
    strictTypes: false,
    strictRequired: false,
    allErrors: true,
    coerceTypes: true,
    useDefaults: true,
  });
  addFormats(ajv);
  const validate = ajv.compile<Settings>(schema);
  const settings: unknown = pick(propertiesOf(schema), env);
  // Once to convert texts and fill in defaults, and once more to judge the result: ajv looks at `if` before it
  // has done either.
  validate(settings);
  if (validate(settings)) return settings;
  throw new ConfigError(problemsOf(validate.errors ?? [], propertiesOf(schema)));
}

function pick(
  properties: Readonly<Record<string, Schema>>,
  env: Readonly<Record<string, string | undefined>>,
): Record<string, unknown> {
  const settings: Record<string, unknown> = {};
  for (const [name, property] of Object.entries(properties)) {
    const text = env[name]?.trim();
    // Compose files and Helm charts pass on unset variables as empty ones.
    if (text === undefined || text === '') continue;
    settings[name] = property['type'] === 'array' ? listOf(text) : text;
  }
  return settings;
}

const listOf = (text: string): string[] =>
  text
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== '');

function propertiesOf(schema: Schema): Readonly<Record<string, Schema>> {
  const { properties } = schema;
  return isSchemas(properties) ? properties : {};
}

const isSchemas = (value: unknown): value is Readonly<Record<string, Schema>> =>
  typeof value === 'object' && value !== null;

function problemsOf(
  errors: readonly ErrorObject[],
  properties: Readonly<Record<string, Schema>>,
): SettingProblem[] {
  const first = new Map<string, SettingProblem>();
  for (const error of errors) {
    const setting = settingOf(error);
    if (first.has(setting)) continue;
    first.set(setting, { setting, message: sentence(error, properties[setting]) });
  }
  // `if` and its like only repeat what their branches say of a setting by name.
  if (first.size > 1) first.delete(NAMELESS);
  return [...first.values()];
}

/** For a rule about several settings together that fails without naming one. */
const NAMELESS = 'The settings together';

function settingOf(error: ErrorObject): string {
  const missing: unknown = error.params['missingProperty'];
  if (typeof missing === 'string') return missing;
  return error.instancePath.split('/')[1] ?? NAMELESS;
}

function sentence(error: ErrorObject, property: Schema | undefined): string {
  const description = property?.['description'];
  const meaning = typeof description === 'string' ? ` (${description.replace(/\.$/u, '')})` : '';
  return `${requirement(error)}${meaning}.`;
}

/** Built from the schema's own words alone, so that no value can slip in. */
function requirement({ keyword, params, message }: ErrorObject): string {
  switch (keyword) {
    case 'required':
    case 'dependentRequired':
      return 'is missing';
    case 'enum':
      return `must be one of ${(params['allowedValues'] as unknown[]).map(String).join(', ')}`;
    case 'const':
      return `must be ${String(params['allowedValue'])}`;
    case 'type':
      return `must be ${TYPES[String(params['type'])] ?? String(params['type'])}`;
    case 'format':
      return `must be a valid ${String(params['format'])}`;
    case 'pattern':
      return 'is not in the form that it must have';
    case 'minLength':
      return `must have at least ${String(params['limit'])} characters`;
    case 'minItems':
      return `must list at least ${String(params['limit'])}`;
    default:
      return message ?? 'is wrong';
  }
}

const TYPES: Readonly<Record<string, string>> = {
  integer: 'a whole number',
  number: 'a number',
  boolean: 'true or false',
};
