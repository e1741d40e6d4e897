import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { withheldReasons } from '../reasons.js';
import { toCaseFile } from './example-cases.js';
import { languagePage } from './example-language-page.js';

const page = fileURLToPath(new URL('../../../../docs/policy-language.md', import.meta.url));
const folder = new URL('../../cases/', import.meta.url);
const files = readdirSync(folder).map((name) => toCaseFile(name, readFileSync(new URL(name, folder))));
const text = readFileSync(page, 'utf8');

// `npm run docs:policy-language` runs this file with --update, which writes the page instead.
it('docs/policy-language.md says what the code and the cases say', async () => {
  await expect(languagePage(text, files)).toMatchFileSnapshot(page);
});

it('names every comparison, every form and every reason', () => {
  const [written = ''] = text.split('<!-- made: cases -->');
  const words = [
    ...['at-least', 'at-most', 'more-than', 'less-than', 'equals', 'one-of', 'present'],
    ...['on-or-after', 'on-or-before', 'in-postcode-district', 'all', 'any', 'not'],
    ...['clear', 'presence', 'month', 'year', 'postcode-district', 'postcode-area', 'initial'],
    ...['band', 'age-band', 'pseudonym', 'epoch'],
    ...Object.keys(withheldReasons),
  ];
  expect(words.filter((word) => !new RegExp(`["\`]${word}["\`]`, 'u').test(written))).toEqual([]);
});
