import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { problemsPage } from './problems-page.js';
import { problemTypes } from './problem-types.js';

const page = fileURLToPath(new URL('../../../docs/problems.md', import.meta.url));

// `npm run docs:problems` runs this file with --update, which writes the page instead.
it('docs/problems.md says what the table says', async () => {
  await expect(problemsPage()).toMatchFileSnapshot(page);
});

it('has a section for each code', () => {
  const sections = [...problemsPage().matchAll(/^## (.*)$/gmu)].map(([, code]) => code);
  expect(sections).toEqual(Object.keys(problemTypes));
});
