import { expect, it } from 'vitest';
import type { JsonObject } from '@concordat/record';
import { compile } from '../program/compile.js';
import { decide } from '../interpreter/decide.js';
import { context, eventOf, exampleAgreement } from '../program/example-program.js';
import type { Program } from '../program/program.js';

const schema: JsonObject = {
  type: 'object',
  properties: { a: { type: 'string' }, b: { type: ['string', 'integer'] } },
};

function program({
  id = 'deaths',
  domains = ['person', 'person'],
  ...changes
}: Partial<Program> & {
  id?: string;
  domains?: [string, string];
} = {}): Program {
  const fields = [
    { field: '/a', as: { pseudonym: domains[0] } },
    { field: '/b', as: { pseudonym: domains[1] } },
  ];
  const [compiled] = compile(exampleAgreement({ fields }, schema, id), () => schema).programs ?? [];
  return { ...compiled!, ...changes };
}

function released(from: Program, data: JsonObject = { a: 'QQ123456C' }, attributes: JsonObject = {}) {
  const decision = decide(from, eventOf(data, attributes), context);
  if (decision.outcome !== 'released') throw new TypeError(decision.reason);
  return decision;
}

it('a pseudonym is the same for the same value, through versions of the agreement, and in any field', () => {
  const newer = program({ agreement: { id: 'deaths', version: 2, digest: `sha256:${'1'.repeat(64)}` } });
  expect(released(newer).data).toEqual(released(program()).data);
  const { a, b } = released(program(), { a: 'x', b: 'x' }).data;
  expect(a).toBe(b);
});

it('a pseudonym differs by value, recipient, agreement, domain and secret', () => {
  const pseudonyms = [
    released(program()),
    released(program(), { a: 'QQ123456D' }),
    released(program({ recipient: 'council' })),
    released(program({ id: 'other' })),
    released(program({ domains: ['registration', 'person'] })),
  ].map(({ data }) => data['a']);
  const other = decide(program(), eventOf({ a: 'QQ123456C' }), { ...context, secret: Buffer.alloc(32, 8) });
  expect(new Set([...pseudonyms, other.outcome === 'released' && other.data['a']]).size).toBe(6);
});

it('a pseudonym is made anew with a new epoch, and not by saying the first', () => {
  const nameIn = (epoch?: number) => {
    const form = { pseudonym: 'person', ...(epoch !== undefined && { epoch }) };
    const frozen = exampleAgreement({ fields: [{ field: '/a', as: form }] }, schema);
    const [compiled] = compile(frozen, () => schema).programs ?? [];
    return released(compiled!).data['a'];
  };
  expect(nameIn(1)).toBe(nameIn());
  expect(new Set([nameIn(1), nameIn(2), nameIn(3)]).size).toBe(3);
});

it('names that run together do not meet', () => {
  const one = released(program({ id: 'deaths', recipient: 'a-b', domains: ['c', 'c'] })).data['a'];
  const two = released(program({ id: 'deaths-a', recipient: 'b', domains: ['c', 'c'] })).data['a'];
  expect(one).not.toBe(two);
});

it('a pseudonym is 43 characters whatever the value, and shows nothing of it', () => {
  for (const value of ['', 'x', 'x'.repeat(10_000), 'QQ123456C']) {
    const { a } = released(program(), { a: value }).data;
    expect(a).toMatch(/^[A-Za-z0-9_-]{43}$/u);
  }
});

it('the id of a disclosure is the same at each try, and differs by event, recipient and agreement', () => {
  expect(released(program()).id).toBe(released(program(), { a: 'other' }).id);
  const ids = [
    released(program()),
    released(program(), {}, { id: 'event-2' }),
    released(program(), {}, { source: 'urn:register-office:x' }),
    // As texts put together, these two would be the same.
    released(program(), {}, { source: 'urn:a', id: 'b-c' }),
    released(program(), {}, { source: 'urn:a-b', id: 'c' }),
    released(program({ recipient: 'council' })),
    released(program({ id: 'other' })),
  ].map(({ id }) => id);
  expect(new Set(ids).size).toBe(ids.length);
});

it('the id of a disclosure is no pseudonym of the event’s own id', () => {
  const { id, data } = released(program(), { a: JSON.stringify(['urn:register-office', 'event-1']) });
  expect(data['a']).not.toBe(id);
});
