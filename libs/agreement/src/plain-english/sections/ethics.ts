import type { Agreement, EthicsScore, EthicsStatement } from '../../document/agreement.js';
import { NOTHING, paragraph, said, table, type Block, type Inline } from '../blocks.js';
import { dateInWords, numberInWords } from '../words.js';

const THEMES: readonly (readonly [keyof EthicsStatement, string])[] = [
  ['transparency', 'Transparency'],
  ['accountability', 'Accountability'],
  ['fairness', 'Fairness'],
  ['publicBenefit', 'Public benefit'],
  ['expertise', 'Expertise'],
  ['law', 'Law'],
  ['dataQuality', 'Data quality'],
  ['widerEffects', 'Wider effects'],
];

export function describeEthics({ ethics }: Agreement): Block[] {
  if (ethics === undefined) return [paragraph('The parties make no ethics statement.')];
  const isAnyMitigated = THEMES.some(([theme]) => ethics[theme].mitigation !== undefined);
  return [
    paragraph(
      'The parties score each theme of the government’s Data and AI Ethics Framework from 0, not addressed, to 5, fully addressed.',
    ),
    table(
      'Ethics statement',
      ['Theme', 'Score', 'Why', ...(isAnyMitigated ? ['What is done about it'] : [])],
      THEMES.map(([theme, title]) => [
        [title],
        [`${ethics[theme].score} of 5`],
        [said(ethics[theme].because)],
        ...(isAnyMitigated ? [mitigation(ethics[theme])] : []),
      ]),
    ),
  ];
}

const mitigation = ({ mitigation: done }: EthicsScore): Inline =>
  done === undefined ? NOTHING : [said(done)];

export const describeBenefits = ({ benefits }: Agreement): Block[] => [
  table(
    'What the sharing is expected to bring',
    ['Measure', 'Unit', 'Before', 'Target'],
    benefits.map(({ measure, unit, baseline, target }) => [
      [said(measure)],
      [said(unit)],
      [`${numberInWords(baseline.value)} on ${dateInWords(baseline.on)}`],
      [`${numberInWords(target.value)} by ${dateInWords(target.by)}`],
    ]),
  ),
];
