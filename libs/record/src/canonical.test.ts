import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { canonicalise, digestOf, digestOfText } from './canonical.js';
import { parseStrictText, type Json, type JsonObject } from './parse.js';

/** The published test data of RFC 8785's author (cyberphone/json-canonicalization, testdata). */
const PUBLISHED: [name: string, input: string, output: string][] = [
  ['arrays', '[\n 56,\n {\n "d": true,\n "10": null,\n "1": [ ]\n }\n]', '[56,{"1":[],"10":null,"d":true}]'],
  [
    'french',
    `{
      "peach": "This sorting order",
      "péché": "is wrong according to French",
      "pêche": "but canonicalization MUST",
      "sin":   "ignore locale"
    }`,
    '{"peach":"This sorting order","péché":"is wrong according to French","pêche":"but canonicalization MUST","sin":"ignore locale"}',
  ],
  [
    'structures',
    String.raw`{
      "1": {"f": {"f": "hi","F": 5} ,"\n": 56.0},
      "10": { },
      "": "empty",
      "a": { },
      "111": [ {"e": "yes","E": "no" } ],
      "A": { }
    }`,
    String.raw`{"":"empty","1":{"\n":56,"f":{"F":5,"f":"hi"}},"10":{},"111":[{"E":"no","e":"yes"}],"A":{},"a":{}}`,
  ],
  // Nothing is normalised: A and a combining ring stay two characters.
  ['unicode', String.raw`{"Unnormalized Unicode":"A\u030a"}`, '{"Unnormalized Unicode":"A\u030a"}'],
  [
    'values',
    String.raw`{
      "numbers": [333333333.33333329, 1E30, 4.50, 2e-3, 0.000000000000000000000000001],
      "string": "\u20ac$\u000F\u000aA'\u0042\u0022\u005c\\\"\/",
      "literals": [null, true, false]
    }`,
    String.raw`{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],"string":"€$\u000f\nA'B\"\\\\\"/"}`,
  ],
  [
    'weird',
    String.raw`{
      "\u20ac": "Euro Sign",
      "\r": "Carriage Return",
      "\u000a": "Newline",
      "1": "One",
      "\u0080": "Control\u007f",
      "\ud83d\ude02": "Smiley",
      "\u00f6": "Latin Small Letter O With Diaeresis",
      "\ufb33": "Hebrew Letter Dalet With Dagesh",
      "</script>": "Browser Challenge"
    }`,
    '{"\\n":"Newline","\\r":"Carriage Return","1":"One","</script>":"Browser Challenge","\u0080":"Control\u007f","ö":"Latin Small Letter O With Diaeresis","€":"Euro Sign","😂":"Smiley","\ufb33":"Hebrew Letter Dalet With Dagesh"}',
  ],
];

/** RFC 8785, appendix B: the bits of a double, and how it is written. */
const NUMBERS: [bits: string, text: string][] = [
  ['0000000000000000', '0'],
  ['8000000000000000', '0'],
  ['0000000000000001', '5e-324'],
  ['8000000000000001', '-5e-324'],
  ['7fefffffffffffff', '1.7976931348623157e+308'],
  ['ffefffffffffffff', '-1.7976931348623157e+308'],
  ['4340000000000000', '9007199254740992'],
  ['c340000000000000', '-9007199254740992'],
  ['4430000000000000', '295147905179352830000'],
  ['44b52d02c7e14af5', '9.999999999999997e+22'],
  ['44b52d02c7e14af6', '1e+23'],
  ['44b52d02c7e14af7', '1.0000000000000001e+23'],
  ['444b1ae4d6e2ef4e', '999999999999999700000'],
  ['444b1ae4d6e2ef4f', '999999999999999900000'],
  ['444b1ae4d6e2ef50', '1e+21'],
  ['3eb0c6f7a0b5ed8c', '9.999999999999997e-7'],
  ['3eb0c6f7a0b5ed8d', '0.000001'],
  ['41b3de4355555553', '333333333.3333332'],
  ['41b3de4355555554', '333333333.33333325'],
  ['41b3de4355555555', '333333333.3333333'],
  ['41b3de4355555556', '333333333.3333334'],
  ['41b3de4355555557', '333333333.33333343'],
  ['becbf647612f3696', '-0.0000033333333333333333'],
  ['43143ff3c1cb0959', '1424953923781206.2'],
];

const double = (bits: string): number => Buffer.from(bits, 'hex').readDoubleBE();

describe('RFC 8785', () => {
  // JSON.parse, because the vectors hold numbers that the strict parser refuses.
  it.each(PUBLISHED)('published vector: %s', (_, input, output) =>
    expect(canonicalise(JSON.parse(input) as Json)).toBe(output),
  );

  it.each(NUMBERS)('appendix B: %s is %s', (bits, text) => expect(canonicalise(double(bits))).toBe(text));

  it.each(['7fffffffffffffff', '7ff0000000000000', 'fff0000000000000'])(
    'appendix B: %s has no form',
    (bits) => expect(() => canonicalise([double(bits)])).toThrow(TypeError),
  );

  it('sorts by UTF-16 code units, so a surrogate pair comes before U+FB33', () => {
    expect(canonicalise({ '\ufb33': 1, '😂': 2, z: 3, '': 4 })).toBe('{"":4,"z":3,"😂":2,"\ufb33":1}');
  });
});

describe('what has no canonical form', () => {
  it.each([
    ['a lone surrogate', '\ud800'],
    ['one in a list', ['\udc00']],
    ['one in a name', { '\ud800': 1 }],
    ['nothing at all', undefined],
    ['a member without a value', { a: undefined }],
    ['a whole number of another kind', 1n],
  ])('%s', (_, value) => expect(() => canonicalise(value as unknown as Json)).toThrow(TypeError));
});

describe('canonical text', () => {
  const json = fc.jsonValue({ stringUnit: 'grapheme' }).map((value) => value as Json);

  it('is JSON for the same value', () => {
    fc.assert(
      fc.property(json, (value) => {
        expect(JSON.parse(canonicalise(value))).toEqual(JSON.parse(JSON.stringify(value)));
      }),
    );
  });

  it('stays the same when it is read and written again', () => {
    const safe = fc
      .letrec<{ value: Json }>((tie) => ({
        value: fc.oneof(
          { depthSize: 'small' },
          fc.constantFrom(null, true, false),
          fc.maxSafeInteger(),
          fc.double({ min: -1e6, max: 1e6, noNaN: true }),
          fc.string({ unit: 'grapheme' }),
          fc.array(tie('value'), { maxLength: 5 }),
          fc.dictionary(
            fc.string({ unit: 'grapheme' }).filter((name) => name !== '__proto__'),
            tie('value'),
            { maxKeys: 5, noNullPrototype: true },
          ),
        ),
      }))
      .value.map((value) => value);
    fc.assert(
      fc.property(safe, (value) => {
        const text = canonicalise(value);
        expect(canonicalise(parseStrictText(text))).toBe(text);
      }),
    );
  });

  it('does not depend on the order of members, at any depth', () => {
    const shuffled = (value: Json, seed: number): Json => {
      if (Array.isArray(value)) return value.map((element) => shuffled(element, seed));
      if (value === null || typeof value !== 'object') return value;
      const members = Object.entries(value).map(([name, member]) => [name, shuffled(member, seed)] as const);
      const turned = [
        ...members.slice(seed % (members.length || 1)),
        ...members.slice(0, seed % (members.length || 1)),
      ];
      return Object.fromEntries(turned.reverse());
    };
    fc.assert(
      fc.property(json, fc.nat(), (value, seed) => {
        expect(canonicalise(shuffled(value, seed))).toBe(canonicalise(value));
        expect(digestOf(shuffled(value, seed))).toBe(digestOf(value));
      }),
    );
  });

  it('tells apart what differs', () => {
    const texts = (
      [0, '0', null, 'null', [], {}, [[]], '', false, { a: 1 }, ['a', 1], { a: '1' }] as Json[]
    ).map(canonicalise);
    expect(new Set(texts).size).toBe(texts.length);
  });

  it('comes of every member of an object that has none of the usual methods', () => {
    const value = Object.assign(Object.create(null) as JsonObject, { toString: 1, hasOwnProperty: 2 });
    expect(canonicalise(value)).toBe('{"hasOwnProperty":2,"toString":1}');
  });
});

describe('a digest', () => {
  it('is SHA-256 of the UTF-8 bytes', () => {
    expect(digestOf({})).toBe('sha256:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a');
    expect(digestOfText('abc')).toBe(
      'sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad',
    );
    expect(digestOfText('é')).not.toBe(digestOfText('e\u0301'));
  });
});
