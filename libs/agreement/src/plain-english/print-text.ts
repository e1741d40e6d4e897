import { NOTHING, type Block, type Inline, type Item, type Piece } from './blocks.js';
import { isRightToLeft, neutralise } from './neutral.js';

const WIDTH = 80;
/** Deeper lists say how deep they are instead, so that room for words is left. */
const MAX_DEPTH = 12;

/**
 * Prints blocks as plain text, 80 columns wide. Only headings begin at the left edge, and no word of the
 * document is ever in one. Every item of a list begins with `- `; its further lines are set in by one column
 * more than any item, so that no line of the document's words passes for an item.
 */
export function printText(blocks: readonly Block[]): string {
  return blocks.map(printBlock).join('\n');
}

function printBlock(block: Block): string {
  switch (block.kind) {
    case 'heading':
      return printHeading(block.level, block.text);
    case 'paragraph':
      return lines(plain(block.text), '  ', '   ');
    case 'facts':
      return block.facts
        .map((one) => printItem({ ...one, text: [`${one.label}: `, ...one.text] }, 1))
        .join('');
    case 'list':
      return block.items.map((one) => printItem(one, 1)).join('');
    case 'table':
      return printTable(block);
  }
}

function printHeading(level: 1 | 2 | 3, text: string): string {
  if (level === 3) return `${text}\n`;
  return `${text}\n${(level === 1 ? '=' : '-').repeat(text.length)}\n`;
}

function printItem({ text, items = [] }: Item, depth: number): string {
  const margin = ' '.repeat(2 * Math.min(depth, MAX_DEPTH));
  const level = depth > MAX_DEPTH ? `(level ${depth}) ` : '';
  const own = lines(level + plain(text), `${margin}- `, `${margin}   `);
  return own + items.map((one) => printItem(one, depth + 1)).join('');
}

function printTable({ caption, columns, rows }: Extract<Block, { kind: 'table' }>): string {
  const title = lines(`${caption}:`, '  ', '   ');
  const cells = [columns, ...rows.map((row) => row.map(plain))];
  const widths = columns.map((_, index) => Math.max(...cells.map((row) => lengthOf(row[index] ?? ''))));
  const total = widths.reduce((sum, width) => sum + width + 2, 2);
  if (total > WIDTH) return title + rows.map((row) => printItem(rowAsItem(columns, row), 1)).join('');
  const line = (row: readonly string[]): string =>
    `    ${row
      .map((cell, index) => cell + ' '.repeat((widths[index] ?? 0) - lengthOf(cell)))
      .join('  ')
      .trimEnd()}\n`;
  const [head = [], ...body] = cells;
  return title + line(head) + line(widths.map((width) => '-'.repeat(width))) + body.map(line).join('');
}

const rowAsItem = (columns: readonly string[], [first = [], ...others]: readonly Inline[]): Item => ({
  text: first,
  items: others.flatMap((cell, index) =>
    cell === NOTHING ? [] : [{ text: [`${columns[index + 1] ?? ''}: `, ...cell] }],
  ),
});

const plain = (text: Inline): string => text.map(plainPiece).join('');

function plainPiece(piece: Piece): string {
  if (typeof piece === 'string') return piece;
  if ('exact' in piece) return `[${piece.exact}]`;
  const words = neutralise(piece.said);
  return isRightToLeft(words) ? `“${ISOLATE}${words}${END_ISOLATE}”` : `“${words}”`;
}

/** Keep what is written from right to left from turning what stands beside it (UAX #9 §2.5). */
const ISOLATE = '\u2068';
const END_ISOLATE = '\u2069';

const lengthOf = (text: string): number => Array.from(text.replace(/[\u2068\u2069]/gu, '')).length;

/** Words in lines that are no longer than the page is wide; a word longer than a line is broken. */
function lines(text: string, first: string, further: string): string {
  const done: string[] = [];
  let line = first;
  let length = first.length;
  let isEmpty = true;
  for (const word of text.split(' ')) {
    const wordLength = lengthOf(word);
    if (!isEmpty && length + 1 + wordLength > WIDTH) {
      done.push(line);
      line = further;
      length = further.length;
      isEmpty = true;
    }
    let rest = word;
    let restLength = wordLength;
    while (length + restLength > WIDTH) {
      const characters = Array.from(rest);
      const room = WIDTH - length;
      done.push(line + characters.slice(0, room).join(''));
      rest = characters.slice(room).join('');
      restLength = lengthOf(rest);
      line = further;
      length = further.length;
    }
    line += (isEmpty ? '' : ' ') + rest;
    length += (isEmpty ? 0 : 1) + restLength;
    isEmpty = false;
  }
  done.push(line);
  return closeIsolates(done)
    .map((one) => `${one.trimEnd()}\n`)
    .join('');
}

/** An isolate ends with its line: where one goes on, it is ended and begun again. */
function closeIsolates(all: readonly string[]): string[] {
  let open = false;
  return all.map((line) => {
    const start = open ? line.replace(/^( *(?:- )?)/u, `$1${ISOLATE}`) : line;
    open = start.lastIndexOf(ISOLATE) > start.lastIndexOf(END_ISOLATE);
    return open ? start + END_ISOLATE : start;
  });
}
