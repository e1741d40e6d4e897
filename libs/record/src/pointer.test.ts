import fc from 'fast-check';
import { expect, it } from 'vitest';
import { pointerOf, pointerTokens } from './pointer.js';

// RFC 6901 §5.
it.each([
  ['', []],
  ['/foo', ['foo']],
  ['/foo/0', ['foo', '0']],
  ['/', ['']],
  ['/a~1b', ['a/b']],
  ['/c%d', ['c%d']],
  ['/i\\j', ['i\\j']],
  ['/ ', [' ']],
  ['/m~0n', ['m~n']],
])('%j names %j', (pointer, tokens) => {
  expect(pointerTokens(pointer)).toEqual(tokens);
  expect(pointerOf(tokens)).toBe(pointer);
});

// RFC 6901 §4: ~1 first, then ~0, or "~01" would become "/".
it.each([
  ['/~01', ['~1']],
  ['/~00', ['~0']],
  ['/~10', ['/0']],
  ['/~0~1', ['~/']],
])('%j is %j, unescaped once', (pointer, tokens) => expect(pointerTokens(pointer)).toEqual(tokens));

it('any tokens come back from the pointer that they make', () => {
  const token = fc.oneof(fc.string(), fc.stringMatching(/^[~/01*-]{0,6}$/u));
  fc.assert(
    fc.property(fc.array(token), (tokens) => {
      expect(pointerTokens(pointerOf(tokens))).toEqual(tokens);
    }),
  );
});
