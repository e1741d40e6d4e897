import { CommanderError } from 'commander';
import { BrokerError, problemOf, type ProblemDocument } from '@concordat/problem';
import { RefusedError } from '../client/refused-error.js';
import { exitCodeOf, type ExitCode } from './exit-code.js';
import type { Terminal } from './terminal.js';

/** An error as it is told with `--json`. */
export interface ErrorReport {
  readonly error: string;
  readonly exitCode: ExitCode;
  /** RFC 9457, when the broker or a rule of the documents refused. */
  readonly problem?: Partial<ProblemDocument>;
}

/** Tells an error beside the answer: a sentence that says what to do next, or a JSON object. */
export function complain(terminal: Terminal, error: unknown, json: boolean): ExitCode {
  const exitCode = exitCodeOf(error);
  if (error instanceof CommanderError && error.message === HELP_SHOWN) return exitCode;
  const message = messageOf(error);
  if (json) {
    const problem = problemIn(error);
    const report: ErrorReport = { error: message, exitCode, ...(problem === undefined ? {} : { problem }) };
    terminal.tell(`${JSON.stringify(report)}\n`);
    return exitCode;
  }
  const findings = error instanceof BrokerError ? error.findings : [];
  const lines = [
    message,
    ...findings.map(({ path, message: what }) => `  ${path || 'the document'} ${what}`),
  ];
  terminal.tell(`${lines.join('\n')}\n`);
  return exitCode;
}

/** What commander throws after it has shown the help. */
const HELP_SHOWN = '(outputHelp)';

function messageOf(error: unknown): string {
  if (error instanceof CommanderError)
    return `${error.message.replace(/^error: /u, '')}. Add --help for what can be said.`;
  // Here nothing was sent: the advice of a problem document is for those who sent something.
  if (error instanceof BrokerError) return `${error.message}${error.findings.length > 0 ? ':' : '.'}`;
  return error instanceof Error ? error.message : String(error);
}

function problemIn(error: unknown): Partial<ProblemDocument> | undefined {
  if (error instanceof RefusedError) return error.problem;
  return error instanceof BrokerError ? problemOf(error) : undefined;
}
