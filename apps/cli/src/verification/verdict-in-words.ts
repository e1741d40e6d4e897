import type { Terminal } from '../terminal/terminal.js';
import { standingInWords } from './standing-in-words.js';
import type { SignatoryVerdict, Verdict } from './verdict.js';

/** A verdict for people to read. */
export function verdictInWords(verdict: Verdict, terminal: Terminal): string {
  const { verified, sentence, id, at, versions, standing, refused, lapsed } = verdict;
  const head = verified ? terminal.style('good', 'VERIFIED') : terminal.style('bad', 'NOT VERIFIED');
  const lines = [`${head}: ${id}. ${sentence}`];
  for (const version of versions) {
    lines.push(
      '',
      `Version ${version.version}`,
      `  Document: ${version.digest}`,
      `  Text:     ${version.text}`,
      ...version.signatories.map((one) => `  ${signatoryInWords(one, terminal)}`),
    );
  }
  const others = refused.filter(({ of }) => of !== 'signature');
  if (others.length > 0) lines.push('', ...others.map((one) => `Refused, ${one.of}: ${one.why}`));
  const unnamed = refused.filter(({ of, signatory }) => of === 'signature' && signatory === undefined);
  lines.push(...unnamed.map(({ why }) => `Refused, signature: ${why}`));
  if (lapsed.length > 0)
    lines.push(
      '',
      'Genuine, but of no force any more, by what was said of their keys since:',
      ...lapsed.map(({ of, signatory, why }) => `  ${of} of ${signatory ?? 'nobody named'}: ${why}`),
    );
  if (standing !== undefined)
    lines.push('', `At ${at}`, ...standingInWords(standing).map((line) => `  ${line}`));
  return lines.join('\n');
}

function signatoryInWords(
  { signatory, verdict, time, needed, why }: SignatoryVerdict,
  terminal: Terminal,
): string {
  switch (verdict) {
    case 'signed':
      return `${terminal.style('good', 'signed')}   ${signatory}, ${time ?? ''}`;
    case 'refused':
      return `${terminal.style('bad', 'REFUSED')}  ${signatory}: ${why ?? ''}`;
    case 'missing':
      return `${terminal.style('caution', 'missing')}  ${signatory}${needed ? '' : ' (may join later)'}`;
  }
}
