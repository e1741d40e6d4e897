import type { JsonObject } from '@concordat/record';
import { describe, expect, it } from 'vitest';
import {
  compareFields,
  COUNCIL,
  FIRM,
  LATER,
  LEGAL,
  noticeBy,
  OWNER,
  PENSIONS,
  PROTECTION,
  signedBy,
  versionOf,
  withFields,
  withoutPensions,
} from './example-notices.js';
import { standingOf } from './standing.js';
import type { Standing, VerifiedNotice, VerifiedVersion } from './standing-types.js';

const NOW = '2026-06-01T12:00:00Z';
const first = versionOf(1);
const second = versionOf(2, (document) => (document['summary'] = 'The same, in other words.'));
const inForce = signedBy(first, FIRM);

const standing = (
  versions: readonly VerifiedVersion[],
  notices: readonly VerifiedNotice[] = [],
  now = NOW,
): Standing => standingOf(versions, notices, now, compareFields);

const states = (of: Standing): string[] => of.versions.map(({ version, state }) => `${version} ${state}`);
const part = (of: Standing, agency: string): string | undefined =>
  of.parties.find((party) => party.agency === agency)?.state;
const kinds = (of: Standing): string[] => of.causes.map(({ kind }) => kind);

const suspend = (name: string, over = first, time?: string): VerifiedNotice =>
  noticeBy(name, { kind: 'suspend' }, over, time);
const resume = (
  name: string,
  lifts: readonly VerifiedNotice[],
  over = first,
  time = '2026-05-10T09:00:00Z',
) => noticeBy(name, { kind: 'resume', lifts: lifts.map(({ digest }) => digest) }, over, time);
const resumeBy = (
  names: readonly string[],
  lifts: readonly VerifiedNotice[],
  over = first,
  time?: string,
): VerifiedNotice[] => names.map((name) => resume(name, lifts, over, time));
const terminate = (name: string, effective: string, over = first, time?: string): VerifiedNotice =>
  noticeBy(name, { kind: 'terminate', effective }, over, time);
const reject = (name: string, over = first): VerifiedNotice => noticeBy(name, { kind: 'reject' }, over);
const review = (names: readonly string[], reviewBy: string, over = first): VerifiedNotice[] =>
  names.map((name) => noticeBy(name, { kind: 'review', reviewBy }, over));

describe('signing', () => {
  it('is in force once everyone whom it needs has signed', () => {
    expect(standing([signedBy(first, [OWNER, LEGAL])])).toMatchObject({
      state: 'proposed',
      parties: [],
      versions: [{ state: 'proposed', missing: [PENSIONS] }],
    });
    const whole = standing([inForce]);
    expect(whole).toMatchObject({
      state: 'active',
      scheduled: false,
      since: '2026-03-10T12:00:00.000Z',
      until: '2029-04-01T00:00:00.000Z',
      cited: { version: 1, digest: first.digest },
      applied: { version: 1 },
      reviewBy: '2027-04-01',
      causes: [],
      warnings: [],
    });
    expect(whole.parties).toEqual([
      { agency: 'register-office', firm: true, state: 'taking-part' },
      { agency: 'pensions', firm: true, state: 'taking-part' },
      { agency: 'council', firm: false, state: 'not-joined' },
    ]);
  });

  it('a party that may join later joins with all of its own signatories', () => {
    expect(part(standing([signedBy(first, [...FIRM, COUNCIL])]), 'council')).toBe('not-joined');
    expect(part(standing([signedBy(first, [...FIRM, ...LATER])]), 'council')).toBe('taking-part');
  });

  it('a signature from the future counts when its time comes', () => {
    const early = { ...inForce, signatures: inForce.signatures.map((one) => ({ ...one, time: NOW })) };
    const before = standing([early], [], '2026-06-01T11:54:59Z');
    expect(before).toMatchObject({ state: 'proposed', nextChangeAt: '2026-06-01T11:55:00.000Z' });
    expect(standing([early], [], '2026-06-01T11:55:00Z').state).toBe('active');
  });

  it('a name under which there is only a signature that does not hold stops everything, an older version too', () => {
    const refused = [{ party: 'pensions', role: 'legal' }];
    const spoiled = { ...signedBy(second, [OWNER, LEGAL]), refused };
    expect(standing([inForce, spoiled])).toMatchObject({
      state: 'suspended',
      cited: { version: 2 },
      causes: [{ kind: 'signatures-refused', signatories: [PENSIONS] }],
    });
    // Somebody who has not signed at all is a proposal's ordinary case.
    expect(standing([inForce, { ...signedBy(second, [OWNER]), refused }]).cited?.version).toBe(1);
    // Beside a good signature of the same signatory a bad one says nothing.
    expect(standing([{ ...inForce, refused }]).state).toBe('active');
  });
});

describe('suspending', () => {
  it.each(FIRM)('%s alone stops everything', (name) => {
    const stop = suspend(name);
    expect(standing([inForce], [stop])).toMatchObject({
      state: 'suspended',
      since: '2026-05-01T09:00:00.000Z',
      causes: [{ kind: 'suspended', notice: stop.digest, whole: true, missing: FIRM }],
    });
  });

  it('counts at once, whatever time it states', () => {
    for (const time of ['2020-01-01T00:00:00Z', '2030-01-01T00:00:00Z'])
      expect(standing([inForce], [suspend(PENSIONS, first, time)]).state).toBe('suspended');
  });

  it('by a party that joined later stops what that party gives and gets', () => {
    const joined = signedBy(first, [...FIRM, ...LATER]);
    const stopped = standing([joined], [suspend(COUNCIL)]);
    expect(stopped.state).toBe('active');
    expect(part(stopped, 'council')).toBe('suspended');
    expect(part(stopped, 'pensions')).toBe('taking-part');
  });

  it('by a party that has not joined stops nothing', () => {
    const stop = suspend(COUNCIL);
    const result = standing([inForce], [stop]);
    expect(result.state).toBe('active');
    expect(result.withoutEffect).toEqual([
      { notice: stop.digest, why: expect.stringContaining('take part') },
    ]);
  });

  it('by a stranger who proposes a version of the same name stops nothing', () => {
    const foreign = withStrangers(2);
    const stop = suspend('stranger/legal', foreign);
    expect(standing([inForce, signedBy(foreign, [])], [stop]).state).toBe('active');
    // Nor when all the strangers have signed their version.
    const taken = standing([inForce, signedBy(foreign, ['stranger/legal', 'friend/legal'])], [stop]);
    expect(taken).toMatchObject({ state: 'active', cited: { version: 1 } });
  });

  it('by a party in force counts under whichever version it names', () => {
    expect(standing([inForce, signedBy(second, [])], [suspend(PENSIONS, second)]).state).toBe('suspended');
    expect(standing([inForce, signedBy(second, FIRM)], [suspend(PENSIONS, first)]).state).toBe('suspended');
  });

  it('goes on when a newer version comes into force', () => {
    const newer = signedBy(second, FIRM, '2026-05-20T12:00:00Z');
    expect(standing([inForce, newer], [suspend(PENSIONS)])).toMatchObject({
      state: 'suspended',
      cited: { version: 2 },
    });
  });

  it('is not lifted by a version that leaves out whoever suspended, whatever time its signatures state', () => {
    for (const time of ['2026-04-30T23:59:59Z', '2026-05-20T12:00:00Z']) {
      const newer = signedBy(withoutPensions(2), [OWNER, LEGAL, COUNCIL, PROTECTION], time);
      expect(standing([inForce, newer], [suspend(PENSIONS)])).toMatchObject({
        state: 'suspended',
        cited: { version: 1 },
        causes: [{ missing: FIRM }],
      });
    }
  });

  it('by a later joiner stops nothing once it is dropped', () => {
    const joined = signedBy(first, [...FIRM, ...LATER]);
    const newer = signedBy(withoutCouncil(2), FIRM);
    const stop = suspend(COUNCIL);
    expect(standing([joined, newer], [stop])).toMatchObject({
      state: 'active',
      cited: { version: 2 },
      causes: [],
      withoutEffect: [{ notice: stop.digest }],
    });
  });
});

describe('resuming', () => {
  const stop = suspend(PENSIONS);

  it.each(FIRM)('needs everyone: without %s it stays suspended', (absent) => {
    const others = FIRM.filter((name) => name !== absent);
    expect(standing([inForce], [stop, ...resumeBy(others, [stop])])).toMatchObject({
      state: 'suspended',
      causes: [{ missing: [absent] }],
    });
  });

  it('by everyone lets it go on, and a replay of the suspension changes nothing', () => {
    const all = [stop, ...resumeBy(FIRM, [stop])];
    expect(standing([inForce], all)).toMatchObject({ state: 'active', causes: [] });
    expect(standing([inForce], [...all, stop, stop])).toEqual(standing([inForce], all));
  });

  it('lifts only the suspensions that it lists', () => {
    const other = suspend(LEGAL, first, '2026-05-05T09:00:00Z');
    const one = [stop, other, ...resumeBy(FIRM, [stop])];
    expect(standing([inForce], one)).toMatchObject({
      state: 'suspended',
      causes: [{ notice: other.digest }],
    });
    expect(standing([inForce], [stop, other, ...resumeBy(FIRM, [stop, other])]).state).toBe('active');
    // A later one needs consent of its own, whatever was consented to before.
    const again = suspend(PENSIONS, first, '2026-05-20T09:00:00Z');
    expect(standing([inForce], [stop, ...resumeBy(FIRM, [stop]), again]).state).toBe('suspended');
  });

  it('needs the same suspension from each, not each a different one', () => {
    const other = suspend(LEGAL, first, '2026-05-05T09:00:00Z');
    const mixed = [...resumeBy([OWNER, LEGAL], [stop]), resume(PENSIONS, [other])];
    expect(kinds(standing([inForce], [stop, other, ...mixed]))).toEqual(['suspended', 'suspended']);
  });

  it('does not count for the other role of the same party', () => {
    const twice = [
      ...resumeBy([LEGAL, PENSIONS], [stop]),
      resume(LEGAL, [stop], first, '2026-05-11T09:00:00Z'),
    ];
    expect(standing([inForce], [stop, ...twice]).state).toBe('suspended');
  });

  it('from the future counts when its time comes', () => {
    const late = resumeBy(FIRM, [stop], first, '2026-06-01T12:10:00Z');
    const before = standing([inForce], [stop, ...late]);
    expect(before).toMatchObject({ state: 'suspended', nextChangeAt: '2026-06-01T12:05:00.000Z' });
    expect(standing([inForce], [stop, ...late], '2026-06-01T12:05:00Z').state).toBe('active');
  });

  it('of a suspension by a party that joined later needs that party as well', () => {
    const joined = signedBy(first, [...FIRM, ...LATER]);
    const own = suspend(COUNCIL);
    const firm = [own, ...resumeBy(FIRM, [own])];
    expect(part(standing([joined], firm), 'council')).toBe('suspended');
    expect(part(standing([joined], [...firm, resume(COUNCIL, [own])]), 'council')).toBe('suspended');
    expect(part(standing([joined], [...firm, ...resumeBy(LATER, [own])]), 'council')).toBe('taking-part');
    expect(part(standing([joined], [own, ...resumeBy(LATER, [own])]), 'council')).toBe('suspended');
  });

  it('stays when a newer version with more parties comes into force', () => {
    const more = withNewFirmParty(2);
    const newer = signedBy(more, [...FIRM, 'archive/legal'], '2026-05-20T12:00:00Z');
    expect(standing([inForce, newer], [stop, ...resumeBy(FIRM, [stop])]).state).toBe('active');
  });

  it('under an older version with fewer parties does not count once a newer one is in force', () => {
    const more = withNewFirmParty(2);
    const newer = signedBy(more, [...FIRM, 'archive/legal'], '2026-05-05T12:00:00Z');
    const versions = [inForce, newer];
    expect(standing(versions, [stop, ...resumeBy(FIRM, [stop])])).toMatchObject({
      state: 'suspended',
      causes: [{ missing: [...FIRM, 'archive/legal'] }],
    });
    const all = resumeBy([...FIRM, 'archive/legal'], [stop], more);
    expect(standing(versions, [stop, ...all]).state).toBe('active');
  });

  it('under a version that nobody has signed does not count', () => {
    const small = versionOf(2, (document) => {
      const parties = document['parties'] as JsonObject[];
      for (const party of parties.slice(1)) party['mayJoinLater'] = true;
    });
    expect(
      standing([inForce, signedBy(small, [])], [stop, ...resumeBy([OWNER, LEGAL, PENSIONS], [stop], small)])
        .state,
    ).toBe('suspended');
  });
});

describe('ending', () => {
  it('takes effect at the moment that it names, and for good', () => {
    const end = terminate(PENSIONS, '2026-07-01T10:00:00Z');
    const before = standing([inForce], [end]);
    expect(before).toMatchObject({
      state: 'active',
      until: '2026-07-01T10:00:00.000Z',
      nextChangeAt: '2026-07-01T10:00:00.000Z',
    });
    const after = standing([inForce], [end], '2026-07-01T10:00:00Z');
    expect(after).toMatchObject({ state: 'terminated', since: '2026-07-01T10:00:00.000Z' });
    expect(after.nextChangeAt).toBeUndefined();
    const newer = signedBy(second, FIRM, '2026-07-02T10:00:00Z');
    expect(standing([inForce, newer], [end], '2026-07-03T10:00:00Z').state).toBe('terminated');
  });

  it('of several ends the earliest counts, and none after the term', () => {
    const ends = [terminate(PENSIONS, '2026-08-01T10:00:00Z'), terminate(LEGAL, '2026-07-01T10:00:00Z')];
    expect(standing([inForce], ends).until).toBe('2026-07-01T10:00:00.000Z');
    const late = [terminate(PENSIONS, '2030-07-01T10:00:00Z')];
    expect(standing([inForce], late, '2030-08-01T10:00:00Z')).toMatchObject({
      state: 'expired',
      since: '2029-04-01T00:00:00.000Z',
    });
  });

  it('by a party that joined later ends its own part, until it joins again', () => {
    const joined = signedBy(first, [...FIRM, ...LATER]);
    const end = terminate(COUNCIL, '2026-05-15T10:00:00Z');
    const left = standing([joined], [end]);
    expect(left.state).toBe('active');
    expect(part(left, 'council')).toBe('ended');
    const newer = (time: string) => [
      joined,
      signedBy(second, FIRM, '2026-05-20T12:00:00Z'),
      signedBy(second, LATER, time),
    ];
    expect(part(standing(newer('2026-05-21T12:00:00Z'), [end]), 'council')).toBe('taking-part');
    // Its signatures from before it left do not bring it back.
    expect(part(standing(newer('2026-04-21T12:00:00Z'), [end]), 'council')).toBe('ended');
  });

  it('by a party that has not joined, or by a stranger, ends nothing', () => {
    const foreign = withStrangers(2);
    for (const notices of [
      [terminate(COUNCIL, '2026-05-15T10:00:00Z')],
      [terminate('stranger/legal', '2026-05-15T10:00:00Z', foreign)],
    ])
      expect(standing([inForce, signedBy(foreign, [])], notices)).toMatchObject({
        state: 'active',
        causes: [],
      });
  });
});

describe('rejecting', () => {
  it('a proposal ends it, by whichever party, and whatever signatures it has', () => {
    for (const name of [PENSIONS, COUNCIL])
      expect(standing([signedBy(first, [OWNER])], [reject(name)])).toMatchObject({
        state: 'rejected',
        versions: [{ state: 'rejected' }],
      });
    const newer = signedBy(second, [OWNER]);
    expect(states(standing([inForce, newer], [reject(PENSIONS, second)]))).toEqual([
      '1 active',
      '2 rejected',
    ]);
  });

  it('a version that everyone signed stops everything: neither it nor an older one is sure', () => {
    const both = standing([inForce, signedBy(second, FIRM)], [reject(PENSIONS, second)]);
    expect(both).toMatchObject({ state: 'suspended', cited: { version: 2 } });
    expect(kinds(both)).toEqual(['signed-and-rejected']);
    const third = signedBy(versionOf(3), FIRM);
    expect(standing([inForce, signedBy(second, FIRM), third], [reject(PENSIONS, second)])).toMatchObject({
      state: 'active',
      cited: { version: 3 },
    });
  });

  it('a narrowing version does not widen what is released again', () => {
    const narrow = signedBy(withFields(2, 1), [PENSIONS]);
    for (const notices of [[], [reject(LEGAL, narrow.frozen)]])
      expect(standing([inForce, narrow], notices)).toMatchObject({
        state: 'active',
        cited: { version: 1 },
        applied: { version: 2 },
      });
  });
});

describe('superseding', () => {
  const narrow = withFields(2, 1);

  it('by the newest version that everyone signed; what is older can no more come into force', () => {
    const third = signedBy(versionOf(3), FIRM);
    expect(states(standing([inForce, signedBy(second, [OWNER]), third]))).toEqual([
      '1 superseded',
      '2 superseded',
      '3 active',
    ]);
  });

  it('only by a version that every party of the one in force had to sign, in every role', () => {
    const all = [...FIRM, ...LATER, 'archive/legal', 'accomplice/legal'];
    for (const [taking, path, who] of [
      [withoutPensions(2), '/parties', 'pensions'],
      [takenOver(2), '/parties', 'register-office'],
      [withOneRole(2), '/parties/0/signatories', 'information-asset-owner'],
      [withPensionsLater(2), '/parties/1/mayJoinLater', 'pensions'],
    ] as const) {
      const result = standing([inForce, signedBy(taking, all)]);
      expect(result).toMatchObject({ state: 'active', cited: { version: 1 }, applied: { version: 1 } });
      expect(result.versions[1]).toMatchObject({
        state: 'proposed',
        missing: [],
        obstacles: [{ path, message: expect.stringContaining(who) }],
      });
    }
    for (const more of [withNewFirmParty(2), withoutCouncil(2), second]) {
      const result = standing([inForce, signedBy(more, all)]);
      expect(result.cited?.version).toBe(2);
      expect(result.versions.map(({ obstacles }) => obstacles)).toEqual([undefined, undefined]);
    }
  });

  it('stops everything when two could follow the same one, and neither the other', () => {
    const more = signedBy(withNewFirmParty(2), [...FIRM, 'archive/legal']);
    const third = signedBy(versionOf(3), FIRM);
    expect(standing([inForce, signedBy(more.frozen, FIRM), third])).toMatchObject({
      state: 'active',
      cited: { version: 3 },
    });
    // The archive signs late, or those who stay drop it: nobody can say which.
    const both = standing([inForce, more, third]);
    expect(both).toMatchObject({ state: 'suspended', cited: { version: 2 } });
    expect(both.causes).toMatchObject([
      { kind: 'successors-differ', versions: [{ version: 2 }, { version: 3 }] },
    ]);
    const fourth = signedBy(withNewFirmParty(4), [...FIRM, 'archive/legal']);
    expect(standing([inForce, more, third, fourth])).toMatchObject({
      state: 'active',
      cited: { version: 4 },
    });
  });

  it('narrows by no version that could not take its place', () => {
    const small = withFields(2, 1).agreement.grants;
    for (const taking of [withOneRole(2), withPensionsLater(2)]) {
      const both = versionOf(2, (document) => Object.assign(document, taking.agreement, { grants: small }));
      expect(standing([inForce, signedBy(both, [OWNER, LEGAL])]).applied?.version).toBe(1);
    }
  });

  it('narrows at once when all of one party have signed', () => {
    expect(standing([inForce, signedBy(narrow, [OWNER])]).applied?.version).toBe(1);
    expect(standing([inForce, signedBy(narrow, [OWNER, LEGAL])])).toMatchObject({
      cited: { version: 1 },
      applied: { version: 2 },
      versions: [{ state: 'active' }, { state: 'proposed' }],
    });
  });

  it('narrows by no signature of a later joiner, nor of a party that only the newer version names', () => {
    expect(standing([signedBy(first, [...FIRM, ...LATER]), signedBy(narrow, LATER)]).applied?.version).toBe(
      1,
    );
    const more = withNewFirmParty(2);
    const both = versionOf(2, (document) => {
      Object.assign(document, more.agreement, { grants: narrow.agreement.grants });
    });
    expect(standing([inForce, signedBy(both, ['archive/legal'])]).applied?.version).toBe(1);
  });

  it('widens only when everyone has signed', () => {
    const small = signedBy(withFields(1, 1), FIRM);
    const wide = versionOf(2);
    expect(standing([small, signedBy(wide, [OWNER, LEGAL])]).applied?.version).toBe(1);
    expect(standing([small, signedBy(wide, FIRM)]).applied?.version).toBe(2);
  });

  it('of several narrowings the narrowest applies, whichever is newer', () => {
    const one = signedBy(withFields(2, 1), [PENSIONS]);
    const two = signedBy(withFields(3, 2), [OWNER, LEGAL]);
    expect(standing([inForce, one, two]).applied?.version).toBe(2);
    const again = signedBy(withFields(3, 1), [OWNER, LEGAL]);
    expect(standing([inForce, one, again]).applied?.version).toBe(3);
  });

  it('narrowings of which neither lies within the other release nothing', () => {
    const apart = standingOf(
      [inForce, signedBy(withFields(2, 1), [PENSIONS]), signedBy(withFields(3, 2), [OWNER, LEGAL])],
      [],
      NOW,
      (before) => ({ overall: before.version === 1 ? 'narrows' : 'widens' }),
    );
    expect(apart).toMatchObject({ state: 'suspended', applied: { version: 1 } });
    expect(kinds(apart)).toEqual(['narrowings-differ']);
  });

  it('a narrower term counts at once as well', () => {
    const short = versionOf(2, (document) => {
      document['term'] = { from: '2026-04-01', reviewBy: '2026-05-01', until: '2026-12-31' };
    });
    const narrows = () => ({ overall: 'narrows' }) as const;
    const shorter = standingOf([inForce, signedBy(short, [PENSIONS])], [], NOW, narrows);
    expect(shorter).toMatchObject({
      state: 'suspended',
      reviewBy: '2026-05-01',
      until: '2027-01-01T00:00:00.000Z',
    });
  });
});

describe('the clock', () => {
  it.each([
    ['2026-03-31T23:59:59.999Z', 'active', true],
    ['2026-04-01T00:00:00Z', 'active', false],
    ['2027-04-01T23:59:59.999Z', 'active', false],
    ['2027-04-02T00:00:00Z', 'suspended', false],
    ['2029-03-31T23:59:59.999Z', 'suspended', false],
    ['2029-04-01T00:00:00Z', 'expired', false],
  ])('at %s: %s', (now, state, scheduled) => {
    expect(standing([inForce], [], now)).toMatchObject({ state, scheduled });
  });

  it('takes a time in another zone for the moment that it is', () => {
    expect(standing([inForce], [], '2027-04-02T00:30:00+01:00').state).toBe('active');
    expect(standing([inForce], [], '2027-04-01T23:30:00-01:00').state).toBe('suspended');
  });

  it.each([
    ['2026-12-31T23:59:59Z', undefined],
    ['2027-01-01T00:00:00Z', 90],
    ['2027-03-01T23:59:59Z', 90],
    ['2027-03-02T00:00:00Z', 30],
    ['2027-03-25T00:00:00Z', 7],
    ['2027-04-01T23:59:59Z', 7],
    ['2027-04-02T00:00:00Z', undefined],
  ])('at %s it warns of the review within %s days', (now, within) => {
    const warnings = standing([inForce], [], now).warnings;
    expect(warnings).toEqual(within === undefined ? [] : [{ kind: 'review-due', on: '2027-04-01', within }]);
  });

  it('warns of the end of the term', () => {
    const far = review(FIRM, '2029-03-31');
    expect(standing([inForce], far, '2029-03-25T00:00:00Z').warnings).toEqual([
      { kind: 'review-due', on: '2029-03-31', within: 7 },
      { kind: 'term-ends', on: '2029-03-31', within: 7 },
    ]);
  });

  it('a review is moved by everyone together, and never to an earlier day', () => {
    const late = '2027-06-01T00:00:00Z';
    expect(standing([inForce], review(FIRM, '2028-04-01'), late)).toMatchObject({
      state: 'active',
      reviewBy: '2028-04-01',
    });
    expect(standing([inForce], review(FIRM.slice(1), '2028-04-01'), late).state).toBe('suspended');
    const mixed = [...review([OWNER, LEGAL], '2028-04-01'), ...review([PENSIONS], '2028-05-01')];
    expect(standing([inForce], mixed, late).state).toBe('suspended');
    expect(standing([inForce], review(FIRM, '2026-05-01')).reviewBy).toBe('2027-04-01');
    // Of one version it says nothing about the next.
    const newer = signedBy(second, FIRM);
    expect(standing([inForce, newer], review(FIRM, '2028-04-01'), late).state).toBe('suspended');
  });
});

function withStrangers(version: number) {
  return versionOf(version, (document) => {
    const [provider, recipient] = document['parties'] as [JsonObject, JsonObject];
    const signatories = [{ role: 'legal', name: 'Ada Park', position: 'Head of Service' }];
    document['parties'] = [
      { ...provider, agency: 'stranger', signatories },
      { ...recipient, agency: 'friend', signatories },
    ];
    const [grant] = document['grants'] as [JsonObject];
    document['grants'] = [{ ...grant, provider: 'stranger', recipient: 'friend' }];
  });
}

function withNewFirmParty(version: number) {
  return versionOf(version, (document) => {
    const parties = document['parties'] as JsonObject[];
    document['parties'] = [...parties, { ...parties[1], agency: 'archive' }];
  });
}

/** The recipient and an accomplice, without the provider. */
function takenOver(version: number) {
  return versionOf(version, (document) => {
    const [provider, recipient] = document['parties'] as [JsonObject, JsonObject];
    const signatories = [{ role: 'legal', name: 'Ada Park', position: 'Head of Service' }];
    document['parties'] = [{ ...provider, agency: 'accomplice', signatories }, recipient];
    const [grant] = document['grants'] as [JsonObject];
    document['grants'] = [{ ...grant, provider: 'accomplice' }];
  });
}

function withOneRole(version: number) {
  return versionOf(version, (document) => {
    const [provider, ...others] = document['parties'] as [JsonObject, ...JsonObject[]];
    const signatories = (provider['signatories'] as JsonObject[]).filter(({ role }) => role === 'legal');
    document['parties'] = [{ ...provider, signatories }, ...others];
  });
}

function withPensionsLater(version: number) {
  return versionOf(version, (document) => {
    const [provider, pensions, council] = document['parties'] as [JsonObject, JsonObject, JsonObject];
    document['parties'] = [provider, { ...pensions, mayJoinLater: true }, council];
  });
}

function withoutCouncil(version: number) {
  return versionOf(version, (document) => {
    document['parties'] = (document['parties'] as JsonObject[]).slice(0, 2);
    document['grants'] = (document['grants'] as JsonObject[]).slice(0, 1);
  });
}
