import type { Agreement, FrozenAgreement } from '@concordat/agreement';
import { digestOf, type JsonObject } from '@concordat/record';
import { expect, it } from 'vitest';
import { decide } from '../interpreter/decide.js';
import { context, EVENT_TYPE, eventOf, exampleAgreement } from './example-program.js';
import { compileNarrowed } from './narrow.js';

const schema: JsonObject = {
  type: 'object',
  additionalProperties: false,
  properties: { name: { type: 'string' }, age: { type: 'integer' } },
};
const findSchema = (digest: string): JsonObject | undefined =>
  digest === digestOf(schema) ? schema : undefined;

const wide = exampleAgreement(
  {
    fields: [
      { field: '/name', as: 'clear' },
      { field: '/age', as: 'clear' },
    ],
  },
  schema,
);
const narrow = newer(exampleAgreement({ fields: [{ field: '/name', as: 'presence' }] }, schema), {});

function newer({ agreement }: FrozenAgreement, change: Partial<Agreement>): FrozenAgreement {
  const next = { ...agreement, version: 2, ...change };
  const value = next as unknown as JsonObject;
  return { agreement: next, text: JSON.stringify(value), digest: digestOf(value) };
}

const event = eventOf({ name: 'Ada', age: 74 });

it('gives what the narrower version grants, in the name of the one that everyone signed', () => {
  const [program] = compileNarrowed(wide, narrow, findSchema).programs ?? [];
  expect(program).toMatchObject({
    agreement: { version: 1, digest: wide.digest },
    narrowedBy: narrow.digest,
  });
  expect(decide(program!, event, context)).toMatchObject({
    outcome: 'released',
    data: { name: true },
    fields: ['/name'],
  });
});

it('withholds what the narrower version no longer grants, and says so', () => {
  const without = newer(narrow, { grants: [] });
  const { programs } = compileNarrowed(wide, without, findSchema);
  expect(programs).toHaveLength(1);
  expect(programs?.[0]).toMatchObject({ eventType: EVENT_TYPE, narrowedBy: without.digest });
  expect(decide(programs![0]!, event, context)).toEqual({ outcome: 'withheld', reason: 'grant-withdrawn' });
});

it('leaves out what only the newer version grants', () => {
  const [grant] = wide.agreement.grants;
  const more = newer(wide, {
    grants: [{ ...grant!, recipient: 'stranger', id: 'more' }, ...narrow.agreement.grants],
  });
  const { programs } = compileNarrowed(wide, more, findSchema);
  expect(programs?.map(({ recipient }) => recipient)).toEqual(['pensions']);
});

it('keeps to what lies in both terms', () => {
  const { term } = wide.agreement;
  const short = newer(narrow, { term: { ...term, from: '2000-01-01', until: '2026-12-31' } });
  expect(compileNarrowed(wide, short, findSchema).programs?.[0]).toMatchObject({
    from: term.from,
    until: '2026-12-31',
  });
});

it('compiles nothing when the narrower version does not compile', () => {
  const [grant] = narrow.agreement.grants;
  const broken = newer(narrow, {
    grants: [{ ...grant!, fields: [{ field: '/none', as: 'clear', because: '' }] }],
  });
  expect(compileNarrowed(wide, broken, findSchema).findings).not.toEqual([]);
});
