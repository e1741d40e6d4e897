import { createPrivateKey, createPublicKey, verify, type KeyObject } from 'node:crypto';
import { decodeBase64 } from './base64.js';
import { sha256 } from './hash.js';
import { NoteError } from './note-error.js';

/** C2SP signed-note, "Signature types": Ed25519 over the note's text. */
const ED25519 = 0x01;
const KEY_BYTES = 32;
/** RFC 8410 §7: what stands before the 32 bytes of an Ed25519 private key in PKCS #8. */
const PKCS8_PREFIX = Buffer.from('302e020100300506032b657004220420', 'hex');
const PRIVATE_PREFIX = 'PRIVATE+KEY+';

/** Checks the signatures of one key. */
export interface NoteVerifier {
  readonly name: string;
  /** The key's identifier: 8 lower-case hexadecimal digits. */
  readonly keyId: string;
  readonly verify: (text: Uint8Array, signature: Uint8Array) => boolean;
}

/**
 * Signs with one key: either a private key at hand, or a public key and a callback that has its private key
 * elsewhere (an HSM, a KMS) and returns the 64 bytes of an Ed25519 signature.
 */
export type NoteSigner =
  | { readonly name: string; readonly privateKey: KeyObject }
  | {
      readonly name: string;
      readonly publicKey: KeyObject;
      readonly sign: (text: Uint8Array) => Uint8Array | Promise<Uint8Array>;
    };

/**
 * The text form of a public key, `name+keyId+base64(0x01 || key)`, as auditors and witnesses configure it.
 *
 * @param publicKey an Ed25519 key; of a private key, its public half is written
 * @throws NoteError `note-key-malformed`
 */
export function formatVerifierKey(name: string, publicKey: KeyObject): string {
  const raw = rawPublicKey(publicKey);
  return `${name}+${keyIdOf(name, raw)}+${withType(raw).toString('base64')}`;
}

/**
 * Reads a public key in its text form.
 *
 * @throws NoteError `note-key-malformed`
 */
export function parseVerifierKey(text: string): NoteVerifier {
  const { name, keyId, key } = splitKey(text);
  if (keyIdOf(name, key) !== keyId) throw malformed('its identifier is not that of its key');
  return verifierOf(name, key);
}

/**
 * A verifier for a key object.
 *
 * @throws NoteError `note-key-malformed`
 */
export const noteVerifier = (name: string, publicKey: KeyObject): NoteVerifier =>
  verifierOf(name, rawPublicKey(publicKey));

/**
 * The text form of a private key, `PRIVATE+KEY+name+keyId+base64(0x01 || seed)`. Whoever reads it can sign.
 *
 * @throws NoteError `note-key-malformed`
 */
export function formatSignerKey(name: string, privateKey: KeyObject): string {
  const seed = privateKey.type === 'private' ? privateKey.export({ format: 'jwk' }).d : undefined;
  if (seed === undefined) throw malformed('it is not an Ed25519 private key');
  const keyId = keyIdOf(name, rawPublicKey(privateKey));
  return `${PRIVATE_PREFIX}${name}+${keyId}+${withType(Buffer.from(seed, 'base64url')).toString('base64')}`;
}

/**
 * Reads a private key in its text form.
 *
 * @throws NoteError `note-key-malformed`
 */
export function parseSignerKey(text: string): { readonly name: string; readonly privateKey: KeyObject } {
  if (!text.startsWith(PRIVATE_PREFIX)) throw malformed(`it does not start with ${PRIVATE_PREFIX}`);
  const { name, keyId, key } = splitKey(text.slice(PRIVATE_PREFIX.length));
  const der = Buffer.concat([PKCS8_PREFIX, key]);
  const privateKey = createPrivateKey({ key: der, format: 'der', type: 'pkcs8' });
  if (keyIdOf(name, rawPublicKey(privateKey)) !== keyId)
    throw malformed('its identifier is not that of its key');
  return { name, privateKey };
}

/** SHA-256(name || 0x0A || 0x01 || key), the first four bytes (C2SP signed-note). */
export function keyIdOf(name: string, rawKey: Uint8Array): string {
  if (!isKeyName(name)) throw malformed('its name is empty, or holds a space, a plus or a control character');
  return sha256(Buffer.concat([Buffer.from(`${name}\n`), withType(rawKey)]))
    .subarray(0, 4)
    .toString('hex');
}

/** A key name is not empty and holds neither Unicode spaces nor a plus (C2SP signed-note, "Format"). */
export const isKeyName = (name: string): boolean =>
  name.isWellFormed() && /^[^\p{White_Space}\p{Cc}+]+$/u.test(name);

/**
 * The 32 bytes of an Ed25519 public key (RFC 8032).
 *
 * @throws NoteError `note-key-malformed`
 */
export function rawPublicKey(key: KeyObject): Buffer {
  if (key.asymmetricKeyType !== 'ed25519') throw malformed('it is not an Ed25519 key');
  const publicKey = key.type === 'private' ? createPublicKey(key) : key;
  return Buffer.from(publicKey.export({ format: 'jwk' }).x as string, 'base64url');
}

function verifierOf(name: string, rawKey: Buffer): NoteVerifier {
  const jwk = { kty: 'OKP', crv: 'Ed25519', x: rawKey.toString('base64url') };
  const key = createPublicKey({ key: jwk, format: 'jwk' });
  return {
    name,
    keyId: keyIdOf(name, rawKey),
    verify: (text, signature) => verify(null, text, key, signature),
  };
}

/** The key's own base64 may hold a plus; the name and the identifier cannot. */
function splitKey(text: string): { name: string; keyId: string; key: Buffer } {
  const [, name, keyId, encoded] = /^([^+]+)\+([0-9a-f]{8})\+(.+)$/su.exec(text) ?? [];
  if (name === undefined || keyId === undefined || encoded === undefined) {
    throw malformed('it is not of the form name+identifier+key');
  }
  const bytes = decodeBase64(encoded);
  if (bytes === undefined) throw malformed('its last part is not canonical base64');
  if (bytes[0] !== ED25519) throw malformed('its signature type is not 0x01, Ed25519');
  if (bytes.length !== 1 + KEY_BYTES) throw malformed(`its key is not ${KEY_BYTES} bytes`);
  return { name, keyId, key: bytes.subarray(1) };
}

const withType = (key: Uint8Array): Buffer => Buffer.concat([Buffer.of(ED25519), key]);

const malformed = (why: string): NoteError =>
  new NoteError('note-key-malformed', `The note key cannot be used: ${why}`);
