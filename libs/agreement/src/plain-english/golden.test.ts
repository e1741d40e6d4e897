import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { Agreement } from '../document/agreement.js';
import { renderAgreement } from './render.js';

const NAMES = [
  'death-notification-pensions',
  'death-notification-driver-licensing',
  'death-notification-northshire-council',
  'mortality-statistics',
];

/** Rewritten on purpose by `npm run golden:agreements`; never to make a released wording pass. */
describe.each(NAMES)('the sample %s', (name) => {
  const { text, html } = renderAgreement(
    JSON.parse(
      readFileSync(new URL(`../../../../agreements/sample/${name}.json`, import.meta.url), 'utf8'),
    ) as Agreement,
  );

  it('reads as text as it did', async () => {
    await expect(text).toMatchFileSnapshot(`golden/${name}.txt`);
  });

  it('reads as a page as it did', async () => {
    await expect(html).toMatchFileSnapshot(`golden/${name}.html`);
  });
});
