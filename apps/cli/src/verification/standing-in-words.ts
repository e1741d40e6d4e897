import type { Standing } from '@concordat/agreement';

type Cause = Standing['causes'][number];

/** How an agreement stands, a line for each thing that somebody should know. */
export function standingInWords(standing: Standing): string[] {
  const { state, scheduled, cited, applied, since, until, reviewBy } = standing;
  const lines = [`State: ${state}${scheduled ? ', from the first day of its term' : ''}`];
  const holds = !standing.causes.some(({ kind }) => kind === 'signatures-refused');
  if (cited !== undefined && holds) lines.push(`In force by signatures: version ${cited.version}`);
  if (applied !== undefined && applied.digest !== cited?.digest)
    lines.push(`Narrowed at once by: version ${applied.version}, which not everyone has signed`);
  if (since !== undefined) lines.push(`Since: ${since}`);
  if (until !== undefined) lines.push(`Until: ${until}`);
  if (reviewBy !== undefined) lines.push(`Review by: ${reviewBy}`);
  for (const version of standing.versions) {
    const missing = version.missing.length === 0 ? '' : `; still to sign: ${version.missing.join(', ')}`;
    lines.push(`Version ${version.version}: ${version.state}${missing}`);
    for (const { path, message } of version.obstacles ?? [])
      lines.push(`  It cannot come into force, whoever signs it: ${path} ${message}`);
  }
  for (const { agency, state: part } of standing.parties) {
    if (part !== 'taking-part') lines.push(`${agency}: ${PARTS[part]}`);
  }
  lines.push(...standing.causes.flatMap(causeInWords));
  for (const { kind, on, within } of standing.warnings)
    lines.push(
      kind === 'review-due'
        ? `Warning: the review is due by ${on}, in at most ${within} days. Without it the sharing stops.`
        : `Warning: the term ends on ${on}, in at most ${within} days.`,
    );
  for (const { notice, why } of standing.withoutEffect) lines.push(`Without effect: ${notice}: ${why}`);
  return lines;
}

const PARTS = {
  'not-joined': 'has not joined yet; nothing is given to it or by it',
  suspended: 'has suspended its own part',
  ended: 'has ended its own part',
} as const;

function causeInWords(cause: Cause): string[] {
  switch (cause.kind) {
    case 'suspended':
      return [
        `Suspended by ${cause.party}/${cause.role} at ${cause.time}: ${cause.because}`,
        `  Notice: ${cause.notice}`,
        ...(cause.missing.length === 0
          ? []
          : [`  Still to consent that it goes on: ${cause.missing.join(', ')}`]),
      ];
    case 'terminated':
      return [
        `${cause.whole ? 'The agreement ends' : 'Its own part ends'} at ${cause.effective}, by notice of ${cause.party}/${cause.role}: ${cause.because}`,
      ];
    case 'review-overdue':
      return [`Stopped: the review was due by ${cause.reviewBy}. Every party signs a review to go on.`];
    case 'term-ended':
      return [`Its last day was ${cause.until}.`];
    case 'signatures-refused':
      return [
        `Stopped: in version ${cause.version.version} the signatures of ${cause.signatories.join(', ')} do not hold any more. The parties sign a new version to go on.`,
      ];
    case 'signed-and-rejected':
      return [
        `Stopped: version ${cause.version.version} was signed by everyone and rejected as well. The parties sign a new version to go on.`,
      ];
    case 'successors-differ':
      return [
        `Stopped: versions ${cause.versions.map(({ version }) => version).join(' and ')} were each signed by everyone whom they name, and nobody can say which came first. All these parties sign a new version to go on.`,
      ];
    case 'narrowings-differ':
      return [
        `Stopped: versions ${cause.versions.map(({ version }) => version).join(' and ')} narrow the agreement in ways that do not fit together. The parties sign one of them, or a new one.`,
      ];
  }
}
