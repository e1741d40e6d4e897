import { CommanderError } from 'commander';
import { BrokerError, type ProblemCode } from '@concordat/problem';
import { NoTokenError } from '../client/no-token-error.js';
import { UnreachableError } from '../client/reach.js';
import { RefusedError } from '../client/refused-error.js';

/** What a command's exit code says. Others script against it. */
export const EXIT = { well: 0, no: 1, wrongUse: 2, refused: 3, unreachable: 4 } as const;

export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/** Says with which code the command ends, when it has an answer and the answer is no. */
export type End = (exitCode: ExitCode) => void;

/** The exit codes, as the help tells them. */
export const EXIT_HELP = `
Exit codes:
  0  all is well
  1  the answer is no: a finding that is an error, a signature that does not hold, a version that widens
  2  wrong use, or a file that cannot be read
  3  the broker refused
  4  the broker cannot be reached, or cannot answer now`;

/** The command was called in a way that cannot work, or was given what cannot be read. */
export class WrongUse extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'WrongUse';
  }
}

/** What was asked has been answered, and the answer is no. */
export class AnswerIsNo extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'AnswerIsNo';
  }
}

/** What cannot be read, as opposed to what can be read and is wrong. */
const UNREADABLE: readonly ProblemCode[] = [
  'malformed-json',
  'duplicate-key',
  'unsafe-number',
  'forbidden-key',
  'too-deep',
];

/** The exit code for an error; an error that nobody foresaw is wrong use, never "no". */
export function exitCodeOf(error: unknown): ExitCode {
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.well : EXIT.wrongUse;
  if (error instanceof AnswerIsNo) return EXIT.no;
  if (error instanceof UnreachableError) return EXIT.unreachable;
  if (error instanceof RefusedError || error instanceof NoTokenError)
    return error.status >= 500 ? EXIT.unreachable : EXIT.refused;
  if (error instanceof BrokerError) return UNREADABLE.includes(error.code) ? EXIT.wrongUse : EXIT.no;
  return EXIT.wrongUse;
}
