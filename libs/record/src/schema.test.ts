import { describe, expect, it } from 'vitest';
import { BrokerError } from '@concordat/problem';
import type { JsonObject } from './parse.js';
import { compileSchema } from './schema.js';

const closed: JsonObject = {
  $id: 'urn:test:closed',
  type: 'object',
  additionalProperties: false,
  required: ['name'],
  properties: {
    name: { type: 'string', pattern: '^[A-Z]' },
    born: { type: 'string', format: 'date' },
    sex: { enum: ['female', 'male'] },
    tags: { type: 'array', items: { type: 'string' } },
  },
};

const refusal = (schema: JsonObject): string => {
  try {
    compileSchema(schema);
  } catch (error) {
    if (error instanceof BrokerError) return error.code;
    throw error;
  }
  return 'taken';
};

describe('a schema that is refused', () => {
  it.each<[string, JsonObject]>([
    ['an unknown keyword', { type: 'object', propertees: {} }],
    ['one further down', { type: 'object', properties: { a: { type: 'string', maxLenght: 3 } } }],
    ['an unknown format', { type: 'string', format: 'postcode' }],
    ['an unknown type', { type: 'text' }],
    ['a keyword of the wrong type', { type: 'object', properties: [] }],
    ['a pattern that is none', { type: 'string', pattern: '(' }],
    ['a reference that leads nowhere', { $ref: '#/$defs/missing' }],
    ['a reference to elsewhere', { $ref: 'https://example.org/schema.json' }],
    ['a reference to a file', { $ref: 'file:///etc/passwd' }],
    ['another draft', { $schema: 'http://json-schema.org/draft-07/schema#', type: 'object' }],
    ['the name of the draft itself', { $id: 'https://json-schema.org/draft/2020-12/schema', type: 'object' }],
    ['a schema that answers later', { $async: true, type: 'object' }],
    ['the same behind a reference', { $async: true, $ref: '#/$defs/a', $defs: { a: { $async: true } } }],
    ['a keyword of OpenAPI', { type: 'string', nullable: true }],
  ])('%s', (_, schema) => expect(refusal(schema)).toBe('schema-invalid'));
});

describe('a compiled schema', () => {
  it('finds nothing wrong with what is valid', () => {
    expect(compileSchema(closed)({ name: 'Ada', born: '1815-12-10', sex: 'female', tags: [] })).toEqual([]);
  });

  it.each([
    [{}, '', /required property 'name'/u],
    [{ name: 'Ada', age: 1 }, '', /additional properties: "age"/u],
    [{ name: 1 }, '/name', /must be string/u],
    [{ name: 'Ada', born: '2026-02-30' }, '/born', /format "date"/u],
    [{ name: 'Ada', tags: ['a', 2] }, '/tags/1', /must be string/u],
    ['Ada', '', /must be object/u],
    [null, '', /must be object/u],
  ] as const)('says of %j where it is wrong, and how', (value, path, message) => {
    const findings = compileSchema(closed)(value as never);
    expect(findings).toHaveLength(1);
    expect(findings[0]).toMatchObject({ path, message: expect.stringMatching(message) as string });
  });

  it('never repeats a value', () => {
    const validate = compileSchema(closed);
    for (const value of [{ name: 'secret' }, { name: 'A', sex: 'secret' }, { name: 'A', born: 'secret' }]) {
      const findings = validate(value);
      expect(findings).toHaveLength(1);
      expect(JSON.stringify(findings)).not.toContain('secret');
    }
  });

  it('is one of its own, though another has the same $id', () => {
    const other = compileSchema({ $id: 'urn:test:closed', type: 'string' });
    expect(compileSchema(closed)({ name: 'Ada' })).toEqual([]);
    expect(other('Ada')).toEqual([]);
    expect(other({ name: 'Ada' })).toHaveLength(1);
  });

  it('changes nothing in the value, whatever defaults the schema has', () => {
    const validate = compileSchema({
      type: 'object',
      properties: { a: { type: 'integer', default: 1 } },
    });
    const value = {};
    expect(validate(value)).toEqual([]);
    expect(value).toEqual({});
    expect(validate({ a: '1' })).toHaveLength(1);
  });

  it('does not take members of every object for properties', () => {
    const validate = compileSchema({ type: 'object', required: ['constructor', 'toString'] });
    expect(validate({})).not.toEqual([]);
  });
});

it('tells the first thing that is wrong, or all', () => {
  const schema = { type: 'object', properties: { a: { type: 'string' }, b: { type: 'string' } } };
  expect(compileSchema(schema)({ a: 1, b: 2 })).toHaveLength(1);
  expect(compileSchema(schema, { all: true })({ a: 1, b: 2 })).toHaveLength(2);
});

describe('a pattern', () => {
  it.each(['(a+)+$', '(a|aa)+$', '^(([a-z])+.)+[A-Z]([a-z])+$', '(.*)*x'])(
    'cannot keep the validator busy: %s',
    (pattern) => {
      const validate = compileSchema({ type: 'string', pattern });
      const started = performance.now();
      validate(`${'a'.repeat(50_000)}!`);
      expect(performance.now() - started).toBeLessThan(5_000);
    },
  );

  it.each(['(?=a)a', '(a)\\1', '(?<!a)b', '('])(
    'that only a backtracking engine could read is refused: %s',
    (pattern) => {
      expect(refusal({ type: 'string', pattern })).toBe('schema-invalid');
    },
  );

  it('means what JSON Schema means by it: anywhere in the text, in Unicode', () => {
    const validate = compileSchema({ type: 'string', pattern: '\\p{Lu}\\d{2}' });
    expect(validate('xx Ł42 yy')).toEqual([]);
    expect(validate('xx ł42 yy')).toHaveLength(1);
    expect(compileSchema({ type: 'string', pattern: '^.$' })('😀')).toEqual([]);
  });
});
