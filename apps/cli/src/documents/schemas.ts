import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Agreement } from '@concordat/agreement';
import { digestOf, type FindSchema, type JsonObject } from '@concordat/record';
import { BrokerClient } from '../client/broker-client.js';
import { readCredentials } from '../client/credentials.js';
import { RefusedError } from '../client/refused-error.js';
import { WrongUse } from '../terminal/exit-code.js';
import type { Terminal } from '../terminal/terminal.js';
import { readObject } from './read.js';

/** Where event schemas come from: files, or else the broker, if there are credentials. */
export interface SchemaOptions {
  readonly schemas?: string;
  readonly credentials?: string;
}

/** What `--schemas` and `--credentials` are for, in help. */
export const SCHEMAS_HELP = 'a folder of event schemas, or one of them; else the broker is asked';
export const CREDENTIALS_HELP = 'your credentials, to ask the broker for the event schemas';

/**
 * Finds the event schemas that agreements name by their digests. What cannot be found is told beside the answer:
 * without it less can be known.
 */
export async function findSchemas(
  terminal: Terminal,
  options: SchemaOptions,
  agreements: readonly Agreement[],
): Promise<FindSchema> {
  const wanted = new Set(agreements.flatMap(({ grants }) => grants.map(({ schema }) => schema as string)));
  const found = await source(terminal, options, wanted);
  const lacking = [...wanted].filter((digest) => !found.has(digest));
  if (lacking.length > 0)
    terminal.tell(
      `Without the event schemas ${lacking.join(', ')}, less can be checked. Give them with --schemas, or --credentials to ask the broker.\n`,
    );
  return (digest) => found.get(digest);
}

async function source(
  terminal: Terminal,
  { schemas, credentials }: SchemaOptions,
  wanted: ReadonlySet<string>,
): Promise<Map<string, JsonObject>> {
  if (schemas !== undefined) return fromFiles(terminal, schemas);
  if (credentials === undefined) return new Map();
  return fromBroker(new BrokerClient(readCredentials(credentials, terminal)), wanted);
}

function fromFiles(terminal: Terminal, path: string): Map<string, JsonObject> {
  const schemas = filesIn(path).map((file) => readObject(terminal, file));
  return new Map(schemas.map((schema) => [digestOf(schema), schema]));
}

function filesIn(path: string): string[] {
  try {
    if (!statSync(path).isDirectory()) return [path];
    return readdirSync(path, { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.json'))
      .map((name) => join(path, name));
  } catch (error) {
    throw new WrongUse(`${path} cannot be read: ${(error as Error).message}.`);
  }
}

async function fromBroker(
  client: BrokerClient,
  wanted: ReadonlySet<string>,
): Promise<Map<string, JsonObject>> {
  const found = new Map<string, JsonObject>();
  for (const digest of wanted) {
    try {
      found.set(digest, (await client.schema(digest)).schema);
    } catch (error) {
      if (!(error instanceof RefusedError && error.status === 404)) throw error;
    }
  }
  return found;
}
