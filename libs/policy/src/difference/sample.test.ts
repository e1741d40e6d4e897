import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import {
  compareAgreements,
  freezeAgreement,
  renderDifference,
  type Condition,
  type Form,
} from '@concordat/agreement';
import { digestOf, parseStrict, type JsonObject } from '@concordat/record';

const read = (path: string): JsonObject =>
  parseStrict(readFileSync(new URL(`../../../../${path}`, import.meta.url))) as JsonObject;

const schemas = ['registered', 'amended'].map((name) =>
  read(`schemas/events/uk.register-office.death.${name}/1.0.json`),
);
const findSchema = (digest: string): JsonObject | undefined =>
  schemas.find((schema) => digestOf(schema) === digest);

interface Draft {
  version: number;
  readonly grants: {
    rows: Condition;
    withheld: { field: string; because: string }[];
    fields: { field: string; as: Form; because: string }[];
  }[];
}

/** The difference that an edit of the sample agreement with Pensions makes. */
function differenceOf(edit: (fields: Draft['grants'][number]) => void) {
  const before = read('agreements/sample/death-notification-pensions.json');
  const after = structuredClone(before) as unknown as Draft;
  after.version += 1;
  edit(after.grants[0] as Draft['grants'][number]);
  return compareAgreements(
    freezeAgreement(before).agreement,
    freezeAgreement(after as unknown as JsonObject).agreement,
    findSchema,
  );
}

const because = 'It is enough';

describe('an edit of the sample agreement with Pensions', () => {
  it.each<[string, (grant: Draft['grants'][number]) => void]>([
    ['no National Insurance number', (grant) => drop(grant, '/deceased/nationalInsuranceNumber')],
    [
      'the year of birth alone',
      (grant) => {
        drop(grant, '/deceased/dateOfBirth');
        grant.fields.push({ field: '/deceased/dateOfBirth/value', as: { generalise: 'year' }, because });
      },
    ],
    [
      'the postcode’s district in place of the address',
      (grant) => {
        drop(grant, '/deceased/address');
        const as: Form = { generalise: 'postcode-district' };
        grant.fields.push({ field: '/deceased/address/postcode', as, because });
      },
    ],
    [
      'family names alone',
      (grant) => {
        drop(grant, '/deceased/names');
        grant.fields.push({ field: '/deceased/names/*/family', as: 'clear', because });
      },
    ],
    [
      'women alone, whose sex is shown',
      (grant) =>
        (grant.rows = { all: [grant.rows, { field: '/deceased/sex', is: 'equals', value: 'female' }] }),
    ],
  ])('%s: narrows', (_, edit) => {
    const difference = differenceOf(edit);
    expect(difference.overall, renderDifference(difference)).toBe('narrows');
  });

  it.each<[string, (grant: Draft['grants'][number]) => void]>([
    [
      'the cause of death',
      (grant) => {
        grant.withheld = grant.withheld.filter(({ field }) => field !== '/causeOfDeath');
        grant.fields.push({ field: '/causeOfDeath', as: 'presence', because });
      },
    ],
    [
      'an age that does not show',
      (grant) => (grant.rows = { field: '/deceased/ageAtDeath', is: 'at-least', value: 66 }),
    ],
  ])('%s: widens', (_, edit) => {
    const difference = differenceOf(edit);
    expect(difference.overall, renderDifference(difference)).toBe('widens');
  });

  it('is told in words', () => {
    const difference = differenceOf((grant) => drop(grant, '/deceased/nationalInsuranceNumber'));
    expect(renderDifference(difference)).toMatchInlineSnapshot(`
      "The later version only narrows what the earlier one allows.

      Narrows: less is given, or a duty is stricter
      - The Pensions Agency will no longer get “deceased: National Insurance number” (of uk.register-office.death.registered from The Register Office).
      "
    `);
  });
});

function drop(grant: Draft['grants'][number], field: string): void {
  grant.fields = grant.fields.filter((one) => one.field !== field);
}
