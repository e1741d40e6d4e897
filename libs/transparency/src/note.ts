import { createPublicKey, sign } from 'node:crypto';
import { decodeBase64 } from './base64.js';
import { NoteError } from './note-error.js';
import {
  isKeyName,
  keyIdOf,
  noteVerifier,
  rawPublicKey,
  type NoteSigner,
  type NoteVerifier,
} from './note-key.js';

/** One signature line of a note. */
export interface NoteSignature {
  readonly name: string;
  /** 8 lower-case hexadecimal digits. */
  readonly keyId: string;
  readonly signature: Uint8Array;
}

export interface OpenedNote {
  /** The text that was signed, with its final newline. */
  readonly text: string;
  /** Verified, one for each key. */
  readonly signatures: readonly NoteSignature[];
  /** By keys that are not among the verifiers: they say nothing. */
  readonly unknown: readonly NoteSignature[];
}

const DASH = '\u2014 ';
/** C2SP signed-note: at least 16 must be accepted, and some limit should be set. */
const MAX_SIGNATURES = 100;

/**
 * Signs a text: the note is the text, an empty line and one signature line (C2SP signed-note).
 *
 * @param text ends in a newline and holds no other control character
 * @throws NoteError `note-malformed` for another text, `note-key-malformed` for a key that is not Ed25519,
 *   `note-signature-wrong` when a callback returns what its public key does not verify
 */
export async function signNote(text: string, signer: NoteSigner): Promise<string> {
  requireText(text);
  return `${text}\n${await signatureLine(text, signer)}`;
}

/**
 * Adds a signature to a note that another has signed, as in key rotation. The signatures that it has are
 * kept and not checked.
 *
 * @throws NoteError as `signNote`
 */
export async function addSignature(note: string, signer: NoteSigner): Promise<string> {
  const { text } = splitNote(note);
  return `${note}${await signatureLine(text, signer)}`;
}

/**
 * Opens a note and verifies it. Every signature by a known key must verify, and there must be at least one.
 *
 * @param verifiers the keys to trust
 * @throws NoteError `note-malformed`, `note-signature-wrong` or `note-not-signed`
 */
export function openNote(note: string | Uint8Array, verifiers: readonly NoteVerifier[]): OpenedNote {
  const { text, lines } = splitNote(typeof note === 'string' ? note : decodeUtf8(note));
  const bytes = Buffer.from(text);
  const signatures = new Map<string, NoteSignature>();
  const unknown: NoteSignature[] = [];
  for (const line of lines) {
    const found = parseSignature(line);
    const verifier = verifiers.find(({ name, keyId }) => name === found.name && keyId === found.keyId);
    if (verifier === undefined) unknown.push(found);
    else if (verifier.verify(bytes, found.signature)) signatures.set(`${found.name}+${found.keyId}`, found);
    else
      throw new NoteError('note-signature-wrong', `The signature by ${found.name}+${found.keyId} is wrong`);
  }
  if (signatures.size === 0)
    throw new NoteError('note-not-signed', 'No key that is trusted here signed the note');
  return { text, signatures: [...signatures.values()], unknown };
}

async function signatureLine(text: string, signer: NoteSigner): Promise<string> {
  const publicKey = 'privateKey' in signer ? createPublicKey(signer.privateKey) : signer.publicKey;
  const keyId = keyIdOf(signer.name, rawPublicKey(publicKey));
  const bytes = Buffer.from(text);
  const signature = 'privateKey' in signer ? sign(null, bytes, signer.privateKey) : await signer.sign(bytes);
  // A signature that nobody can verify must not be published, least of all by a remote signer gone wrong.
  if (!noteVerifier(signer.name, publicKey).verify(bytes, signature)) {
    throw new NoteError(
      'note-signature-wrong',
      `The signer gave no valid signature by ${signer.name}+${keyId}`,
    );
  }
  const encoded = Buffer.concat([Buffer.from(keyId, 'hex'), signature]).toString('base64');
  return `${DASH}${signer.name} ${encoded}\n`;
}

function splitNote(note: string): { text: string; lines: string[] } {
  requireText(note);
  // The text may hold empty lines: the last one of the note is what separates the signatures.
  const end = note.lastIndexOf('\n\n');
  if (end < 0) throw malformed('there is no empty line between text and signatures');
  const lines = note.slice(end + 2, -1).split('\n');
  if (note.length === end + 2) throw malformed('there is no signature line');
  if (lines.length > MAX_SIGNATURES) throw malformed(`there are more than ${MAX_SIGNATURES} signatures`);
  return { text: note.slice(0, end + 1), lines };
}

function parseSignature(line: string): NoteSignature {
  const [name, encoded, ...rest] = line.startsWith(DASH) ? line.slice(DASH.length).split(' ') : [];
  if (name === undefined || encoded === undefined || rest.length > 0 || !isKeyName(name)) {
    throw malformed('a signature line is not a dash, a key name and a signature');
  }
  const bytes = decodeBase64(encoded);
  if (bytes === undefined || bytes.length < 5) throw malformed('a signature is not canonical base64');
  return { name, keyId: bytes.subarray(0, 4).toString('hex'), signature: bytes.subarray(4) };
}

function requireText(text: string): void {
  if (!text.isWellFormed()) throw malformed('it is not valid Unicode');
  if (!text.endsWith('\n')) throw malformed('it does not end in a newline');
  if (/[\u0000-\u0009\u000b-\u001f]/u.test(text)) throw malformed('it holds a control character');
}

function decodeUtf8(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw malformed('it is not valid UTF-8');
  }
}

const malformed = (why: string): NoteError =>
  new NoteError('note-malformed', `The note cannot be read: ${why}`);
