import { compileSchema, toCloudEvent } from '@concordat/record';
import { describe, expect, it } from 'vitest';
import type { AmendedRecord } from './amend.js';
import type { DeathRecord } from './death.js';
import {
  AMENDED,
  deathRegistrations,
  deathRegistrationStream,
  OPENING_EVENTS,
  REGISTERED,
} from './events.js';
import { loadSampleSchemas } from './load.js';

const SEEDS = [0, 1, 7, 2026, 2 ** 32 - 1];
const bySeed = new Map(SEEDS.map((seed) => [seed, deathRegistrations({ seed, count: 600 })]));
const validators = new Map(loadSampleSchemas().map(({ type, schema }) => [type, compileSchema(schema)]));

describe('the made-up register', () => {
  it.each(SEEDS)('is valid throughout: seed %i', (seed) => {
    for (const event of bySeed.get(seed)!) {
      expect(toCloudEvent(event)).toBe(event);
      expect(validators.get(event.type)!(event.data), event.id).toEqual([]);
    }
  });

  it('is the same for the same seed, and however many are taken', () => {
    const all = JSON.stringify(bySeed.get(7));
    expect(JSON.stringify(deathRegistrations({ seed: 7, count: 600 }))).toBe(all);
    expect(JSON.stringify(deathRegistrations({ seed: 7, count: 100 }))).toBe(
      JSON.stringify(bySeed.get(7)!.slice(0, 100)),
    );
    expect(JSON.stringify(bySeed.get(1))).not.toBe(all);
  });

  it('never gives one source and id to two events that differ', () => {
    const seen = new Map<string, string>();
    for (const event of [...bySeed.values()].flat()) {
      const text = JSON.stringify(event);
      expect(seen.get(`${event.source} ${event.id}`) ?? text).toBe(text);
      seen.set(`${event.source} ${event.id}`, text);
    }
  });

  it('has events of both types, each about its registration', () => {
    for (const event of bySeed.get(1)!) {
      const data = event.data as AmendedRecord;
      expect(event.subject).toBe(data.registration.urn);
      expect(event.source).toBe('urn:concordat:agency:register-office');
      if (event.type === AMENDED) expect(data.amendment.of).toBe(data.registration.urn);
      else expect(event.type).toBe(REGISTERED);
    }
  });

  it('makes ten thousand in a moment', () => {
    const begun = performance.now();
    expect(deathRegistrations({ seed: 3, count: 10_000 })).toHaveLength(10_000);
    expect(performance.now() - begun).toBeLessThan(5000);
  });

  it('refuses a seed that is none', () => {
    for (const seed of [-1, 0.5, NaN, 2 ** 32])
      expect(() => deathRegistrationStream(seed).next()).toThrow(RangeError);
  });
});

describe.each(SEEDS)('the opening, seed %i', (seed) => {
  const opening = bySeed.get(seed)!.slice(0, OPENING_EVENTS);
  const records = opening.map((event) => event.data as DeathRecord);
  const amendments = opening.filter(({ type }) => type === AMENDED).map(({ data }) => data as AmendedRecord);
  const names = records.flatMap(({ deceased }) => deceased.names);
  const postcodes = records.map(({ deceased }) => deceased.address?.postcode);
  const some = (test: (deceased: DeathRecord['deceased']) => boolean): boolean =>
    records.some(({ deceased }) => test(deceased));

  it('has names as people have them', () => {
    for (const text of ['Siân', 'O’Neill', 'Łukasz', '王', 'Zoe\u0308']) {
      expect(
        names.some(({ given = [], family }) => [...given, family].includes(text)),
        text,
      ).toBe(true);
    }
    expect(names.some(({ given }) => given === undefined)).toBe(true);
    expect(names.some(({ family }) => family === undefined)).toBe(true);
    expect(new Set(names.map(({ kind }) => kind))).toEqual(new Set(['registered', 'former', 'alias']));
    expect(records.every(({ deceased }) => deceased.names[0]!.kind === 'registered')).toBe(true);
  });

  it('has partial dates, dates in doubt and none at all', () => {
    expect(
      some(({ dateOfBirth }) => dateOfBirth?.value.length === 4 && dateOfBirth.qualifier !== undefined),
    ).toBe(true);
    expect(
      some(({ dateOfDeath }) => dateOfDeath?.value.length === 7 && dateOfDeath.qualifier !== undefined),
    ).toBe(true);
    expect(some(({ dateOfDeath }) => dateOfDeath?.qualifier === 'on or about')).toBe(true);
    expect(some((one) => !('dateOfBirth' in one) && !('dateOfDeath' in one) && !('ageAtDeath' in one))).toBe(
      true,
    );
  });

  it('has every address that trips a program', () => {
    expect(some(({ address }) => address?.lines.length === 1 && address.postcode !== undefined)).toBe(true);
    expect(some(({ address }) => address !== undefined && address.postcode === undefined)).toBe(true);
    expect(some(({ address }) => address?.lines[0] === 'No fixed abode')).toBe(true);
    expect(some(({ address }) => address?.lines.at(-1) === 'France')).toBe(true);
    expect(some(({ address }) => address === undefined)).toBe(true);
    for (const inside of [/^NS[1-5] /u, /^NS[6-9] /u, /^WX/u]) {
      expect(postcodes.some((postcode) => inside.test(postcode ?? ''))).toBe(true);
    }
  });

  it('has the ages at which rules begin', () => {
    for (const age of [0, 9, 15, 16, 108])
      expect(
        some(({ ageAtDeath }) => ageAtDeath === age),
        `${age}`,
      ).toBe(true);
  });

  it('has records with parts missing', () => {
    expect(records.some((one) => one.informant === undefined && one.causeOfDeath === undefined)).toBe(true);
    expect(records.some((one) => one.informant !== undefined && one.informant.phone === undefined)).toBe(
      true,
    );
    expect(records.some((one) => one.partner === undefined && one.deceased.occupation === undefined)).toBe(
      true,
    );
    expect(some((one) => one.nhsNumber === undefined && one.nationalInsuranceNumber === undefined)).toBe(
      true,
    );
    expect(some((one) => Object.keys(one).length === 1)).toBe(true);
  });

  it('sends one record twice', () => {
    const texts = opening.map((event) => JSON.stringify(event));
    expect(new Set(texts).size).toBeLessThan(texts.length);
  });

  it('amends, cancels and restores, once before what is amended', () => {
    const reasons = amendments.map(({ amendment }) => amendment.reason);
    expect(reasons).toContain('formal-correction');
    expect(reasons).toContain('cancelled');
    expect(reasons).toContain('cancellation-removed');
    expect(reasons.some((reason) => reason === 'typographical' || reason === 'quality-assurance')).toBe(true);
    const arrival = (type: string, urn: string | undefined): number =>
      opening.findIndex((event) => event.type === type && event.subject === urn);
    const early = opening.filter(
      ({ subject, type }) => type === AMENDED && arrival(REGISTERED, subject) > arrival(AMENDED, subject),
    );
    expect(early).toHaveLength(1);
  });
});

describe('over many records', () => {
  const records = deathRegistrations({ seed: 5, count: 3000 }).map((event) => event.data as DeathRecord);

  it('no age contradicts the dates', () => {
    for (const { deceased } of records) {
      const born = deceased.dateOfBirth?.value;
      const died = deceased.dateOfDeath?.value;
      if (born?.length !== 10 || died?.length !== 10) continue;
      expect(born <= died).toBe(true);
      const years =
        Number(died.slice(0, 4)) - Number(born.slice(0, 4)) - (died.slice(5) < born.slice(5) ? 1 : 0);
      expect(deceased.ageAtDeath).toBe(years);
    }
  });

  it('an entry is amended after it was made, and each time later than the last', () => {
    const last = new Map<string, string>();
    for (const { registration, amendment } of records as AmendedRecord[]) {
      if (amendment === undefined) continue;
      expect(amendment.time > (last.get(amendment.of) ?? registration.time)).toBe(true);
      last.set(amendment.of, amendment.time);
    }
    expect(last.size).toBeGreaterThan(20);
  });

  it('no child has a National Insurance number, a partner or an occupation', () => {
    const children = records.filter(({ deceased }) => (deceased.ageAtDeath ?? 99) < 16);
    expect(children.length).toBeGreaterThan(10);
    for (const { deceased, partner } of children) {
      expect([partner, deceased.nationalInsuranceNumber, deceased.occupation]).toEqual([
        undefined,
        undefined,
        undefined,
      ]);
    }
  });
});
