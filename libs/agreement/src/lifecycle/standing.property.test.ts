import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { JsonObject } from '@concordat/record';
import {
  compareFields,
  COUNCIL,
  FIRM,
  LATER,
  LEGAL,
  noticeBy,
  OWNER,
  PENSIONS,
  signatory,
  versionOf,
  withFields,
  withoutPensions,
} from './example-notices.js';
import { standingOf } from './standing.js';
import type { Standing, VerifiedNotice, VerifiedVersion } from './standing-types.js';

// fast-check prints the seed of a run that fails; `{ seed }` in the second argument of `fc.assert` repeats it.

const DOCUMENTS = [versionOf(1), withFields(2, 2), withFields(3, 1), versionOf(4)].map((frozen) =>
  // A run that fails prints its documents by number, not word by word.
  Object.assign(frozen, { [fc.toStringMethod]: () => `version ${frozen.agreement.version}` }),
);
const LEAVING_OUT = withoutPensions(5);
const NAMES = [...FIRM, ...LATER];
const DAY = 24 * 60 * 60 * 1000;
const START = Date.parse('2026-03-20T00:00:00Z');

const anyTime = fc.integer({ min: 0, max: 400 * 24 }).map((hours) => timeAt(START + (hours * DAY) / 24));
const timeAt = (at: number): string => new Date(at).toISOString();
const anyName = fc.constantFrom(...NAMES);
const anyDocument = fc.constantFrom(...DOCUMENTS);

/** Mostly complete, since little can be seen of what is not in force. */
const anyVersion: fc.Arbitrary<VerifiedVersion> = fc
  .record({
    frozen: anyDocument,
    names: fc.oneof(fc.constant(NAMES), fc.constant(FIRM), fc.subarray(NAMES)),
    refused: fc.oneof({ weight: 5, arbitrary: fc.constant<string[]>([]) }, fc.subarray(NAMES)),
    time: anyTime,
  })
  .map(({ frozen, names, refused, time }) => ({
    frozen,
    signatures: names.map((name) => ({ ...signatory(name), time })),
    refused: refused.map(signatory),
  }));

const SUSPENSIONS = DOCUMENTS.flatMap((over) =>
  NAMES.map((name) => noticeBy(name, { kind: 'suspend' }, over, '2026-05-01T09:00:00Z')),
);

const anyNotices: fc.Arbitrary<VerifiedNotice[]> = fc
  .array(
    fc.oneof(
      fc.constantFrom(...SUSPENSIONS).map((one) => [one]),
      // Consent by everybody to the same, or nothing would ever be lifted.
      fc
        .record({
          lifted: fc.subarray(SUSPENSIONS, { minLength: 1, maxLength: 6 }),
          over: anyDocument,
          time: anyTime,
        })
        .map(({ lifted, over, time }) =>
          NAMES.map((name) =>
            noticeBy(name, { kind: 'resume', lifts: lifted.map(({ digest }) => digest) }, over, time),
          ),
        ),
      single((time) => ({ kind: 'terminate', effective: timeAt(Date.parse(time) + 30 * DAY) })),
      single(() => ({ kind: 'reject' })),
      fc
        .record({ over: anyDocument, time: anyTime })
        .map(({ over, time }) =>
          NAMES.map((name) => noticeBy(name, { kind: 'review', reviewBy: '2028-04-01' }, over, time)),
        ),
    ),
    { maxLength: 5 },
  )
  .chain((groups) => fc.tuple(fc.constant(groups.flat()), fc.constantFrom(0, 0, 0, 1, 2)))
  .chain(([all, lost]) => fc.subarray(all, { minLength: Math.max(0, all.length - lost) }));

function single(part: (time: string) => JsonObject): fc.Arbitrary<VerifiedNotice[]> {
  return fc
    .record({ name: anyName, over: anyDocument, time: anyTime })
    .map(({ name, over, time }) => [noticeBy(name, part(time), over, time)]);
}

const anyWorld = fc.record({
  versions: fc.array(anyVersion, { minLength: 1, maxLength: 5 }),
  notices: anyNotices,
  now: anyTime,
});

type World = typeof anyWorld extends fc.Arbitrary<infer T> ? T : never;

const standing = ({ versions, notices, now }: World): Standing =>
  standingOf(versions, notices, now, compareFields);

/** Each field that flows: recipient and field, as long as both parties take part. */
function released(of: Standing): Set<string> {
  if (of.state !== 'active' || of.scheduled) return new Set();
  const takesPart = (agency: string): boolean =>
    of.parties.some((party) => party.agency === agency && party.state === 'taking-part');
  const applied = DOCUMENTS.find(({ digest }) => digest === of.applied?.digest);
  const grants = applied?.agreement.grants ?? [];
  return new Set(
    grants
      .filter(({ provider, recipient }) => takesPart(provider) && takesPart(recipient))
      .flatMap(({ recipient, fields }) => fields.map(({ field }) => `${recipient} ${field}`)),
  );
}

const expectNoMore = (less: Standing, more: Standing): void =>
  expect([...released(less)].filter((flow) => !released(more).has(flow))).toEqual([]);

describe('how an agreement stands, whatever came', () => {
  it('is the same in any order, repeated, and split in pieces', () => {
    fc.assert(
      fc.property(
        anyWorld.chain((world) =>
          fc.tuple(
            fc.constant(world),
            shuffledTwice(world.versions.flatMap(splitSignatures)),
            shuffledTwice(world.notices),
          ),
        ),
        ([world, versions, notices]) => {
          expect(standing({ ...world, versions, notices })).toEqual(standing(world));
        },
      ),
      { numRuns: 300 },
    );
  });

  it('releases no more without a consent: a resumption, or a later review', () => {
    fc.assert(
      fc.property(anyWorld, fc.nat(), (world, pick) => {
        const consents = world.notices.filter(({ notice }) => ['resume', 'review'].includes(notice.kind));
        const lost = consents[pick % Math.max(1, consents.length)];
        const notices = world.notices.filter((one) => one.digest !== lost?.digest);
        expectNoMore(standing({ ...world, notices }), standing(world));
      }),
      { numRuns: 300 },
    );
  });

  it('releases no more without a signature of the version in force, or of a party that joined it', () => {
    fc.assert(
      fc.property(anyWorld, fc.nat(), fc.constantFrom(...DOCUMENTS), (world, pick, document) => {
        // With one version alone: without a signature a newer one leaves the older one in force, by design.
        const versions = world.versions.filter(({ frozen }) => frozen === document);
        fc.pre(versions.length > 0);
        const name = NAMES[pick % NAMES.length];
        const fewer = versions.map((version) => ({
          ...version,
          signatures: version.signatures.filter(({ party, role }) => `${party}/${role}` !== name),
        }));
        expectNoMore(standing({ ...world, versions: fewer }), standing({ ...world, versions }));
      }),
      { numRuns: 300 },
    );
  });

  it('releases no more after another suspension, an end, or a rejection of what is not in force yet', () => {
    fc.assert(
      fc.property(
        anyWorld,
        fc.oneof(
          fc.constantFrom(...SUSPENSIONS).map((one) => [one]),
          single((time) => ({ kind: 'terminate', effective: time })),
          single(() => ({ kind: 'reject' })),
        ),
        (world, more) => {
          expectNoMore(standing({ ...world, notices: [...world.notices, ...more] }), standing(world));
        },
      ),
      { numRuns: 300 },
    );
  });

  it('releases no more after a narrower version that some have signed', () => {
    fc.assert(
      fc.property(anyWorld, fc.subarray(NAMES), (world, names) => {
        const one: VerifiedVersion = {
          frozen: withFields(5, 1),
          signatures: names
            .filter((name) => name !== PENSIONS)
            .map((name) => ({ ...signatory(name), time: '2026-03-01T00:00:00Z' })),
          refused: [],
        };
        expectNoMore(standing({ ...world, versions: [...world.versions, one] }), standing(world));
      }),
      { numRuns: 200 },
    );
  });

  it('is not changed by a newer version that leaves out a party, whoever signed it and when', () => {
    fc.assert(
      fc.property(anyWorld, anyTime, (world, time) => {
        const before = standing(world);
        fc.pre(before.cited !== undefined);
        const one: VerifiedVersion = {
          frozen: LEAVING_OUT,
          signatures: NAMES.filter((name) => name !== PENSIONS).map((name) => ({ ...signatory(name), time })),
          refused: [],
        };
        const after = standing({ ...world, versions: [...world.versions, one] });
        expect({ ...after, versions: after.versions.slice(0, -1), nextChangeAt: '' }).toEqual({
          ...before,
          nextChangeAt: '',
        });
      }),
      { numRuns: 200 },
    );
  });

  it('stays as it is until the moment that it names', () => {
    fc.assert(
      fc.property(anyWorld, fc.double({ min: 0, max: 1, noNaN: true }), (world, share) => {
        const before = standing(world);
        const from = Date.parse(world.now);
        const until =
          before.nextChangeAt === undefined ? from + 2000 * DAY : Date.parse(before.nextChangeAt) - 1;
        expect(until).toBeGreaterThanOrEqual(from);
        const now = timeAt(from + Math.floor((until - from) * share));
        expect(standing({ ...world, now })).toEqual(before);
      }),
      { numRuns: 300 },
    );
  });

  it('is suspended by any signatory of a party that it needs', () => {
    fc.assert(
      fc.property(
        anyWorld,
        fc.constantFrom(OWNER, LEGAL, PENSIONS, COUNCIL),
        anyTime,
        (world, name, time) => {
          const { cited } = standing(world);
          const over = DOCUMENTS.find(({ digest }) => digest === cited?.digest);
          fc.pre(over !== undefined);
          const stop = noticeBy(name, { kind: 'suspend' }, over, time);
          const flows = [...released(standing({ ...world, notices: [...world.notices, stop] }))];
          expect(flows.filter((flow) => name !== COUNCIL || flow.startsWith('council'))).toEqual([]);
        },
      ),
      { numRuns: 200 },
    );
  });
});

it('what is made up for these tests does reach every state, and releases', () => {
  const worlds = fc.sample(anyWorld, { numRuns: 800, seed: 7 }).map(standing);
  const states = new Set(worlds.map(({ state }) => state));
  expect([...states].sort()).toEqual(['active', 'proposed', 'rejected', 'suspended', 'terminated']);
  const kinds = new Set(worlds.flatMap(({ causes }) => causes.map(({ kind }) => kind)));
  for (const kind of ['suspended', 'terminated', 'signatures-refused', 'signed-and-rejected'])
    expect(kinds).toContain(kind);
  expect(worlds.filter((one) => released(one).size > 0).length).toBeGreaterThan(100);
  expect(worlds.some(({ cited, applied }) => cited?.digest !== applied?.digest)).toBe(true);
});

/** One version as several copies, each with one of its signatures. */
const splitSignatures = (version: VerifiedVersion): VerifiedVersion[] => [
  { ...version, signatures: [] },
  ...version.signatures.map((one) => ({ ...version, signatures: [one] })),
];

const shuffledTwice = <T>(list: readonly T[]): fc.Arbitrary<T[]> =>
  fc.shuffledSubarray([...list, ...list], { minLength: list.length * 2 });
