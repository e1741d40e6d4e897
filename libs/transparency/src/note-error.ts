/** What can be wrong with a signed note, a checkpoint or a note key. */
export type NoteErrorCode =
  | 'note-malformed'
  | 'note-key-malformed'
  | 'note-signature-wrong'
  | 'note-not-signed'
  | 'checkpoint-malformed'
  | 'checkpoint-of-another-log';

/** Thrown by all that reads notes and checkpoints. Nothing of a note that throws may be trusted or shown. */
export class NoteError extends Error {
  readonly code: NoteErrorCode;

  constructor(code: NoteErrorCode, message: string) {
    super(message);
    this.name = 'NoteError';
    this.code = code;
  }
}
