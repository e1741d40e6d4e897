import { describe, expect, it } from 'vitest';
import type { Standing } from '@concordat/agreement';
import type { JsonObject } from '@concordat/record';
import { decide, type DecisionContext } from '../interpreter/decide.js';
import { context } from '../program/example-program.js';
import type { Program } from '../program/program.js';
import { anySchema, Chance } from './any-exchange.js';
import { Engine, type TextDecision } from './engine.js';
import { expected, found, hostileEvent, hostilePrograms, Markers, parsed } from './hostile-events.js';
import { bytesOf, eventOf, list, object, programFor, TEXT } from './hostile-exchange.js';

/** Told in every failure: set it to see the same again. */
const SEED = Number(process.env['POLICY_SEED'] ?? Math.floor(Math.random() * 2 ** 32));

/** The data that was released to a program, or why it was not. */
const dataOf = (decision: TextDecision | undefined): unknown =>
  decision?.outcome === 'released'
    ? JSON.parse(Buffer.from(decision.data, 'latin1').toString('utf8'))
    : (decision?.reason ?? 'nothing');

/** What the engine says of one event, beside what the interpreter says. */
function expectAsInterpreted(engine: Engine, programs: readonly Program[], event: JsonObject): void {
  const decisions = engine.decide([bytesOf(event)], context)[0];
  expect(decisions?.map(found)).toEqual(programs.map((program) => expected(program, event, context)));
}

const standing = (state: Standing['state']): Standing =>
  ({
    state,
    causes: state === 'suspended' ? [{ kind: 'suspended', whole: true }] : [],
    parties: ['register-office', 'pensions', 'council', 'health', 'tax'].map((agency) => ({
      agency,
      state: 'taking-part',
    })),
  }) as unknown as Standing;

describe('an engine remembers nothing', () => {
  it(`whatever came before, it decides as a new one and as the interpreter (POLICY_SEED=${SEED})`, () => {
    const seen = { released: 0, thrown: 0 };
    for (let round = 0; round < 120; round += 1) {
      const chance = new Chance(SEED + round);
      const schemas = Array.from({ length: 2 }, () => anySchema(chance));
      const programs = hostilePrograms(chance, schemas, 0.3);
      if (programs.length === 0) continue;
      const engine = new Engine(programs, context.secret);
      const markers = new Markers();
      for (let batch = 0; batch < 12; batch += 1) {
        const told = `POLICY_SEED=${SEED + round} batch ${batch}`;
        const given = programs.map(() =>
          chance.is(0.2) ? undefined : standing(chance.of(['active', 'active', 'active', 'suspended'])),
        );
        const now = chance.of([context.now, context.now, context.now, '2030-01-01T00:00:00Z']);
        const provider = chance.is(0.95) ? context.provider : 'another-office';
        const events = Array.from({ length: 1 + chance.below(4) }, () =>
          anyText(chance, schemas, programs, markers),
        );
        const batchContext = { provider, now, standings: given };
        const decisions = attempt(() => engine.decide(events, batchContext));
        const alone = events.map((event) =>
          attempt(() => new Engine(programs, context.secret).decide([event], batchContext)[0]),
        );
        if (decisions === undefined) {
          seen.thrown += 1;
          expect(alone, told).toContain(undefined);
          continue;
        }
        for (const [index, bytes] of events.entries()) {
          const event = parsed(bytes);
          const before = programs.map((program, which) => {
            const known = given[which];
            const whole: DecisionContext = { ...context, provider, now, ...(known && { standing: known }) };
            return expected(program, event, whole);
          });
          expect(decisions[index]?.map(found), told).toEqual(before);
          expect(alone[index]?.map(found), told).toEqual(before);
          if (decisions[index]?.some(({ outcome }) => outcome === 'released')) seen.released += 1;
        }
      }
    }
    expect(seen.released, JSON.stringify(seen)).toBeGreaterThan(300);
    expect(seen.thrown, JSON.stringify(seen)).toBeGreaterThan(100);
  }, 120_000);

  /** Good events, hostile ones, some that must be parsed plainly, and some that are nothing at all. */
  function anyText(
    chance: Chance,
    schemas: readonly JsonObject[],
    programs: readonly Program[],
    markers: Markers,
  ): Buffer {
    const hostility = chance.is(0.3) ? 1 : 0;
    const text = hostileEvent(chance, chance.of(schemas), programs, { markers, disorder: 0.01, hostility });
    switch (chance.below(12)) {
      case 0:
        return Buffer.from(`${text}\n`);
      case 1:
        return Buffer.from(text.replace('"data":', '"data": '));
      case 2:
        return Buffer.from(chance.is(0.5) ? text.slice(0, -1) : '[]');
      default:
        return Buffer.from(text);
    }
  }

  const attempt = <T>(act: () => T): T | undefined => {
    try {
      return act();
    } catch {
      return undefined;
    }
  };

  const schema = object({ name: TEXT, secret: TEXT, list: list(object({ a: TEXT, b: TEXT, c: TEXT })) });

  it('a value of the event before does not stand in for one that is missing', () => {
    const engine = new Engine([programFor('pensions', schema, ['/name', '/list'])], context.secret);
    const events = [
      eventOf({ name: 'Ada', list: [{ a: '1', b: '2', c: '3' }] }),
      eventOf({}),
      eventOf({ list: [{ b: '5' }, {}] }),
      eventOf({ secret: 'x' }),
    ];
    const decided = engine.decide(events.map(bytesOf), context);
    expect(decided.map(([one]) => dataOf(one))).toEqual([
      events[0]?.['data'],
      {},
      { list: [{ b: '5' }] },
      {},
    ]);
  });

  it('an event that must be parsed, or of another type, changes nothing for the next', () => {
    const engine = new Engine([programFor('pensions', schema, ['/name'])], context.secret);
    const decided = engine.decide(
      [
        bytesOf(eventOf({ name: 'Ada' })),
        Buffer.from(JSON.stringify(eventOf({ name: 'Berta' }), undefined, 2)),
        bytesOf(eventOf({})),
        bytesOf(eventOf({ name: 'Carl' }, { type: 'birth.registered' })),
        bytesOf(eventOf({ secret: 'x' })),
        bytesOf(eventOf({ name: 'Dora' })),
      ],
      context,
    );
    const said = decided.map(([one]) => dataOf(one));
    expect(said).toEqual([{ name: 'Ada' }, { name: 'Berta' }, {}, 'not-this-type', {}, { name: 'Dora' }]);
  });

  it('a batch that throws leaves nothing for the next', () => {
    const engine = new Engine([programFor('pensions', schema, ['/name', '/list'])], context.secret);
    const good = bytesOf(eventOf({ name: 'Ada', list: [{ a: '1' }] }));
    for (const bad of ['', '{', `${good.toString()}}`, '{"id":"x"}', 'null', good.toString().slice(0, -3)])
      expect(() => engine.decide([good, Buffer.from(bad)], context)).toThrow();
    expect(dataOf(engine.decide([bytesOf(eventOf({}))], context)[0]?.[0])).toEqual({});
  });

  it('room that is made in the midst of an object loses nothing of it', () => {
    const programs = [
      programFor('pensions', schema, ['/name', '/list']),
      programFor('council', schema, ['/list/*/b', '/secret']),
    ];
    for (const length of [10, 60, 64, 65, 130, 1000, 20_000, 60_000, 70_000]) {
      const elements = Array.from({ length }, (_, index) => ({ a: `a${index}`, b: `b${index}` }));
      const engine = new Engine(programs, context.secret);
      for (const data of [
        { name: 'Ada', list: elements, secret: 'S' },
        { list: elements, secret: 'S', name: 'Ada' },
        { name: 'Berta' },
      ])
        expectAsInterpreted(engine, programs, eventOf(data));
    }
  });

  it('standings count for their batch alone, each for its program', () => {
    const programs = ['pensions', 'council'].map((recipient) => programFor(recipient, schema, ['/name']));
    const engine = new Engine(programs, context.secret);
    const events = [bytesOf(eventOf({ name: 'Ada' }))];
    const outcomes = (...states: Standing['state'][]) =>
      engine
        .decide(events, { ...context, standings: states.map(standing) })[0]
        ?.map(({ outcome }) => outcome);
    expect(outcomes('active', 'suspended')).toEqual(['released', 'withheld']);
    expect(outcomes('suspended', 'active')).toEqual(['withheld', 'released']);
    expect(outcomes('suspended', 'suspended')).toEqual(['withheld', 'withheld']);
    expect(outcomes('active', 'active')).toEqual(['released', 'released']);
  });

  it('a standing that was forgotten releases nothing', () => {
    const programs = ['pensions', 'council'].map((recipient) => programFor(recipient, schema, ['/name']));
    const engine = new Engine(programs, context.secret);
    const events = [bytesOf(eventOf({ name: 'Ada' })), Buffer.from(' {}')];
    for (const count of [0, 1, 3]) {
      const standings = Array.from({ length: count }, () => standing('active'));
      expect(() => engine.decide(events, { ...context, standings })).toThrow(RangeError);
    }
  });
});

describe('what one recipient has does not reach another', () => {
  const schema = object({
    name: TEXT,
    secret: TEXT,
    age: { type: 'integer' },
    inner: object({ p: TEXT, q: TEXT, r: TEXT }),
  });
  const data = { name: 'Ada', secret: 'SECRET', age: 74, inner: { p: 'P', q: 'Q', r: 'R' } };

  it('of the same object, of the same list, in the same event', () => {
    const programs = [
      programFor('pensions', schema, ['/inner/p', '/name']),
      programFor('council', schema, ['/inner/q', '/name']),
      programFor('health', schema, ['/inner', '/age']),
      programFor('tax', schema, ['/inner/p', '/inner/q']),
      programFor('police', schema, [
        ['/inner/r', 'presence'],
        ['/age', { generalise: 'band', width: 10 }],
      ]),
    ];
    const decided = new Engine(programs, context.secret).decide([bytesOf(eventOf(data))], context)[0];
    expect(decided?.map(dataOf)).toEqual([
      { inner: { p: 'P' }, name: 'Ada' },
      { inner: { q: 'Q' }, name: 'Ada' },
      { inner: { p: 'P', q: 'Q', r: 'R' }, age: 74 },
      { inner: { p: 'P', q: 'Q' } },
      { inner: { r: true }, age: '70-79' },
    ]);
  });

  it('when another’s record fails, or is not one of its rows', () => {
    const programs = [
      programFor('pensions', schema, ['/secret', ['/name', { generalise: 'month' }]]),
      programFor('council', schema, ['/age']),
      programFor('health', schema, ['/secret'], { rows: { field: '/age', is: 'at-least', value: 75 } }),
      programFor('tax', schema, ['/age'], { rows: { field: '/age', is: 'less-than', value: 75 } }),
    ];
    const engine = new Engine(programs, context.secret);
    const decided = engine.decide([bytesOf(eventOf(data)), bytesOf(eventOf({ ...data, age: 75 }))], context);
    expect(decided.map((ofEvent) => ofEvent.map(dataOf))).toEqual([
      ['form-failed', { age: 74 }, 'rows-not-met', { age: 74 }],
      ['form-failed', { age: 75 }, { secret: 'SECRET' }, 'rows-not-met'],
    ]);
  });

  it('the fields that gave something are each program’s own', () => {
    const programs = [
      programFor('pensions', schema, ['/name', '/secret', ['/inner/p', 'presence']]),
      programFor('council', schema, ['/secret', '/name']),
      programFor('health', schema, [['/name', { generalise: 'month' }], '/secret']),
      programFor('tax', schema, [['/name', 'presence']]),
    ];
    for (const order of [programs, programs.toReversed()]) {
      const engine = new Engine(order, context.secret);
      for (const event of [eventOf({ secret: 'x' }), eventOf({ name: 'Ada' }), eventOf({}), eventOf(data)])
        expectAsInterpreted(engine, order, event);
    }
  });
});

describe('names', () => {
  const schema = object({ nino: TEXT, other: TEXT });

  it('pseudonyms are one recipient’s under one agreement, in one domain and epoch', () => {
    const FORMS = [
      { pseudonym: 'person' },
      { pseudonym: 'person', epoch: 2 },
      { pseudonym: 'place' },
      { pseudonym: 'person","x' },
    ] as const;
    const programs = ['pensions', 'council'].flatMap((recipient) =>
      ['deaths', 'deaths-2'].flatMap((agreement) =>
        FORMS.map((form) =>
          programFor(
            recipient,
            schema,
            [
              ['/nino', form],
              ['/other', form],
              ['subject', form],
            ],
            { agreement },
          ),
        ),
      ),
    );
    const event = eventOf({ nino: 'AA000000A', other: 'AA000000A' }, { subject: 'AA000000A' });
    const engine = new Engine([...programs, ...programs], context.secret);
    const decided = engine.decide([bytesOf(event)], context)[0] ?? [];
    const names = decided.map((decision) => {
      const { nino, other } = dataOf(decision) as { nino: string; other: string };
      expect(other).toBe(nino);
      expect(decision.outcome === 'released' && decision.attributes).toBe(`"subject":"${nino}",`);
      return nino;
    });
    expect(new Set(names).size).toBe(programs.length);
    expect(names.slice(programs.length)).toEqual(names.slice(0, programs.length));
    expectAsInterpreted(engine, [...programs, ...programs], event);
  });

  it('ids are unique over a batch and over recipients, and the interpreter’s', () => {
    const programs = ['pensions', 'council'].flatMap((recipient) =>
      ['deaths', 'deaths-2'].map((agreement) => programFor(recipient, schema, ['/nino'], { agreement })),
    );
    const texts = [
      'a',
      'b',
      'a,b',
      'a","b',
      '"',
      '\\',
      'é',
      'e\u0301',
      '🙂',
      '',
      ' ',
      '[',
      '","',
      '\u0000',
      '\\u0061',
    ];
    const named = texts.flatMap((source) => texts.map((id) => ({ source, id })));
    const numbered = Array.from({ length: 2000 }, (_, index) => ({ source: 'urn:x', id: String(index) }));
    const events = [...named, ...numbered].map((names, index) =>
      // Some are not of the rows, or are parsed: their gaps must not move the ids of others.
      eventOf({ nino: index % 7 === 0 ? { not: 'a text' } : 'x' }, names),
    );
    const decided = new Engine(programs, context.secret).decide(
      events.map((event, index) =>
        index % 5 === 0 ? Buffer.from(`${JSON.stringify(event)} `) : bytesOf(event),
      ),
      context,
    );
    const ids = decided.flat().flatMap((one) => (one.outcome === 'released' ? [one.id] : []));
    const expectedIds = events.flatMap((event) =>
      programs.flatMap((program) => {
        const decision = decide(program, event as never, context);
        return decision.outcome === 'released' ? [decision.id] : [];
      }),
    );
    expect(ids).toEqual(expectedIds);
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids.length).toBeGreaterThan(7000);
  });

  it('the same event twice in a batch has the same id', () => {
    const engine = new Engine([programFor('pensions', schema, ['/nino'])], context.secret);
    const bytes = bytesOf(eventOf({ nino: 'x' }));
    const [one, other] = engine.decide([bytes, bytes], context).map(([decision]) => decision);
    expect(one?.outcome).toBe('released');
    expect(other).toEqual(one);
  });
});
