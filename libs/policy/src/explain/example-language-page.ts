/** For `docs/policy-language.md`: what is made from the code and the cases, so that it cannot say anything else. */
import { every, opposite, some, type Answer } from '../interpreter/rows.js';
import { withheldReasons } from '../reasons.js';
import type { Case, CaseFile } from './example-cases.js';

/** The page with each part between its two marks made anew. */
export function languagePage(page: string, files: readonly (CaseFile & { readonly name: string })[]): string {
  const parts: Readonly<Record<string, () => string>> = {
    'truth-tables': truthTables,
    reasons: () =>
      Object.entries(withheldReasons)
        .map(([reason, words]) => `- \`${reason}\`: ${words}`)
        .join('\n'),
    cases: () => files.map(casesOf).join('\n\n'),
  };
  return Object.entries(parts).reduce((text, [name, make]) => {
    const [start, end] = [`<!-- made: ${name} -->`, `<!-- end: ${name} -->`];
    const [from, to] = [text.indexOf(start), text.indexOf(end)];
    if (from === -1 || to < from) throw new TypeError(`The page lacks the marks of ${name}`);
    const made = `<!-- prettier-ignore-start -->\n${make()}\n<!-- prettier-ignore-end -->`;
    return `${text.slice(0, from + start.length)}\n\n${made}\n\n${text.slice(to)}`;
  }, page);
}

const ANSWERS: readonly Answer[] = [true, 'unknown', false];

function truthTables(): string {
  const table = (name: string, join: (answers: readonly Answer[]) => Answer): string =>
    [
      `| \`${name}\` | ${ANSWERS.map(String).join(' | ')} |`,
      '| --- | --- | --- | --- |',
      ...ANSWERS.map((one) => `| **${one}** | ${ANSWERS.map((other) => join([one, other])).join(' | ')} |`),
    ].join('\n');
  const negation = [
    `| \`not\` | ${ANSWERS.map(String).join(' | ')} |`,
    '| --- | --- | --- | --- |',
    `| | ${ANSWERS.map(opposite).join(' | ')} |`,
  ].join('\n');
  return [table('all', every), table('any', some), negation].join('\n\n');
}

/** A record that so many cases of a file share is told once. */
const OFTEN = 4;

function casesOf({ name, about, schema, cases }: CaseFile & { readonly name: string }): string {
  const counts = new Map<string, number>();
  for (const { event, refused } of cases) {
    if (refused !== undefined) continue;
    const data = JSON.stringify(event.data);
    counts.set(data, (counts.get(data) ?? 0) + 1);
  }
  const [whole, times] = [...counts].toSorted(([, one], [, other]) => other - one)[0] ?? ['', 0];
  const isShared = times >= OFTEN && whole.length > 40;
  const rows = cases.map(
    (one) =>
      `| ${cell(one.name)} | ${grantOf(one)} | ${eventOf(one, isShared ? whole : '')} | ${outcomeOf(one)} |`,
  );
  return [
    `### ${name.replace('.json', '')}`,
    `${about} From [\`${name}\`](../libs/policy/cases/${name}).`,
    `The event schema: ${code(schema)}`,
    ...(isShared ? [`“The whole record” is ${codeText(whole)}`] : []),
    ['| case | the grant | what comes | what is given |', '| --- | --- | --- | --- |', ...rows].join('\n'),
  ].join('\n\n');
}

function grantOf({ grant }: Case): string {
  const fields = grant.fields.map(({ field, as }) =>
    as === 'clear' ? `\`${cell(field)}\`` : `\`${cell(field)}\` as ${code(as)}`,
  );
  return [...(grant.rows ? [`rows ${code(grant.rows)}`] : []), ...fields].join('; ');
}

function eventOf({ event, now, provider, standing, withholds, refused }: Case, whole: string): string {
  if (refused !== undefined) return 'is never asked';
  const data = JSON.stringify(event.data);
  return [
    data === whole ? 'the whole record' : codeText(data),
    ...(event.attributes ? [`with ${code(event.attributes)}`] : []),
    ...(now === undefined ? [] : [`at ${now}`]),
    ...(provider === undefined ? [] : [`from ${provider}`]),
    ...(standing === undefined ? [] : [`standing ${code(standing)}`]),
    ...(withholds === undefined ? [] : [`the program withholds: ${withholds}`]),
  ].join('; ');
}

function outcomeOf({ released, withheld, refused }: Case): string {
  if (refused !== undefined) return `refused: ${refused.map(({ message }) => cell(message)).join('; ')}`;
  if (withheld !== undefined)
    return `withheld: \`${withheld.reason}\`${withheld.field === undefined ? '' : `, \`${withheld.field}\``}`;
  if (released === undefined) return '';
  const { data, attributes, fields, id } = released;
  return [
    code(data),
    ...(attributes && Object.keys(attributes).length > 0 ? [`attributes ${code(attributes)}`] : []),
    ...(fields ? [`fields ${code([...fields])}`] : []),
    ...(id === undefined ? [] : [`id \`${id}\``]),
  ].join('; ');
}

const code = (value: unknown): string => codeText(JSON.stringify(value));
const codeText = (text: string): string => `\`${cell(text)}\``;
/** A bar would end a cell of the table. */
const cell = (text: string): string => text.replaceAll('|', '\\|');
