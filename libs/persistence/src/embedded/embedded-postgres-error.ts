/** What went wrong, for programs; the message says it, and what to do next, for people. */
export type EmbeddedPostgresFailure =
  | 'unsupported-platform'
  | 'already-running'
  | 'port-in-use'
  | 'wrong-version'
  | 'password-missing'
  | 'disk-full'
  | 'unwritable'
  | 'failed';

/** The embedded server could not be started or stopped. The message says what to do next. */
export class EmbeddedPostgresError extends Error {
  override readonly name = 'EmbeddedPostgresError';
  readonly code: EmbeddedPostgresFailure;

  constructor(code: EmbeddedPostgresFailure, message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.code = code;
  }
}

/** Turns an error of the file system about `path` into one that says what to do. */
export function fileSystemError(error: unknown, path: string): EmbeddedPostgresError {
  if (error instanceof EmbeddedPostgresError) return error;
  const code = errorCode(error);
  if (code === 'ENOSPC' || code === 'EDQUOT') {
    return new EmbeddedPostgresError(
      'disk-full',
      `There is no space left for the database in ${path}. Free some space, or pass a data folder on another disk.`,
      error,
    );
  }
  return new EmbeddedPostgresError(
    'unwritable',
    `The database cannot use the folder ${path} (${code ?? String(error)}). Make it writable for the user that runs the broker, or pass another data folder.`,
    error,
  );
}

/** The `code` of an error of Node's, such as `ENOENT`; undefined if it has none. */
export function errorCode(error: unknown): string | undefined {
  if (!(error instanceof Error) || !('code' in error)) return undefined;
  return typeof error.code === 'string' ? error.code : undefined;
}
