import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import {
  compareAgreements,
  type Condition,
  type DateComparison,
  type Difference,
} from '@concordat/agreement';
import type { FindSchema } from '@concordat/record';
import {
  domainOf,
  draftOf,
  edited,
  FIELDS,
  formsFor,
  isSameDraft,
  occasionsOf,
  PARTS,
  rollOf,
  versionOf,
  type Domain,
  type Draft,
  type Given,
  type Occasion,
  type Part,
  type Roll,
  type Version,
} from './small-agreements.js';

/**
 * The promise of `narrows`, checked by going through all events of small domains: what the later version gives
 * (or that it gives nothing) can be worked out from what the earlier version gives, and it gives nothing where
 * the earlier one gives nothing. Events are those that intake would take: they satisfy the schema.
 */

/**
 * Finds an occasion on which the later version tells of more: to a recipient who sees the records, and to one
 * who also reads in the ledger which of the granted fields gave something.
 */
function whereMore(was: readonly Given[], is: readonly Given[], occasions: readonly Occasion[]): Occasion[] {
  const [records, entries] = [new Map<string, number>(), new Map<string, number>()];
  for (const [index, occasion] of occasions.entries()) {
    const [old, now] = [was[index], is[index]];
    if (old === undefined) {
      if (now !== undefined) return [occasion];
      continue;
    }
    const record = occasion.day + old.record;
    const entry = record + old.entry;
    const [one, other] = [records.get(record) ?? index, entries.get(entry) ?? index];
    records.set(record, one);
    entries.set(entry, other);
    if (is[one]?.record !== now?.record) return [occasions[one]!, occasion];
    if (is[other]?.entry !== now?.entry) return [occasions[other]!, occasion];
  }
  return [];
}

const counts: Record<Difference['overall'], number> = {
  widens: 0,
  changes: 0,
  narrows: 0,
  administrative: 0,
  none: 0,
};
/** Pairs that widen although no event of the domain shows it. */
let harmless = 0;

interface Pair {
  readonly domain: Domain;
  readonly before: Version;
  readonly after: Version;
}

/** Compares, and looks for an event that shows that the report is wrong. */
function check(
  { domain, before, after }: Pair,
  occasions: readonly Occasion[],
  findSchema: FindSchema | undefined,
  given?: { readonly was: readonly Given[]; readonly is: readonly Given[] },
): Difference['overall'] {
  const difference = compareAgreements(before.agreement, after.agreement, findSchema);
  const { overall } = difference;
  counts[overall] += 1;
  const isWider = overall === 'widens' || overall === 'changes';
  // What widens may give anything. Where it is known what is given, we count how often it gives no more.
  if (isWider && given === undefined) return overall;
  const { was, is } = given ?? { was: before.giving(occasions), is: after.giving(occasions) };
  const more = whereMore(was, is, occasions);
  if (isWider) harmless += more.length === 0 ? 1 : 0;
  else if (more.length > 0) {
    const [old, now] = [before, after].map(({ agreement }) => agreement.grants);
    const told = { more, old, now, changes: difference.changes, schema: domain.schema };
    throw new Error(`It says “${overall}”, yet more is given:\n${JSON.stringify(told, null, 1)}`);
  }
  return overall;
}

/** A domain for each way in which one part may be described. */
const domainsOf = (part: Part): Domain[] =>
  part.schemas.flatMap((_, variant) =>
    [[], [part.name]].map((required) => domainOf([[part, variant]], required)),
  );

/** Every pair of these drafts, each in both orders. @returns how many pairs only narrow */
function checkEveryPair(drafts: readonly Draft[], domain: Domain): number {
  const occasions = occasionsOf(domain);
  const versions = drafts.flatMap((draft) => {
    const version = versionOf(draft, domain, 1);
    return version === undefined ? [] : [{ version, given: version.giving(occasions) }];
  });
  let narrower = 0;
  for (const { version: before, given: was } of versions) {
    for (const { version: after, given: is } of versions) {
      const overall = check({ domain, before, after }, occasions, () => domain.schema, { was, is });
      if (overall === 'narrows') narrower += 1;
    }
  }
  return narrower;
}

const TERM = { from: '2026-04-01', until: '2029-03-31' };
const single = (field: string): Draft[] =>
  formsFor(field).map((as) => ({ fields: [{ field, as }], ...TERM }));

/** One stand-in is like another for what it tells of conditions. */
const isFirstPseudonym = ({ fields }: Draft): boolean =>
  fields.every(
    ({ as }) =>
      typeof as === 'string' || !('pseudonym' in as) || (as.pseudonym === 'person' && as.epoch === undefined),
  );

/** Two fields at once: in clear or as presence, so that there are not too many. */
function doubles(fields: readonly string[]): Draft[] {
  const plain = fields.flatMap((field) => (['clear', 'presence'] as const).map((as) => ({ field, as })));
  return plain.flatMap((one, index) =>
    plain.slice(index + 1).map((other) => ({ fields: [one, other], ...TERM })),
  );
}

const aged = (is: 'at-least' | 'at-most' | 'more-than' | 'less-than', value: number): Condition => ({
  field: '/age',
  is,
  value,
});
const born = (is: DateComparison, value: string): Condition => ({ field: '/born', is, value });

const TESTS: Readonly<Record<string, readonly Condition[]>> = {
  '/born': [
    ...['1950', '1950-07', '1950-07-01', '1951'].map((value) => born('on-or-after', value)),
    ...['1950', '1950-07', '1950-07-01', '1950-12-31'].map((value) => born('on-or-before', value)),
    { field: '/born', is: 'equals', value: '1950-07-01' },
    { field: '/born', is: 'equals', value: '1950-07-01T23:30:00-05:00' },
    { field: '/born', is: 'one-of', value: ['1951', '1951-07-01', 'soon'] },
    { field: '/born', is: 'one-of', value: ['1950-07', 7] },
    { field: '/born', is: 'present' },
    { all: [born('on-or-after', '1950'), born('on-or-before', '1950')] },
  ],
  '/age': [
    ...[10, 16, 20].flatMap((value) => [aged('at-least', value), aged('at-most', value)]),
    ...[10, 16].flatMap((value) => [aged('more-than', value - 1), aged('less-than', value)]),
    aged('more-than', 16),
    { field: '/age', is: 'equals', value: 10 },
    { field: '/age', is: 'one-of', value: [10, 'old'] },
    { field: '/age', is: 'one-of', value: [10, 16, 20] },
    { field: '/age', is: 'present' },
    { any: [aged('at-most', 10), aged('at-least', 20)] },
    { all: [aged('at-least', 10), aged('at-most', 16)] },
  ],
  '/code': [
    ...[['NS1'], ['NS2'], ['NS1', 'NS2']].map((value): Condition => ({
      field: '/code',
      is: 'in-postcode-district',
      value,
    })),
    { field: '/code', is: 'equals', value: 'NS1 4QX' },
    { field: '/code', is: 'one-of', value: ['NS1 4QX', 'nowhere'] },
    { field: '/code', is: 'one-of', value: ['NS1 4QX', true] },
    { field: '/code', is: 'present' },
  ],
};

describe(
  'when the difference says that a version only narrows, no event exists of which it tells more',
  { timeout: 120_000 },
  () => {
    describe.each(PARTS)('over $name', (part) => {
      const fields = FIELDS[part.name]!;

      it('for every pair of fields and forms', () => {
        const drafts = fields.flatMap(single);
        for (const domain of domainsOf(part)) expect(checkEveryPair(drafts, domain)).toBeGreaterThan(0);
      });

      it.runIf(fields.length > 1)('for every pair of two fields', () => {
        const some = fields.filter((field) => !field.includes('sub') && field !== '/people/1/b');
        const narrower = domainsOf(part).map((domain) => checkEveryPair(doubles(some), domain));
        expect(Math.max(...narrower)).toBeGreaterThan(0);
      });

      it.runIf(`/${part.name}` in TESTS)('for every pair of conditions', () => {
        const plain = TESTS[`/${part.name}`]!;
        const conditions = [...plain, ...plain.map((not): Condition => ({ not }))];
        let narrower = 0;
        for (const domain of domainsOf(part)) {
          for (const { fields: given } of fields.flatMap(single).filter(isFirstPseudonym)) {
            const drafts = [undefined, ...conditions].map((rows) => ({
              fields: given,
              ...TERM,
              ...(rows && { rows }),
            }));
            narrower += checkEveryPair(drafts, domain);
          }
        }
        expect(narrower).toBeGreaterThan(0);
      });
    });

    it('for generated pairs, with the schema and without', () => {
      const seeds = fc.nat(2 ** 31);
      const property = fc.property(seeds, (seed) => {
        const roll = rollOf(seed);
        const { terms, attributes, ...pair } = pairOf(roll);
        const findSchema = roll(4) > 0 ? () => pair.domain.schema : undefined;
        check(pair, occasionsOf(pair.domain, { days: terms, subjects: attributes }), findSchema);
      });
      fc.assert(property, { numRuns: 3000, endOnFailure: true });
    });

    afterAll(() => {
      const pairs = Object.values(counts).reduce((sum, count) => sum + count);
      console.log(`${pairs} pairs: ${JSON.stringify(counts)}; ${harmless} widen though no event shows it`);
      expect(pairs).toBeGreaterThan(40_000);
      // Or the promise would be kept by saying that everything widens.
      expect(counts.narrows / pairs).toBeGreaterThan(0.05);
      expect(harmless / pairs).toBeLessThan(0.2);
    });
  },
);

/** A pair of versions that both compile, the later one mostly an edit of the earlier one. */
function pairOf(roll: Roll): Pair & { readonly terms: boolean; readonly attributes: boolean } {
  for (;;) {
    const chosen = [...PARTS].sort(() => roll(3) - 1).slice(0, 1 + roll(2));
    const names = chosen.map(({ name }) => name);
    const required = names.filter(() => roll(3) === 0);
    const parts = chosen.map((part) => [part, roll(part.schemas.length)] as const);
    const domain = domainOf(parts, required);
    const draft = draftOf(roll, names);
    const before = versionOf(draft, domain, 1);
    if (before === undefined) continue;
    for (let tries = 0; tries < 4; tries += 1) {
      const next = roll(10) === 0 ? draftOf(roll, names) : edited(roll, draft, names);
      const after = isSameDraft(draft, next) ? undefined : versionOf(next, domain, 2);
      if (after === undefined) continue;
      const terms = draft.from !== next.from || draft.until !== next.until;
      const attributes = [draft, next].some(({ fields }) => fields.some(({ field }) => field === 'subject'));
      return { domain, before, after, terms, attributes };
    }
  }
}
