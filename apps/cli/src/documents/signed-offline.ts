import type { DetachedSignature, VersionReference } from '@concordat/agreement';
import { compileSchema, type JsonObject } from '@concordat/record';
import { WrongUse } from '../terminal/exit-code.js';
import { nameOf } from './read.js';

/** A signature with what it is a signature of, as "agreement sign" prints it. */
export interface OfflineSignature extends DetachedSignature {
  readonly agreement: VersionReference;
}

/** A notice with its signature, as "agreement notice" prints it. */
export interface SignedNotice {
  /** Canonical text. */
  readonly text: string;
  readonly signature: DetachedSignature;
}

const text = { type: 'string' };
const signature = {
  type: 'object',
  required: ['protected', 'signature'],
  properties: { protected: text, signature: text },
};

const isNotice = compileSchema({
  type: 'object',
  required: ['text', 'signature'],
  properties: { text, signature },
});

const isSignature = compileSchema({
  type: 'object',
  required: ['agreement', 'protected', 'signature'],
  properties: {
    protected: text,
    signature: text,
    agreement: {
      type: 'object',
      required: ['id', 'version', 'digest'],
      properties: { id: text, version: { type: 'integer' }, digest: text },
    },
  },
});

/** Whether a value is meant to be a notice, and no signature of an agreement. */
export const isSignedNotice = (value: JsonObject): boolean => 'text' in value;

/** @throws WrongUse */
export function toSignedNotice(value: JsonObject, file: string): SignedNotice {
  requireForm(isNotice(value), file, 'a notice, as "agreement notice" prints it');
  const { text: signed, signature: by } = value as unknown as SignedNotice;
  return { text: signed, signature: { protected: by.protected, signature: by.signature } };
}

/** @throws WrongUse */
export function toOfflineSignature(value: JsonObject, file: string): OfflineSignature {
  requireForm(isSignature(value), file, 'a signature, as "agreement sign" prints it');
  const { agreement, protected: header, signature: by } = value as unknown as OfflineSignature;
  return { agreement, protected: header, signature: by };
}

function requireForm(findings: ReturnType<typeof isNotice>, file: string, what: string): void {
  const [first] = findings;
  if (first !== undefined)
    throw new WrongUse(`${nameOf(file)} does not hold ${what}: ${first.path} ${first.message}.`);
}
