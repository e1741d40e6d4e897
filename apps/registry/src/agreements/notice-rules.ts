import { CLOCK_TOLERANCE, type Notice } from '@concordat/agreement';
import { BrokerError } from '@concordat/problem';
import { afterDuration } from './duration.js';
import type { Judged } from './standings.js';

const DAY = 24 * 60 * 60 * 1000;

/**
 * Notices are made and sent; they are not kept for later. It is order that is kept here, not safety: a notice
 * that somebody kept back and sends when it suits them lifts no suspension that it does not name, and ends or
 * stops only what its signatory wanted to end or stop.
 *
 * @throws BrokerError `notice-untimely`
 */
export function requireTimely({ time }: Notice, now: Date): void {
  const age = now.getTime() - Date.parse(time);
  if (age < -CLOCK_TOLERANCE) throw new BrokerError('notice-untimely', 'The notice’s time is in the future');
  if (age > DAY) throw new BrokerError('notice-untimely', 'The notice’s time is more than 24 hours ago');
}

/**
 * Whether a notice makes sense as its agreement stands. Suspending always does.
 *
 * @throws BrokerError
 */
export function requireSensible(notice: Notice, { history, verified, standing }: Judged): void {
  const state = standing.versions.find(({ digest }) => digest === notice.agreement.digest)?.state;
  switch (notice.kind) {
    case 'suspend':
      return;
    case 'resume': {
      const suspensions = new Set<string>(
        history.notices.filter(({ kind }) => kind === 'suspend').map(({ digest }) => digest),
      );
      const unknown = notice.lifts.flatMap((digest, index) =>
        suspensions.has(digest)
          ? []
          : [{ path: `/notice/lifts/${index}`, message: 'is no suspension of this agreement' }],
      );
      if (unknown.length > 0) throw new BrokerError('unknown-suspension', undefined, unknown);
      return;
    }
    case 'terminate': {
      if (standing.state === 'terminated') {
        throw new BrokerError('agreement-ended', 'The agreement has been terminated already');
      }
      // The version in force counts, whichever the notice names: an older one may have a shorter period.
      const counting = standing.cited?.digest ?? notice.agreement.digest;
      const version = verified.versions.find(({ frozen }) => frozen.digest === counting);
      const period = version?.frozen.agreement.ending.notice ?? 'P0D';
      // From the notice's own time, which is at most a day ago: whoever counts right is not refused for a minute.
      const earliest = afterDuration(new Date(notice.time), period);
      if (Date.parse(notice.effective) < earliest.getTime()) {
        throw new BrokerError(
          'notice-too-short',
          `The agreed notice period is ${period}: the earliest end is ${earliest.toISOString()}`,
        );
      }
      return;
    }
    case 'reject':
      if (state === 'proposed' || state === 'rejected') return;
      throw new BrokerError('agreement-in-force');
    case 'review': {
      const before = standing.reviewBy;
      if (before === undefined || notice.agreement.digest !== standing.cited?.digest) {
        throw new BrokerError('notice-invalid', 'Only the version in force is reviewed');
      }
      if (notice.reviewBy > before) return;
      throw new BrokerError(
        'review-not-later',
        `The agreement is to be reviewed by ${before}, and ${notice.reviewBy} is not later`,
      );
    }
  }
}
