import type { Agreement, EthicsScore } from '../../document/agreement.js';
import { lintFinding, type LintFinding } from '../codes.js';

/** Whether the ethics statement is there and answers its own low scores (Data and AI Ethics Framework). */
export function lintEthics({ data, ethics }: Agreement): LintFinding[] {
  if (ethics === undefined)
    return data.personal ? [lintFinding('no-ethics-statement', '/data/personal')] : [];
  return Object.entries<EthicsScore>({ ...ethics }).flatMap(([theme, { score, mitigation }]) =>
    score <= 1 && mitigation === undefined
      ? [lintFinding('ethics-low-without-mitigation', `/ethics/${theme}`)]
      : [],
  );
}
