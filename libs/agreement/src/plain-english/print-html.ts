import { createHash } from 'node:crypto';
import type { Block, Fact, Inline, Item, Piece } from './blocks.js';
import { neutralise } from './neutral.js';
import { STYLE } from './style.js';

/**
 * Prints blocks as one accessible page in HTML: no scripts, no links, nothing from elsewhere. A content
 * security policy in the page says so to browsers as well.
 *
 * @param title the words in the browser's tab: the parties' own, made harmless here
 */
export function printHtml(title: string, blocks: readonly Block[]): string {
  return `<!DOCTYPE html>
<html lang="en-GB">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src '${STYLE_HASH}'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(neutralise(title))} – data-sharing agreement</title>
<style>${STYLE}</style>
</head>
<body>
<main>
${printSections(blocks)}</main>
</body>
</html>
`;
}

const STYLE_HASH = `sha256-${createHash('sha256').update(STYLE, 'utf8').digest('base64')}`;

function printSections(blocks: readonly Block[]): string {
  const contents = blocks.flatMap((block) => (isSection(block) ? [block.text] : []));
  let section = 0;
  const body = blocks.map((block) => {
    if (!isSection(block)) return printBlock(block);
    section += 1;
    const before = section === 1 ? printContents(contents) : '</section>\n';
    return `${before}<section aria-labelledby="section-${section}">
<h2 id="section-${section}">${escapeHtml(block.text)}</h2>\n`;
  });
  return `${body.join('')}${section === 0 ? '' : '</section>\n'}`;
}

const isSection = (block: Block): block is Extract<Block, { kind: 'heading' }> =>
  block.kind === 'heading' && block.level === 2;

const printContents = (contents: readonly string[]): string => `<nav aria-label="Contents">
<ul>
${contents.map((text, index) => `<li><a href="#section-${index + 1}">${escapeHtml(text)}</a></li>\n`).join('')}</ul>
</nav>
`;

function printBlock(block: Block): string {
  switch (block.kind) {
    case 'heading':
      return `<h${block.level}>${escapeHtml(block.text)}</h${block.level}>\n`;
    case 'paragraph':
      return `<p>${printInline(block.text)}</p>\n`;
    case 'facts':
      return `<dl>\n${block.facts.map(printFact).join('')}</dl>\n`;
    case 'list':
      return printList(block.items);
    case 'table':
      return printTable(block);
  }
}

const printFact = ({ label, text, items = [] }: Fact): string =>
  `<div><dt>${escapeHtml(label)}</dt><dd>${printInline(text)}${items.length > 0 ? `\n${printList(items)}` : ''}</dd></div>\n`;

const printList = (items: readonly Item[]): string => `<ul>\n${items.map(printItem).join('')}</ul>\n`;

const printItem = ({ text, items = [] }: Item): string =>
  `<li>${printInline(text)}${items.length > 0 ? `\n${printList(items)}` : ''}</li>\n`;

function printTable({ caption, columns, rows }: Extract<Block, { kind: 'table' }>): string {
  const head = columns.map((column) => `<th scope="col">${escapeHtml(column)}</th>`).join('');
  const body = rows.map(
    ([first = [], ...others]) =>
      `<tr><th scope="row">${printInline(first)}</th>${others
        .map(
          (cell, index) =>
            `<td data-column="${escapeHtml(columns[index + 1] ?? '')}">${printInline(cell)}</td>`,
        )
        .join('')}</tr>\n`,
  );
  return `<table>
<caption>${escapeHtml(caption)}</caption>
<thead><tr>${head}</tr></thead>
<tbody>
${body.join('')}</tbody>
</table>
`;
}

const printInline = (text: Inline): string => text.map(printPiece).join('');

function printPiece(piece: Piece): string {
  if (typeof piece === 'string') return escapeHtml(piece);
  if ('exact' in piece) return `<code>${escapeHtml(piece.exact)}</code>`;
  return `“<bdi>${escapeHtml(neutralise(piece.said))}</bdi>”`;
}

const escapeHtml = (text: string): string =>
  text.replace(/[&<>"']/gu, (character) => ENTITIES[character] ?? '');

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};
