/**
 * The parties' own words: any text at all. Printers put it between quotation marks, which nothing in it can
 * close, so that it never passes for the fixed wording around it.
 */
export interface Said {
  readonly said: string;
}

/** A name that machines use: a pointer, an identifier, a digest. Printed as code. */
export interface Exact {
  readonly exact: string;
}

/** A string is fixed wording, or made from numbers and words of closed lists: never taken from the document. */
export type Piece = string | Said | Exact;
export type Inline = readonly Piece[];

export interface Item {
  readonly text: Inline;
  readonly items?: readonly Item[];
}

export interface Fact extends Item {
  readonly label: string;
}

/** What a reading consists of. It is built once and printed twice, so that text and page cannot part. */
export type Block =
  | { readonly kind: 'heading'; readonly level: 1 | 2 | 3; readonly text: string }
  | { readonly kind: 'paragraph'; readonly text: Inline }
  | { readonly kind: 'facts'; readonly facts: readonly Fact[] }
  | { readonly kind: 'list'; readonly items: readonly Item[] }
  | {
      readonly kind: 'table';
      readonly caption: string;
      /** The first column heads each row. */
      readonly columns: readonly string[];
      readonly rows: readonly (readonly Inline[])[];
    };

export const said = (text: string): Said => ({ said: text });
export const exact = (name: string): Exact => ({ exact: name });

export const heading = (level: 1 | 2 | 3, text: string): Block => ({ kind: 'heading', level, text });
export const paragraph = (...text: Inline): Block => ({ kind: 'paragraph', text });
export const facts = (...list: readonly (Fact | undefined)[]): Block => ({
  kind: 'facts',
  facts: list.filter((one) => one !== undefined),
});
export const fact = (label: string, ...text: Inline): Fact => ({ label, text });
export const factList = (label: string, text: Inline, items: readonly Item[]): Fact => ({
  label,
  text,
  items,
});
export const list = (items: readonly Item[]): Block => ({ kind: 'list', items });
export const item = (...text: Inline): Item => ({ text });
export const table = (
  caption: string,
  columns: readonly string[],
  rows: readonly (readonly Inline[])[],
): Block => ({ kind: 'table', caption, columns, rows });

/** Pieces that are themselves several, with a mark between each and the next. */
export const separated = (mark: string, parts: readonly Inline[]): Inline =>
  parts.flatMap((part, index) => (index === 0 ? part : [mark, ...part]));

/** A cell with nothing in it, which a table in the form of a list leaves out. */
export const NOTHING: Inline = ['–'];
