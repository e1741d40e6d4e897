import {
  toPublicJwk,
  type AgreementToVerify,
  type DetachedSignature,
  type EndorsedKey,
} from '@concordat/agreement';
import { compileSchema, type Json, type JsonObject } from '@concordat/record';
import { WrongUse } from '../terminal/exit-code.js';
import type { Terminal } from '../terminal/terminal.js';
import { nameOf, readJson } from './read.js';

/** All that is kept of one agreement, as it came: nothing of it has been checked. */
export interface Bundle extends AgreementToVerify {
  /** The parties' keys, by the word of whoever made the bundle. */
  readonly keys: readonly EndorsedKey[];
}

const text = { type: 'string' };
const signature = {
  type: 'object',
  required: ['protected', 'signature'],
  properties: { protected: text, signature: text },
};
const signed = { type: 'object', required: ['text', 'signature'], properties: { text, signature } };
const key = {
  type: 'object',
  required: ['agency', 'use', 'role', 'kid', 'jwk', 'validFrom'],
  properties: {
    agency: text,
    use: { enum: ['signing', 'authentication'] },
    role: text,
    kid: text,
    jwk: { type: 'object' },
    endorsement: signature,
    ...Object.fromEntries(
      ['validFrom', 'validUntil', 'revokedAt', 'compromisedSince'].map((name) => [
        name,
        { type: 'string', format: 'date-time' },
      ]),
    ),
  },
};
const version = {
  type: 'object',
  required: ['version', 'text', 'signatures'],
  properties: { version: { type: 'integer' }, text, signatures: { type: 'array', items: signature } },
};

const validateBundle = compileSchema({
  type: 'object',
  required: ['id', 'versions', 'notices', 'keys'],
  properties: {
    id: text,
    versions: { type: 'array', minItems: 1, items: version },
    notices: { type: 'array', items: signed },
    keys: { type: 'array', items: key },
  },
});
const validateKeys = compileSchema({ type: 'array', items: key });
const validateSignatures = compileSchema({ type: 'array', items: signature });
const validateNotices = compileSchema({ type: 'array', items: signed });

/** Whether a value is meant to be a bundle, and no agreement. */
export const isBundle = (value: Json): boolean =>
  value !== null && typeof value === 'object' && 'versions' in value;

/** Takes a JSON value for a bundle, as far as its form goes. @throws WrongUse */
export function toBundle(value: Json, file: string): Bundle {
  requireForm(validateBundle(value), file, 'a bundle, as "agreement fetch" writes it');
  const bundle = value as unknown as Bundle;
  requireKeys(bundle.keys, file);
  return bundle;
}

/** Reads keys: a list of them, or what "keys list --json" prints. @throws WrongUse */
export function readKeys(terminal: Terminal, files: readonly string[]): EndorsedKey[] {
  return files.flatMap((file) => {
    const value = readJson(terminal, file);
    const list = (isObject(value) ? (value['keys'] ?? null) : value) as unknown as EndorsedKey[];
    requireForm(
      validateKeys(list as unknown as Json),
      file,
      'a list of keys, as "keys list --json" prints it',
    );
    requireKeys(list, file);
    return list;
  });
}

/** Reads signatures: one in a file, or a list. @throws WrongUse */
export const readSignatures = (terminal: Terminal, files: readonly string[]): DetachedSignature[] =>
  readLists(terminal, files, validateSignatures, 'a signature, as "agreement sign" prints it');

/** Reads signed notices: one in a file, or a list. @throws WrongUse */
export const readNotices = (terminal: Terminal, files: readonly string[]): AgreementToVerify['notices'] =>
  readLists(terminal, files, validateNotices, 'a signed notice, as "agreement notice" prints it');

function readLists<T>(
  terminal: Terminal,
  files: readonly string[],
  validate: typeof validateKeys,
  what: string,
): T[] {
  return files.flatMap((file) => {
    const value = readJson(terminal, file);
    const list = Array.isArray(value) ? value : [value];
    requireForm(validate(list), file, what);
    return list as unknown as T[];
  });
}

function requireForm(findings: ReturnType<typeof validateKeys>, file: string, what: string): void {
  const [first] = findings;
  if (first !== undefined)
    throw new WrongUse(`${nameOf(file)} does not hold ${what}: ${first.path} ${first.message}.`);
}

/** Keys that cannot be public keys of ours are not worth a verdict. */
function requireKeys(keys: readonly EndorsedKey[], file: string): void {
  for (const { jwk, kid } of keys) {
    try {
      toPublicJwk(jwk);
    } catch (error) {
      throw new WrongUse(`${nameOf(file)} holds a key that cannot be: ${kid}: ${(error as Error).message}.`);
    }
  }
}

const isObject = (value: Json): value is JsonObject =>
  value !== null && typeof value === 'object' && !Array.isArray(value);
