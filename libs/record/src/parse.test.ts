import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BrokerError } from '@concordat/problem';
import { MAX_DEPTH, parseStrict, parseStrictText, type Json } from './parse.js';

/** The code with which a text or bytes are refused; `undefined` when they are taken. */
function codeOf(input: string | Uint8Array): string | undefined {
  try {
    if (typeof input === 'string') parseStrictText(input);
    else parseStrict(input);
    return undefined;
  } catch (error) {
    if (error instanceof BrokerError) return error.code;
    throw error;
  }
}

const bytes = (...values: number[]): Uint8Array => Uint8Array.from(values);
const nested = (depth: number): string => '['.repeat(depth) + ']'.repeat(depth);

describe('members named twice', () => {
  it.each([
    '{"a":1,"a":2}',
    '{"a":1,"a":1}',
    '{"a":1,"b":2,"\\u0061":3}',
    '{"\\u0061":1,"a":2}',
    '{"\\u00e9":1,"é":2}',
    '{"\\/":1,"/":2}',
    '{"\\ud83d\\ude02":1,"😂":2}',
    '{"":1,"":2}',
    '{"constructor":1,"constructor":2}',
    '{"toString":1,"toString":2}',
    '[{"x":{"a":1,"a":2}}]',
    '{"0":1,"0":2}',
  ])('%s is refused', (text) => expect(codeOf(text)).toBe('duplicate-key'));

  it.each([
    '{"a":{"a":1}}',
    '[{"a":1},{"a":2}]',
    '{"a":1,"A":2}',
    '{"é":1,"e\\u0301":2}',
    '{"constructor":1,"hasOwnProperty":2}',
  ])('%s names none twice', (text) => expect(parseStrictText(text)).toEqual(JSON.parse(text)));
});

describe('__proto__', () => {
  it.each([
    '{"__proto__":{"admin":true}}',
    '{"\\u005f_proto__":1}',
    '{"a":[{"b":{"__proto_\\u005f":null}}]}',
    '{"__proto__":1,"__proto__":2}',
  ])('%s is refused', (text) => expect(codeOf(text)).toBe('forbidden-key'));

  it('may be said in a value, and in a longer name', () => {
    expect(parseStrictText('{"a":"__proto__","__proto___":1}')).toEqual({ a: '__proto__', __proto___: 1 });
  });

  it('leaves prototypes alone', () => {
    const parsed = parseStrictText('{"constructor":{"prototype":{"polluted":1}}}');
    expect(({} as { polluted?: number }).polluted).toBeUndefined();
    expect(Object.getPrototypeOf(parsed)).toBe(Object.prototype);
  });
});

describe('numbers', () => {
  it.each([
    ['2^53', '9007199254740992'],
    ['2^53 + 1', '9007199254740993'],
    ['-2^53 - 1', '-9007199254740993'],
    ['2^53 with an exponent', '9007199254740992e0'],
    ['a hundred million million million', '100000000000000000000'],
    ['the same with an exponent', '1e20'],
    ['beyond all doubles', '1e400'],
    ['far beyond', '1e99999999999999999999'],
    ['-1e400', '-1e400'],
    ['so small that it becomes 0', '1e-400'],
    ['the same written out', `0.${'0'.repeat(400)}1`],
    ['rounded to the least double', '4.9e-324'],
    ['one digit too many', '0.12345678901234567'],
    ['all digits of 0.1', '0.1000000000000000055511151231257827'],
    ['a whole number with a hidden fraction', `1.${'0'.repeat(30)}1`],
  ])('%s is refused: %s', (_, text) => expect(codeOf(text)).toBe('unsafe-number'));

  it.each([
    ['0', 0],
    ['-0', -0],
    ['0e999999999999', 0],
    ['0.000', 0],
    ['0.1', 0.1],
    ['1.10', 1.1],
    ['1.0', 1],
    ['-1.50e1', -15],
    ['1E2', 100],
    ['1e+2', 100],
    ['100e-2', 1],
    ['1e-7', 1e-7],
    ['0.0000001', 1e-7],
    ['5e-324', 5e-324],
    ['9007199254740991', Number.MAX_SAFE_INTEGER],
    ['-9007199254740991', Number.MIN_SAFE_INTEGER],
    ['90071992547409910e-1', Number.MAX_SAFE_INTEGER],
    ['0.30000000000000004', 0.30000000000000004],
  ])('%s is taken', (text, value) => expect(parseStrictText(text)).toBe(value));

  it.each([
    '01',
    '-',
    '+1',
    '.5',
    '1.',
    '1e',
    '1e+',
    '0x10',
    '1_000',
    'NaN',
    'Infinity',
    '-Infinity',
    '--1',
    '٣',
  ])('%s is not JSON', (text) => expect(codeOf(text)).toBe('malformed-json'));
});

describe('nesting', () => {
  it('goes as deep as said, and no deeper', () => {
    expect(codeOf(nested(MAX_DEPTH))).toBeUndefined();
    expect(codeOf(nested(MAX_DEPTH + 1))).toBe('too-deep');
    expect(codeOf(`${'{"a":'.repeat(MAX_DEPTH)}1${'}'.repeat(MAX_DEPTH)}`)).toBeUndefined();
    expect(codeOf(`${'{"a":'.repeat(MAX_DEPTH + 1)}1${'}'.repeat(MAX_DEPTH + 1)}`)).toBe('too-deep');
  });

  it('is counted down the tree, not over siblings', () => {
    expect(codeOf(`[${Array(1000).fill('[]').join()}]`)).toBeUndefined();
  });

  it('a million brackets end without a stack overflow', () => {
    expect(codeOf('['.repeat(1_000_000))).toBe('too-deep');
    expect(codeOf('{"a":'.repeat(1_000_000))).toBe('too-deep');
  });
});

describe('texts that are not JSON', () => {
  it.each([
    '',
    ' ',
    '1 2',
    '{} {}',
    'null,',
    '[1,]',
    '[,1]',
    '[1 2]',
    '[1',
    '{"a":1,}',
    '{,}',
    '{"a"}',
    '{"a":}',
    '{a:1}',
    "{'a':1}",
    '{"a":1',
    '{1:1}',
    '"a',
    '"\\"',
    '"\\x41"',
    '"\\u12"',
    '"\\u123g"',
    "'a'",
    'True',
    'nul',
    'nulll',
    'undefined',
    '// a\n1',
    '/* a */1',
    '1;',
    '\u00a01',
    '1\u2028',
    '\v1',
    '\f1',
    '1\0',
    ']',
    '}',
  ])('%j', (text) => expect(codeOf(text)).toBe('malformed-json'));

  it('a byte order mark is refused, before text and before bytes', () => {
    expect(codeOf('\ufeff{}')).toBe('malformed-json');
    expect(codeOf(bytes(0xef, 0xbb, 0xbf, 0x7b, 0x7d))).toBe('malformed-json');
  });

  it.each(Array.from({ length: 0x20 }, (_, code) => code))('the control character %i in a string', (code) => {
    expect(codeOf(`"${String.fromCharCode(code)}"`)).toBe('malformed-json');
    expect(codeOf(`{"${String.fromCharCode(code)}":1}`)).toBe('malformed-json');
    expect(parseStrictText(`"\\u00${code.toString(16).padStart(2, '0')}"`)).toBe(String.fromCharCode(code));
  });

  it.each([
    ['a lone high surrogate', '"\\ud800"'],
    ['a lone low surrogate', '"\\udc00"'],
    ['surrogates in the wrong order', '"\\ude02\\ud83d"'],
    ['two high ones', '"\\ud83d\\ud83d\\ude02"'],
    ['one in a name', '{"\\ud800":1}'],
    ['one that stands for itself', '"\ud800"'],
  ])('%s', (_, text) => expect(codeOf(text)).toBe('malformed-json'));

  it.each([
    ['a continuation byte alone', [0x22, 0x80, 0x22]],
    ['a truncated sequence', [0x22, 0xe2, 0x82, 0x22]],
    ['an overlong quotation mark', [0x22, 0xc0, 0xa2, 0x22]],
    ['a surrogate', [0x22, 0xed, 0xa0, 0x80, 0x22]],
    ['a code point beyond the last', [0x22, 0xf4, 0x90, 0x80, 0x80, 0x22]],
    ['Latin-1', [0x22, 0xe9, 0x22]],
    ['UTF-16', [0x22, 0x00, 0x61, 0x00, 0x22, 0x00]],
  ])('invalid UTF-8: %s', (_, values) => expect(codeOf(bytes(...values))).toBe('malformed-json'));
});

describe('what a refusal says', () => {
  it.each([
    '{"secret":1,"secret":2}',
    '{"a":"secret\ud800"}',
    '{"a":secret}',
    '{"a":"secret',
    '[91234567890123456789]',
    '{"__proto__":"secret"}',
  ])('nothing that was in %j', (text) => {
    const error = (() => {
      try {
        return parseStrictText(text);
      } catch (thrown) {
        return thrown as Error;
      }
    })() as Error;
    expect(error).toBeInstanceOf(BrokerError);
    expect(error.message).not.toMatch(/secret|9123/u);
  });
});

describe('large bodies', () => {
  // A limit far above what is needed (tens of milliseconds), and far below what quadratic time would take.
  const LIMIT = 5000;
  const SIZE = 4_000_000;

  it.each([
    ['a long string', `"${'a'.repeat(SIZE)}"`],
    ['a long string of escapes', `"${'\\n'.repeat(SIZE / 2)}"`],
    ['a long string of unicode escapes', `"${'\\u00e9'.repeat(SIZE / 6)}"`],
    ['a long name', `{"${'a'.repeat(SIZE)}":1}`],
    ['spaces', `${' '.repeat(SIZE)}1`],
    ['a long list', `[${'1,'.repeat(SIZE / 8)}1]`],
    ['a number of zeros', `1.${'0'.repeat(SIZE)}`],
  ])('%s is read in good time', { timeout: LIMIT }, (_, text) => {
    expect(codeOf(text)).toBeUndefined();
  });

  it.each([
    ['a string without an end', `"${'a'.repeat(SIZE)}`, 'malformed-json'],
    ['escapes without an end', `"${'\\\\'.repeat(SIZE / 2)}`, 'malformed-json'],
    ['many digits', '1'.repeat(SIZE), 'unsafe-number'],
    ['many digits after the point', `0.${'1'.repeat(SIZE)}`, 'unsafe-number'],
    ['zeros in the middle of a number', `1.${'0'.repeat(SIZE)}1`, 'unsafe-number'],
    ['a long exponent', `1e${'9'.repeat(SIZE)}`, 'unsafe-number'],
  ])('%s is refused in good time', { timeout: LIMIT }, (_, text, code) => {
    expect(codeOf(text)).toBe(code);
  });
});

describe('beside JSON.parse', () => {
  /** Texts near JSON: made of its tokens, most of them wrong. */
  const nearJson = fc
    .array(
      fc.constantFrom(
        ...[
          '{',
          '}',
          '[',
          ']',
          ',',
          ':',
          '"',
          '"a"',
          '"b":',
          '\\',
          ' ',
          '\n',
          '0',
          '1',
          '-',
          '.',
          'e',
          '5e1',
        ],
        ...['true', 'null', '\\u0061', '\\ud800', '\u0000', 'é', '__proto__', '\ufeff'],
      ),
      { maxLength: 12 },
    )
    .map((tokens) => tokens.join(''));

  const inNumbers = fc
    .tuple(fc.constantFrom('', '-'), fc.stringMatching(/^[0-9]{1,20}(\.[0-9]{1,20})?(e[+-]?[0-9]{1,3})?$/u))
    .map((parts) => parts.join(''));

  it.each([
    ['near JSON', nearJson],
    ['numbers', inNumbers],
    ['JSON', fc.json({ maxDepth: 5 })],
    ['text', fc.string({ unit: 'binary' })],
  ])('whatever is taken means the same there: %s', (_, arbitrary) => {
    fc.assert(
      fc.property(arbitrary, (text) => {
        if (codeOf(text) === undefined) expect(parseStrictText(text)).toEqual(JSON.parse(text));
      }),
      { numRuns: 2000 },
    );
  });

  it('whatever it refuses is refused', () => {
    fc.assert(
      fc.property(nearJson, (text) => {
        try {
          JSON.parse(text);
        } catch {
          expect(codeOf(text)).toBeDefined();
        }
      }),
      { numRuns: 2000 },
    );
  });

  it('whatever JSON.stringify writes of safe values is taken, in any spacing', () => {
    const safe = fc
      .jsonValue({ stringUnit: 'grapheme', maxDepth: 6 })
      .filter((value) => isSafe(value as Json));
    fc.assert(
      fc.property(safe, fc.constantFrom(undefined, 2, '\t'), (value, space) => {
        const text = JSON.stringify(value, undefined, space);
        expect(parseStrictText(text)).toEqual(JSON.parse(text));
        expect(parseStrict(new TextEncoder().encode(text))).toEqual(JSON.parse(text));
      }),
    );
  });

  it('every double that is no large whole number is taken as JSON.stringify writes it', () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (value) => {
        fc.pre(!Number.isInteger(value) || Number.isSafeInteger(value));
        expect(parseStrictText(JSON.stringify(value))).toBe(value === 0 ? 0 : value);
      }),
      { numRuns: 5000 },
    );
  });
});

function isSafe(value: Json): boolean {
  if (typeof value === 'number') return !Number.isInteger(value) || Number.isSafeInteger(value);
  if (value === null || typeof value !== 'object') return true;
  return Object.keys(value).every((name) => name !== '__proto__') && Object.values(value).every(isSafe);
}
