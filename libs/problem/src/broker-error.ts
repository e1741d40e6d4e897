import { problemTypes, problemUri, type ProblemCode } from './problem-types.js';

/** One thing that is wrong, and where. `path` is a JSON Pointer; `message` never repeats a value. */
export interface Finding {
  readonly path: string;
  readonly message: string;
}

/** RFC 9457, with the extension members that the broker uses. */
export interface ProblemDocument {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  readonly findings?: readonly Finding[];
}

/**
 * Everything that the broker refuses is refused with this error. Its message is safe to show to the caller
 * and to log: it must never hold a payload. A denial by an agreement is not an error but a decision.
 */
export class BrokerError extends Error {
  readonly code: ProblemCode;
  readonly status: number;
  readonly findings: readonly Finding[];

  constructor(code: ProblemCode, detail?: string, findings: readonly Finding[] = []) {
    super(detail ?? problemTypes[code].title);
    this.name = 'BrokerError';
    this.code = code;
    this.status = problemTypes[code].status;
    this.findings = findings;
  }
}

/** The problem document for an error; `detail` says what was wrong here and what to do. */
export function problemOf(error: BrokerError): ProblemDocument {
  const { title, status, advice } = problemTypes[error.code];
  const detail = error.message === title ? advice : `${withStop(error.message)} ${advice}`;
  const document = { type: problemUri(error.code), title, status, detail };
  return error.findings.length === 0 ? document : { ...document, findings: error.findings };
}

const withStop = (sentence: string): string => (/[.!?]$/u.test(sentence) ? sentence : `${sentence}.`);
