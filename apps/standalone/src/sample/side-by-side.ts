import type { Json } from '@concordat/record';

/** A record as it was published, or as one recipient received it. */
export interface Column {
  readonly title: string;
  /** `undefined` when the recipient received nothing. */
  readonly data: Json | undefined;
}

const LEAST_WIDTH = 14;
const GAP = '  ';

/**
 * Records side by side, a row for each field: what was published on the left, and beside it what each
 * recipient received of it. A field that was not given is a dot.
 *
 * @param width characters in a line
 */
export function sideBySide(columns: readonly Column[], width: number): string {
  const cells = columns.map(({ data }) => (data === undefined ? new Map<string, string>() : flatten(data)));
  const paths = [...new Set(cells.flatMap((column) => [...column.keys()]))].sort(inOrderOf(cells));
  const first = Math.min(34, Math.max(...paths.map((path) => path.length)));
  const each = Math.max(LEAST_WIDTH, Math.floor((width - first) / columns.length) - GAP.length);
  const line = (name: string, values: readonly string[]): string =>
    [fit(name, first), ...values.map((value) => fit(value, each))].join(GAP).trimEnd();
  const head = line(
    '',
    columns.map(({ title }) => title),
  );
  const rule = line(
    '─'.repeat(first),
    columns.map(() => '─'.repeat(each)),
  );
  const rows = paths.map((path) =>
    line(
      path,
      cells.map((column) => column.get(path) ?? '·'),
    ),
  );
  return [head, rule, ...rows].join('\n');
}

/** Each value under the path that leads to it; a list of plain values is one value. */
function flatten(value: Json, path = ''): Map<string, string> {
  if (value === null || typeof value !== 'object') return new Map([[path, String(value)]]);
  if (Array.isArray(value) && value.every((item) => item === null || typeof item !== 'object')) {
    return new Map([[path, value.join(', ')]]);
  }
  const inner = Object.entries(value).flatMap(([name, item]) => [
    ...flatten(item, path === '' ? name : `${path}.${name}`),
  ]);
  return new Map(inner);
}

/** Fields in the order of the published record; what it lacks stands at the end. */
function inOrderOf(cells: readonly ReadonlyMap<string, string>[]): (a: string, b: string) => number {
  const order = [...(cells[0]?.keys() ?? [])];
  const place = (path: string): number => (order.includes(path) ? order.indexOf(path) : order.length);
  return (a, b) => place(a) - place(b);
}

/** Cuts or fills a text to a width in terminal cells. */
function fit(text: string, width: number): string {
  const characters = [...new Intl.Segmenter('en', { granularity: 'grapheme' }).segment(text)].map(
    ({ segment }) => segment,
  );
  let used = 0;
  let fitted = '';
  const total = characters.reduce((sum, character) => sum + cellsOf(character), 0);
  const limit = total > width ? width - 1 : width;
  for (const character of characters) {
    if (used + cellsOf(character) > limit) break;
    fitted += character;
    used += cellsOf(character);
  }
  if (total > width) {
    fitted += '…';
    used += 1;
  }
  return fitted + ' '.repeat(width - used);
}

/** East Asian ideographs, kana and hangul take two cells. */
const cellsOf = (character: string): number =>
  /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe4f\uff00-\uff60]/u.test(character) ? 2 : 1;
