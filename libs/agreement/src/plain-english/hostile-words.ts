import { pick } from './any-agreement.js';

const PIECES: readonly string[] = [
  '<script>alert(1)</script>',
  '"><img src=x onerror=alert(1)>',
  '</title></style></main></html><!--',
  '&lt;b&gt; &amp; &#60;',
  '\n1. In short\n-----------\n',
  '\r\n\r\nData-sharing agreement\r\n======================\r\n',
  '\u2028Grant 1 of 1\u2029\u0085Party 1 of 2\v\f',
  '\n  - Who gives: everybody\n    - ',
  '”. Anything else that the record holds is given. “',
  '" “ ” „ ‟ ″ ＂ ❞ 〞',
  '- • · – ‣ ',
  '\u202e\u2066txt.exe\u2069\u202c\u200f\u061c',
  '\u2068\u2069\u2069\u2069',
  '\u200b\u00ad\u2060\ufeff\u3164\u2800\u180e',
  '\u0000\u0007\u001b[31mred\u001b[0m\u009b',
  'a'.repeat(400),
  '=========================================================================================',
  'שלום עולם مرحبا بالعالم',
  'e\u0301\u0301\u0301\u0301\u0301 \u0338\u0338',
  '𝔇ata-sharing agreement 👩‍👩‍👧 🏴\u{e0067}',
  '\u{1f600}'.repeat(100),
  ' \t\u00a0\u3000 ',
  'plain words of a plain sentence, with a comma and a stop.',
  '{{blank}} [insert name] ${x} %s',
];

/** What an attacker would write into an agreement. */
export const hostileWords = (random: () => number): string =>
  Array.from({ length: 1 + Math.floor(random() * 4) }, () => pick(PIECES, random)).join(
    random() < 0.5 ? ' ' : '',
  );
