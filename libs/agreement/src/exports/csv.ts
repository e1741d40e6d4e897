/** A table: one object for each row, with a text for each column. */
export type Row<Column extends string> = Readonly<Record<Column, string>>;

/**
 * A table as CSV (RFC 4180): UTF-8 without a byte order mark, a line of column names, lines that end in CR LF.
 *
 * A spreadsheet takes a cell that begins with `=`, `+`, `-`, `@` or a tab for a formula, and runs it; what a party
 * wrote into an agreement must never run on the machine of somebody who opens an export. Such a cell gets an
 * apostrophe in front, which spreadsheets read as "this is text". So does a cell that begins with an apostrophe
 * already: whoever takes one leading apostrophe off each cell has exactly what was put in. Every cell is quoted,
 * so that no spreadsheet splits one at a semicolon, and takes what follows for a cell of its own.
 */
export function toCsv<Column extends string>(
  columns: readonly Column[],
  rows: readonly Row<Column>[],
): string {
  const lines = [columns, ...rows.map((row) => columns.map((column) => row[column]))];
  return lines.map((cells) => `${cells.map(cell).join(',')}\r\n`).join('');
}

/** Spaces first are looked past, and so are the wide forms of the signs: some programs trim and narrow them. */
const LOOKS_LIKE_A_FORMULA = /^(?:[\t\r\n']|\s*[=+\-@＝＋－＠])/u;

function cell(text: string): string {
  const safe = LOOKS_LIKE_A_FORMULA.test(text) ? `'${text}` : text;
  return `"${safe.replaceAll('"', '""')}"`;
}
