// eslint-disable-next-line no-restricted-imports -- reads one file that ships with the code: the document's own schema
import { readFileSync } from 'node:fs';
import { BrokerError, type Finding } from '@concordat/problem';
import { compileSchema, isTime, type Digest, type JsonObject } from '@concordat/record';
import { freezeBytes, readFrozen } from '../document/frozen.js';

/** One version of an agreement, by its number and by its content. */
export interface VersionReference {
  readonly id: string;
  readonly version: number;
  readonly digest: Digest;
}

interface NoticeBase {
  readonly notice: '1.0';
  readonly agreement: VersionReference;
  /** The agency that gives the notice. */
  readonly party: string;
  /** The role of its signatory who signs it. */
  readonly role: string;
  /** RFC 3339, UTC, by the signatory's clock. */
  readonly time: string;
  readonly because: string;
}

/** Stops all sharing at once. */
export interface SuspendNotice extends NoticeBase {
  readonly kind: 'suspend';
}
/** Consents that the sharing goes on; it does when everyone who must has consented. */
export interface ResumeNotice extends NoticeBase {
  readonly kind: 'resume';
  /** The digests of the notices of suspension to lift. */
  readonly lifts: readonly Digest[];
}
/** Ends the agreement, or the part that the party has in it. */
export interface TerminateNotice extends NoticeBase {
  readonly kind: 'terminate';
  /** RFC 3339, UTC: from when on nothing more is shared. */
  readonly effective: string;
}
/** Refuses a proposed version. */
export interface RejectNotice extends NoticeBase {
  readonly kind: 'reject';
}
/** Consents to a later review date. */
export interface ReviewNotice extends NoticeBase {
  readonly kind: 'review';
  /** `yyyy-MM-dd`. */
  readonly reviewBy: string;
}

/** A statement that changes an agreement's standing; described in `schemas/agreement-notice/1.0.json`. */
export type Notice = SuspendNotice | ResumeNotice | TerminateNotice | RejectNotice | ReviewNotice;

/** A notice whose bytes are fixed: what its signatory signs, and what the digest names. */
export interface FrozenNotice {
  readonly notice: Notice;
  /** Canonical text (RFC 8785). */
  readonly text: string;
  readonly digest: Digest;
}

/** The JSON Schema of a notice, as published under `schemas/`. */
export const noticeSchema = JSON.parse(
  readFileSync(new URL('../../../../schemas/agreement-notice/1.0.json', import.meta.url), 'utf8'),
) as JsonObject;

const validate = compileSchema(noticeSchema);

/**
 * Takes a JSON value for a notice and freezes its bytes.
 *
 * @throws BrokerError `notice-invalid`, with what is wrong and where
 */
export function freezeNotice(value: JsonObject): FrozenNotice {
  const findings = validate(value);
  if (findings.length > 0) {
    throw new BrokerError('notice-invalid', 'The notice does not satisfy its schema', findings);
  }
  const notice = value as unknown as Notice;
  const wrongTimes = timeFindings(notice);
  if (wrongTimes.length > 0) {
    throw new BrokerError('notice-invalid', 'The notice’s times cannot be', wrongTimes);
  }
  return { notice, ...freezeBytes(value) };
}

/**
 * Reads a notice that was frozen before: the canonical text itself, and no other bytes that mean the same.
 *
 * @throws BrokerError `notice-invalid`, or a problem of strict JSON
 */
export const readFrozenNotice = (text: string): FrozenNotice =>
  readFrozen(text, freezeNotice, 'notice-invalid', 'The notice');

function timeFindings(notice: Notice): Finding[] {
  const findings: Finding[] = [];
  // A schema's date-time allows a leap second, which no clock here can tell.
  if (!isTime(notice.time)) findings.push({ path: '/time', message: 'is not a time that exists' });
  if (notice.kind === 'terminate') {
    if (!isTime(notice.effective))
      findings.push({ path: '/effective', message: 'is not a time that exists' });
    else if (Date.parse(notice.effective) < Date.parse(notice.time))
      findings.push({ path: '/effective', message: 'is before the notice’s own time' });
  }
  return findings;
}
