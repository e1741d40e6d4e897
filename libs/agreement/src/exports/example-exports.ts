import type { JsonObject } from '@concordat/record';
import type { Agreement } from '../document/agreement.js';
import { freezeAgreement, type FrozenAgreement } from '../document/document.js';
import { exampleAgreement } from '../document/example-agreement.js';

/**
 * For the tests: an agreement that has a little of everything that an export can hold, and texts that a reader of
 * an export must not run, split or drop.
 */
export function richAgreement(): FrozenAgreement {
  const example = exampleAgreement() as unknown as Agreement;
  const [provider, pensions, council] = example.parties as unknown as [JsonObject, JsonObject, JsonObject];
  const joining = { ...council, agency: 'joining', name: 'Wexmoor "District" Council', mayJoinLater: true };
  const [grant] = example.grants as unknown as [JsonObject];
  return freezeAgreement({
    ...exampleAgreement(),
    title: '=HYPERLINK("http://evil.example","Deaths")',
    purpose: { ...(example.purpose as unknown as JsonObject), description: '@SUM(1+1)*cmd|x' },
    parties: [
      {
        ...provider,
        status: 'joint-controller',
        name: '-1+1, The Register Office;\r\nnext line',
        contact: { name: 'Team', email: 'a"b<c>@agency.example', telephone: '+44 (0)1632 960000' },
      },
      {
        ...pensions,
        status: 'joint-controller',
        processors: [{ name: 'Cloud Ltd', task: 'Keeps the records', country: 'Ireland' }],
      },
      council,
      joining,
    ] as JsonObject[],
    data: {
      personal: true,
      people: [{ category: 'People who died', children: true }],
      specialCategories: [
        ...['racial-or-ethnic-origin', 'political-opinions', 'religious-or-philosophical-beliefs'],
        ...['trade-union-membership', 'genetic-data', 'biometric-data', 'health', 'sex-life'],
        'sexual-orientation',
      ],
      criminalOffences: true,
      quality: 'Checked',
    },
    legal: {
      ...(example.legal as unknown as JsonObject),
      article10: { schedule1: 'paragraph 10', because: 'To prevent fraud' },
      lawEnforcement: { applies: true, purpose: 'Prevention of fraud', basis: 'Based on law' },
    },
    automatedDecisions: { used: true, explanation: 'Payments stop.', safeguards: 'A person looks.' },
    grants: [
      {
        ...grant,
        rows: {
          any: [
            { not: { field: '/a', is: 'present' } },
            {
              all: [
                { field: '/b', is: 'equals', value: true },
                { field: '/c', is: 'at-most', value: 3 },
              ],
            },
            { field: '/d', is: 'one-of', value: ['x', 1] },
            { field: '/deceased/postcode', is: 'in-postcode-district', value: ['NS1', 'NS2'] },
          ],
        },
      },
      { ...grant, id: 'deaths-joining', recipient: 'joining' },
    ] as JsonObject[],
    duties: {
      ...(example.duties as unknown as JsonObject),
      retention: [
        { category: 'Matched', period: 'P6Y', disposal: 'delete' },
        { category: 'Counted', period: 'P1M', disposal: 'anonymise' },
        { category: 'Papers', period: 'P1Y6M', disposal: 'return' },
      ],
      onwardSharing: { to: ['The Audit Office', 'The Courts'], conditions: 'When the law asks for it.' },
      transfers: { outsideUk: true, countries: ['Ireland', 'France'], safeguard: 'Adequacy regulations.' },
    },
  });
}
