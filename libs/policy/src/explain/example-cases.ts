/** For the tests, and for `docs/policy-language.md`: the cases in `cases/`, as data. */
import type { Standing } from '@concordat/agreement';
import type { Finding } from '@concordat/problem';
import { parseStrict, type JsonObject } from '@concordat/record';
import type { GrantPart } from '../program/example-program.js';
import type { WithheldReason } from '../reasons.js';

/** One example. Exactly one of the last three says what comes of it. */
export interface Case {
  readonly name: string;
  readonly now?: string;
  readonly provider?: string;
  /** What matters of the agreement's standing; the rest is as when nothing stops it. */
  readonly standing?: Partial<Standing>;
  /** The reason for which the program stands and releases nothing. */
  readonly withholds?: WithheldReason;
  readonly grant: GrantPart;
  readonly event: { readonly attributes?: JsonObject; readonly data: JsonObject };
  /** `id` and `fields` stand there only where the case is about them. */
  readonly released?: {
    readonly attributes?: JsonObject;
    readonly data: JsonObject;
    readonly fields?: readonly string[];
    readonly id?: string;
  };
  readonly withheld?: { readonly reason: WithheldReason; readonly field?: string };
  readonly refused?: readonly Finding[];
}

export interface CaseFile {
  readonly about: string;
  readonly schema: JsonObject;
  readonly cases: readonly Case[];
}

/** A file of `cases/`, for a test that has read it. */
export const toCaseFile = (name: string, bytes: Uint8Array): CaseFile & { readonly name: string } => ({
  name,
  ...(parseStrict(bytes) as unknown as CaseFile),
});
