/**
 * Makes a string of the document harmless to whoever reads it: on one line, with nothing invisible in it and
 * nothing that turns, hides or overlays what stands beside it.
 *
 * The ranges are written out, because what an engine's `\p{…}` matches changes with its version of Unicode,
 * and a rendering must never change.
 */
export function neutralise(text: string): string {
  return text
    .replace(LINE_ENDS, ' ¶ ')
    .replace(SPACES, ' ')
    .replace(HIDDEN, byNumber)
    .replace(DOUBLE_QUOTES, "'")
    .replace(SINGLE_QUOTES_TOGETHER, "'")
    .replace(BULLETS, '·')
    .replace(LOOSE_MARKS, (_, before: string, marks: string) => before + Array.from(marks, byNumber).join(''))
    .trim();
}

/** Whether a text has characters that cannot be seen, or that change the order in which it is read. */
export const hasHidden = (text: string): boolean =>
  text.replace(LINE_ENDS, ' ').replace(SPACES, ' ').search(HIDDEN) >= 0;

/** Whether a text has letters that are written from right to left. */
export const isRightToLeft = (text: string): boolean => RIGHT_TO_LEFT.test(text);

const byNumber = (character: string): string =>
  `[U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}]`;

const LINE_ENDS = /(?:\r\n|[\n\r\v\f\u0085\u2028\u2029])+/gu;
const SPACES = /[\t \u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]+/gu;
/** British usage: single quotation marks within double ones. None within can then close the outer ones. */
const DOUBLE_QUOTES =
  /["\u201c-\u201f\u02ba\u02dd\u02ee\u02f5\u02f6\u2033-\u2034\u2036-\u2037\u2057\u05f4\u275d\u275e\u2760\u2e42\u3003\u301d-\u301f\uff02\u{1f676}-\u{1f678}]/gu;
/** Two of them together look like a double one. */
const SINGLE_QUOTES_TOGETHER = /['’‘‛′´`ʼʹ＇]{2,}/gu;
const BULLETS = /[\u2022\u2023\u2043\u204c\u204d\u2219\u25cf\u25e6\u26ab\u2981]/gu;
/** A combining mark with nothing to stand on, or the third and later ones on one letter. */
const LOOSE_MARKS =
  /(^|[ ¶]|[\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]{2})([\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]+)/gu;

/**
 * Controls, format and bidirectional characters, fillers that look like nothing, private ones, and the last two of
 * each plane, which are no characters (Unicode 16, §23.7).
 */
const HIDDEN =
  /[\u0000-\u001f\u007f-\u009f\u00ad\u034f\u0600-\u0605\u061c\u06dd\u070f\u0890\u0891\u08e2\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u2028-\u202e\u2060-\u206f\u2800\u3164\u{16fe4}\ud800-\uf8ff\ufdd0-\ufdef\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffc\ufffe\uffff\u{110bd}\u{110cd}\u{13430}-\u{1345f}\u{1bca0}-\u{1bca3}\u{1d159}\u{1d173}-\u{1d17a}\u{1fffe}\u{1ffff}\u{2fffe}\u{2ffff}\u{3fffe}\u{3ffff}\u{4fffe}\u{4ffff}\u{5fffe}\u{5ffff}\u{6fffe}\u{6ffff}\u{7fffe}\u{7ffff}\u{8fffe}\u{8ffff}\u{9fffe}\u{9ffff}\u{afffe}\u{affff}\u{bfffe}\u{bffff}\u{cfffe}\u{cffff}\u{dfffe}\u{dffff}\u{e0000}-\u{10ffff}]/gu;

const RIGHT_TO_LEFT = /[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufeff\u{10800}-\u{10fff}\u{1e800}-\u{1efff}]/u;
