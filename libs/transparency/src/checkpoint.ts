import { decodeBase64 } from './base64.js';
import { emptyRoot, HASH_BYTES, sameHash } from './hash.js';
import { NoteError } from './note-error.js';
import { type NoteVerifier } from './note-key.js';
import { openNote, type OpenedNote } from './note.js';

/** The head of a log at one size (C2SP tlog-checkpoint). */
export interface Checkpoint {
  /** Names the log, such as `ledger.example/concordat`. */
  readonly origin: string;
  /** Leaves. */
  readonly size: number;
  /** 32 bytes. */
  readonly root: Uint8Array;
  /** Further lines, opaque; C2SP advises against them. */
  readonly extensions?: readonly string[];
}

/**
 * The text of a checkpoint, ready for `signNote`.
 *
 * @throws NoteError `checkpoint-malformed`
 */
export function formatCheckpoint({ origin, size, root, extensions = [] }: Checkpoint): string {
  const lines = [origin, String(size), Buffer.from(root).toString('base64'), ...extensions];
  const text = lines.map((line) => `${line}\n`).join('');
  const read = parseCheckpoint(text);
  // A newline inside of the origin or of an extension would read back as another line.
  if (read.origin !== origin || read.extensions?.length !== extensions.length)
    throw malformed('a line is broken');
  return text;
}

/**
 * Reads the text of a checkpoint: of a note that has been opened, never of one that has not.
 *
 * @returns `extensions` is always present
 * @throws NoteError `checkpoint-malformed`
 */
export function parseCheckpoint(text: string): Checkpoint {
  if (!text.endsWith('\n')) throw malformed('it does not end in a newline');
  const lines = text.slice(0, -1).split('\n');
  if (lines.some((line) => line === '')) throw malformed('a line is empty');
  const [origin, digits, encoded, ...extensions] = lines;
  if (origin === undefined || digits === undefined || encoded === undefined)
    throw malformed('a line is missing');
  if (/[\u0000-\u001f]/u.test(text.replaceAll('\n', ''))) throw malformed('it holds a control character');

  const size = Number(digits);
  if (!/^(?:0|[1-9][0-9]*)$/u.test(digits) || !Number.isSafeInteger(size))
    throw malformed('its size is not a count');
  const root = decodeBase64(encoded);
  if (root?.length !== HASH_BYTES) throw malformed('its root is not 32 bytes in canonical base64');
  if (size === 0 && !sameHash(root, emptyRoot())) throw malformed('its root is not that of an empty tree');
  return { origin, size, root, extensions };
}

/**
 * Opens a signed checkpoint of one log.
 *
 * @param origin the log that is meant: one key may sign for several
 * @throws NoteError
 */
export function openCheckpoint(
  note: string | Uint8Array,
  { origin, verifiers }: { readonly origin: string; readonly verifiers: readonly NoteVerifier[] },
): { readonly checkpoint: Checkpoint; readonly note: OpenedNote } {
  const opened = openNote(note, verifiers);
  const checkpoint = parseCheckpoint(opened.text);
  if (checkpoint.origin !== origin) {
    throw new NoteError('checkpoint-of-another-log', 'The checkpoint is signed, but it is of another log');
  }
  return { checkpoint, note: opened };
}

const malformed = (why: string): NoteError =>
  new NoteError('checkpoint-malformed', `The checkpoint cannot be read: ${why}`);
