/**
 * Makes a string of the document harmless to whoever reads it: on one line, with nothing invisible in it and
 * nothing that turns, hides or overlays what stands beside it.
 *
 * The ranges are written out, because what an engine's `\p{…}` matches changes with its version of Unicode,
 * and a rendering must never change.
 */
export function neutralise(text: string): string {
  const words = Array.from(text.replace(LINE_ENDS, ' ¶ '))
    .map((character) => (SPACE.test(character) ? ' ' : isHidden(character) ? byNumber(character) : character))
    .join('')
    .replace(DOUBLE_QUOTES, "'")
    .replace(BULLETS, '·')
    .replace(
      LOOSE_MARKS,
      (_, before: string, marks: string) => before + Array.from(marks, byNumber).join(''),
    );
  return words.replace(/ +/gu, ' ').trim();
}

/** Whether a text has letters that are written from right to left. */
export const isRightToLeft = (text: string): boolean => RIGHT_TO_LEFT.test(text);

const byNumber = (character: string): string =>
  `[U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}]`;

function isHidden(character: string): boolean {
  const code = character.codePointAt(0) ?? 0;
  // The last two of each plane are no characters (Unicode 16, §23.7).
  if ((code & 0xfffe) === 0xfffe) return true;
  return HIDDEN.some(([first, last]) => first <= code && code <= last);
}

const LINE_ENDS = /(?:\r\n|[\n\r\v\f\u0085\u2028\u2029])+/gu;
const SPACE = /[\t \u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]/u;
/** British usage: single quotation marks within double ones. None within can then close the outer ones. */
const DOUBLE_QUOTES =
  /["\u201c-\u201f\u02ba\u02dd\u02ee\u02f5\u02f6\u2033-\u2034\u2036-\u2037\u2057\u275d\u275e\u2760\u301d-\u301f\uff02\u{1f676}-\u{1f678}]/gu;
const BULLETS = /[\u2022\u2023\u2043\u204c\u204d\u2219\u25cf\u25e6\u26ab\u2981]/gu;
/** A combining mark with nothing to stand on, or the third and later ones on one letter. */
const LOOSE_MARKS =
  /(^|[ ¶]|[\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]{2})([\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]+)/gu;

/** Controls, format and bidirectional characters, fillers that look like nothing, and private ones. */
const HIDDEN: readonly (readonly [number, number])[] = [
  [0x0000, 0x001f],
  [0x007f, 0x009f],
  [0x00ad, 0x00ad],
  [0x034f, 0x034f],
  [0x0600, 0x0605],
  [0x061c, 0x061c],
  [0x06dd, 0x06dd],
  [0x070f, 0x070f],
  [0x0890, 0x0891],
  [0x08e2, 0x08e2],
  [0x115f, 0x1160],
  [0x17b4, 0x17b5],
  [0x180b, 0x180f],
  [0x200b, 0x200f],
  [0x2028, 0x202e],
  [0x2060, 0x206f],
  [0x2800, 0x2800],
  [0x3164, 0x3164],
  [0xd800, 0xf8ff],
  [0xfdd0, 0xfdef],
  [0xfe00, 0xfe0f],
  [0xfeff, 0xfeff],
  [0xffa0, 0xffa0],
  [0xfff0, 0xfffb],
  [0x110bd, 0x110bd],
  [0x110cd, 0x110cd],
  [0x13430, 0x1345f],
  [0x1bca0, 0x1bca3],
  [0x1d159, 0x1d159],
  [0x1d173, 0x1d17a],
  [0xe0000, 0x10ffff],
];

const RIGHT_TO_LEFT = /[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufeff\u{10800}-\u{10fff}\u{1e800}-\u{1efff}]/u;
