import { describe, expect, it } from 'vitest';
import { freezeAgreement } from '../document/document.js';
import type { Agreement } from '../document/agreement.js';
import { exampleAgreement } from '../document/example-agreement.js';
import { lintAgreement } from '../lint/lint.js';
import { digestOfText } from '@concordat/record';
import { anyAgreement } from './any-agreement.js';
import { hostileWords } from './hostile-words.js';
import { renderAgreement } from './render.js';

const SEEDS = Array.from({ length: 150 }, (_, index) => index + 1);

/** What each seed makes, with an attacker’s words and with harmless ones. */
const made = SEEDS.map((seed) => {
  const agreement = anyAgreement(seed, hostileWords);
  return {
    seed: `seed ${seed}`,
    agreement,
    ...renderAgreement(agreement),
    harmless: renderAgreement(anyAgreement(seed, () => 'harmless')),
  };
});

/** Every line that may begin at the left edge, in its order. */
function headingsOf({ parties, grants }: Agreement): string[] {
  const underlined = (text: string, mark: string): string[] => [text, mark.repeat(text.length)];
  const each = (what: string, list: readonly unknown[]): string[] =>
    list.map((_, index) => `${what} ${index + 1} of ${list.length}`);
  const sections = [
    '1. In short',
    '2. The parties',
    ...each('Party', parties),
    '3. Why the data is shared',
    '4. What is given, and what is not',
    ...each('Grant', grants),
    '5. The people, and the kind of data',
    '6. The law',
    '7. People’s rights',
    '8. Automated decisions',
    '9. Duties of those who receive',
    '10. Term, changes and ending',
    '11. How it is carried out',
    '12. Ethics',
    '13. Expected benefits',
    '14. About this document',
  ];
  return [
    ...underlined('Data-sharing agreement', '='),
    ...sections.flatMap((text) => (/^\d/u.test(text) ? underlined(text, '-') : [text])),
  ];
}

const withoutIsolates = (text: string): string => text.replace(/[\u2068\u2069]/gu, '');

describe('a rendering', () => {
  it('is the same each time, whatever the order of members, and its digest is that of its text', () => {
    const one = renderAgreement(exampleAgreement() as unknown as Agreement);
    const other = renderAgreement(freezeAgreement(reversed(exampleAgreement()) as never).agreement);
    expect(other).toEqual(one);
    expect(one.rendering).toBe('1.0');
    expect(one.digest).toBe(digestOfText(one.text));
  });
});

describe('the text of any agreement, however hostile its words', () => {
  it('has at the left edge its headings and nothing else', () => {
    for (const { seed, agreement, text } of made) {
      const atTheEdge = text.split('\n').filter((line) => /^\S/u.test(line));
      expect(atTheEdge, seed).toEqual(headingsOf(agreement));
    }
  });

  it('has lines of at most 80 columns', () => {
    for (const { seed, text } of made) {
      for (const line of text.split('\n')) {
        expect(Array.from(withoutIsolates(line)).length, `${seed}: ${line}`).toBeLessThanOrEqual(80);
      }
    }
  });

  it('opens and closes quotation marks in turn: nothing said closes its own', () => {
    for (const { seed, text } of made) {
      const marks = text.match(/[“”]/gu)?.join('') ?? '';
      expect(marks, seed).toBe('“”'.repeat(marks.length / 2));
      expect(text.replace(/“[^”]*”/gu, ''), seed).not.toMatch(/["„‟″＂❞〞]/u);
    }
  });

  it('has no character that cannot be seen, but for isolates that it opens and closes on each line', () => {
    for (const { seed, text } of made) {
      for (const line of text.split('\n')) {
        expect(withoutIsolates(line), seed).not.toMatch(/[\p{Cc}\p{Cf}\p{Co}\p{Zl}\p{Zp}\u3164\u2800]/u);
        const isolates = line.match(/[\u2068\u2069]/gu)?.join('') ?? '';
        expect(isolates, seed).toBe('\u2068\u2069'.repeat(isolates.length / 2));
      }
    }
  });

  it('lets no line begin like the fixed wording, unless it is', () => {
    for (const { seed, text, harmless } of made) {
      const known = new Set(unquotedAtFirstMargin(harmless.text));
      expect(
        unquotedAtFirstMargin(text).filter((line) => !known.has(line)),
        seed,
      ).toEqual([]);
    }
  });
});

/** Lines that begin where paragraphs do, with fixed wording. */
const unquotedAtFirstMargin = (text: string): string[] =>
  text.split('\n').filter((line) => /^ {2}[^ “-]/u.test(line));

describe('the page of any agreement, however hostile its words', () => {
  it('has the same tags as with harmless words', () => {
    for (const { seed, html, harmless } of made) {
      expect(tagsOf(html), seed).toEqual(tagsOf(harmless.html));
    }
  });

  it('has no script, link to elsewhere, or character that cannot be seen', () => {
    for (const { seed, html } of made) {
      expect(html, seed).not.toMatch(
        /<(?:script|img|link|iframe|object|base|form)|<a href="[^#]|\son\w+="|url\(/iu,
      );
      expect(html.replaceAll('\n', ''), seed).not.toMatch(/[\p{Cc}\p{Cf}\p{Co}\p{Zl}\p{Zp}]/u);
    }
  });

  it('writes the words of the document as text', () => {
    const document = exampleAgreement();
    document['title'] = `<script>alert("1")</script> & 'more'`;
    const { html } = renderAgreement(document as unknown as Agreement);
    const written = '&lt;script&gt;alert(&#39;1&#39;)&lt;/script&gt; &amp; &#39;more&#39;';
    expect(html).toContain(`<title>${written} –`);
    expect(html).toContain(`<bdi>${written}</bdi>`);
  });
});

describe('lint', () => {
  it('judges any agreement that satisfies the schema, without failing', () => {
    for (const { seed, agreement } of made) {
      for (const finding of lintAgreement(agreement)) {
        expect(finding.message, seed).not.toMatch(/[\p{Cc}\p{Cf}]/u);
      }
    }
  });
});

/** Each tag with its attributes. */
const tagsOf = (html: string): string[] => html.match(/<[^>]*>/gu) ?? [];

function reversed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(reversed);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([name, member]) => [name, reversed(member)]),
  );
}
