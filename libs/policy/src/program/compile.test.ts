import { describe, expect, it } from 'vitest';
import type { JsonObject } from '@concordat/record';
import { compile } from './compile.js';
import { compileGrant, exampleAgreement, programOf } from './example-program.js';

const name: JsonObject = { type: 'string' };
const closed = (properties: JsonObject, more: JsonObject = {}): JsonObject => ({
  type: 'object',
  additionalProperties: false,
  properties,
  ...more,
});
const clear = (field: string) => ({ fields: [{ field, as: 'clear' as const }] });
const messages = (field: string, schema: JsonObject): string[] =>
  (compileGrant(clear(field), schema).findings ?? []).map(({ message }) => message);

describe('compiling', () => {
  it('gives a program for each grant, with what decides and what the ledger says', () => {
    expect(programOf(clear('/name'), closed({ name }))).toMatchObject({
      agreement: {
        id: 'deaths',
        version: 1,
        digest: exampleAgreement(clear('/name'), closed({ name })).digest,
      },
      grant: 'all',
      provider: 'register-office',
      recipient: 'pensions',
      eventType: 'death.registered',
      powers: ['An Act, section 1'],
      from: '2026-04-01',
      until: '2029-03-31',
      rows: undefined,
      attributes: [],
      data: { kind: 'object', members: new Map([['name', { kind: 'leaf', field: '/name', form: 'clear' }]]) },
    });
  });

  it('refuses a schema that nobody registered', () => {
    expect(compile(exampleAgreement(clear('/name'), closed({ name })), () => undefined)).toEqual({
      findings: [
        {
          path: '/grants/0/schema',
          message: 'is the digest of no schema that is registered for this event type',
        },
      ],
    });
  });

  it('puts nothing in force when one grant of several cannot be', () => {
    const schema = closed({ name });
    const { agreement, ...frozen } = exampleAgreement(clear('/name'), schema);
    const [grant] = agreement.grants;
    const second = { ...grant!, fields: [{ field: '/missing', as: 'clear' as const, because: 'x' }] };
    const compiled = compile(
      { ...frozen, agreement: { ...agreement, grants: [grant!, second] } },
      () => schema,
    );
    expect(compiled.programs).toBeUndefined();
    expect(compiled.findings?.map(({ path }) => path)).toEqual(['/grants/1/fields/0/field']);
  });

  it.each([
    ['/a~1b', 'a/b'],
    ['/m~0n', 'm~n'],
    ['/constructor', 'constructor'],
    ['/0', '0'],
    ['/*', '*'],
  ])('%s is the member "%s" of an object', (field, member) => {
    expect([...programOf(clear(field), closed({ [member]: name })).data.members.keys()]).toEqual([member]);
  });
});

describe('references of a schema', () => {
  it.each<[string, JsonObject]>([
    ['to a definition', closed({ name: { $ref: '#/$defs/n' } }, { $defs: { n: name } })],
    [
      'through another',
      closed({ name: { $ref: '#/$defs/a' } }, { $defs: { a: { $ref: '#/$defs/n' }, n: name } }),
    ],
    ['with signs of JSON Pointer', closed({ name: { $ref: '#/$defs/a~1b' } }, { $defs: { 'a/b': name } })],
  ])('%s are followed', (_, schema) => expect(messages('/name', schema)).toEqual([]));

  it.each<[string, JsonObject]>([
    ['that lead nowhere', closed({ name: { $ref: '#/$defs/n' } })],
    ['into a member of every object', closed({ name: { $ref: '#/$defs/constructor' } }, { $defs: {} })],
    ['that go in a circle', closed({ name: { $ref: '#/$defs/n' } }, { $defs: { n: { $ref: '#/$defs/n' } } })],
    ['to elsewhere', closed({ name: { $ref: 'https://example.org/#/n' } })],
    // Readers disagree about what these name: some decode the escape, some look for the anchor.
    ['with an escape', closed({ name: { $ref: '#/$defs/%6e' } }, { $defs: { '%6e': name, n: closed({}) } })],
    [
      'to an anchor that reads like a pointer',
      closed({ name: { $ref: '#xtext' } }, { text: name, $defs: { o: closed({}, { $anchor: 'xtext' }) } }),
    ],
    [
      'into another resource',
      closed(
        { name: { $ref: '#/$defs/o/$defs/n' } },
        { $defs: { o: { $id: 'urn:other', $defs: { n: name } } } },
      ),
    ],
    ['at another resource', closed({ name: { $id: 'urn:other', ...name } })],
  ])('%s are not', (_, schema) => {
    expect(messages('/name', schema)).toEqual(['the schema’s reference leads nowhere']);
  });
});

describe('a whole object', () => {
  it('is spelled out as the schema declares it, at any depth', () => {
    const schema = closed({ a: closed({ b: { type: 'array', items: closed({ name }) } }) });
    const leaf = { kind: 'leaf', field: '/a', form: 'clear' };
    expect(programOf(clear('/a'), schema).data.members.get('a')).toEqual({
      kind: 'object',
      members: new Map([
        ['b', { kind: 'list', element: { kind: 'object', members: new Map([['name', leaf]]) } }],
      ]),
    });
  });

  it.each<[string, JsonObject]>([
    ['without additionalProperties', { type: 'object', properties: { name } }],
    ['with additionalProperties: true', { type: 'object', properties: { name }, additionalProperties: true }],
    ['with a schema for the others', { type: 'object', properties: { name }, additionalProperties: name }],
    [
      'closed by unevaluatedProperties',
      { type: 'object', properties: { name }, unevaluatedProperties: false },
    ],
  ])('%s is open', (_, schema) => {
    expect(messages('/a', closed({ a: schema }))).toEqual([
      expect.stringContaining('leaves the object open'),
    ]);
    expect(messages('/a', closed({ a: closed({ b: { type: 'array', items: schema } }) }))).toHaveLength(1);
    expect(messages('/a/name', closed({ a: schema }))).toEqual([]);
  });

  it('leaves out members that only a pattern describes', () => {
    const schema = closed({ a: closed({ name }, { patternProperties: { '^x': name } }) });
    const node = programOf(clear('/a'), schema).data.members.get('a');
    expect(node?.kind === 'object' && [...node.members.keys()]).toEqual(['name']);
  });

  it('that doubles thirty times over is refused in good time', { timeout: 5000 }, () => {
    const $defs: JsonObject = { d30: name };
    for (let level = 0; level < 30; level += 1) {
      const next = { $ref: `#/$defs/d${level + 1}` };
      $defs[`d${level}`] = closed({ a: next, b: next });
    }
    const schema = closed({ a: { $ref: '#/$defs/d0' } }, { $defs });
    expect(messages('/a', schema)).toEqual([
      'the event schema has too many places there: grant single fields',
    ]);
  });
});

it('a program is plain data: it comes back from a structured clone', () => {
  const rows = { not: { field: '/names/0/family', is: 'equals' as const, value: 'x' } };
  const schema = closed({ names: { type: 'array', items: closed({ family: name }) } });
  const program = programOf({ rows, ...clear('/names/*/family') }, schema);
  expect(structuredClone(program)).toEqual(program);
  expect(program.rows).toEqual({ not: { place: ['names', 0, 'family'], condition: rows.not } });
});
