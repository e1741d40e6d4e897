import { changeKinds, type ChangeKind, type Difference } from './change.js';

const headings: Readonly<Record<ChangeKind, string>> = {
  widens: 'Widens: more may be given or done, or it cannot be told that it may not',
  changes: 'Changes: somebody must weigh it',
  narrows: 'Narrows: less is given, or a duty is stricter',
  administrative: 'Administrative: nothing that is given or owed depends on it',
};

const summaries: Readonly<Record<Difference['overall'], string>> = {
  none: 'The two versions say the same.',
  administrative: 'The later version changes administrative matters only.',
  narrows: 'The later version only narrows what the earlier one allows.',
  changes: 'The later version says something else in part, but does not widen what is given.',
  widens: 'The later version widens what the earlier one allows, or may do so.',
};

/** A difference as plain text, what widens first. Ends with a line break. */
export function renderDifference({ overall, changes }: Difference): string {
  const sections = changeKinds.flatMap((kind) => {
    const lines = changes.filter((change) => change.kind === kind);
    if (lines.length === 0) return [];
    return [`${headings[kind]}\n${lines.map(({ sentence }) => `- ${sentence}\n`).join('')}`];
  });
  return [`${summaries[overall]}\n`, ...sections].join('\n');
}
