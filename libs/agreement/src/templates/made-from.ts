import { canonicalise, pointerOf, type Json, type JsonObject } from '@concordat/record';
import type { Agreement } from '../document/agreement.js';
import { misfits } from './blank-types.js';
import { isObject, toGap, toSection, type Gap } from './placeholder.js';
import { isList, type Blank, type FrozenTemplate, type ListBlank, type Template } from './template.js';
import { own } from './values.js';

/** Whether an agreement is a template with only its blanks filled in, and with what, or where it differs. */
export type MadeFrom =
  { readonly made: true; readonly values: JsonObject } | { readonly made: false; readonly at: string };

/**
 * Whether an agreement is this template with nothing changed but what its blanks take, and what was filled in.
 * Whoever knows the template then has only the values to review.
 *
 * It believes nothing that the agreement says of itself: text and values are matched, and `template` must name
 * this very template. When it was not made so, `at` points to the first place in the agreement that differs.
 */
export function isMadeFrom(agreement: Agreement, { template, digest }: FrozenTemplate): MadeFrom {
  const { template: named, ...rest } = agreement as unknown as JsonObject;
  const expected = { id: template.id, version: template.version, digest };
  if (named === undefined || canonicalise(named) !== canonicalise(expected)) {
    return { made: false, at: '/template' };
  }
  let furthest: Attempt | undefined;
  for (const lengths of possibleLengths(template, rest)) {
    const attempt = new Attempt(template, lengths);
    if (attempt.match(template.agreement, rest, [])) return { made: true, values: attempt.values() };
    if (furthest === undefined || attempt.steps > furthest.steps) furthest = attempt;
  }
  return { made: false, at: pointerOf(furthest?.differsAt ?? []) };
}

type Lengths = ReadonlyMap<string, number>;

/**
 * Every number of items that the lists of the template could have had, going by how long the agreement's own
 * lists are. Two lists at most, so at most some hundreds of possibilities, nearly all of which fail at once.
 */
function* possibleLengths(template: Template, agreement: JsonObject): Generator<Lengths> {
  const [first, second] = template.blanks.filter(isList);
  if (first === undefined) {
    yield new Map();
    return;
  }
  const lists = listsWithSections(template.agreement, agreement);
  const fits = (lengths: Lengths): boolean =>
    lists.every(({ pattern, length }) => expectedLength(pattern, lengths) === length);
  for (const one of lengthsOf(first)) {
    if (second === undefined) {
      const lengths = new Map([[first.name, one]]);
      if (fits(lengths)) yield lengths;
      continue;
    }
    for (const other of lengthsOf(second)) {
      const lengths = new Map([
        [first.name, one],
        [second.name, other],
      ]);
      if (fits(lengths)) yield lengths;
    }
  }
}

const lengthsOf = ({ atLeast, atMost }: ListBlank): number[] =>
  Array.from({ length: atMost - atLeast + 1 }, (_, index) => atLeast + index);

/** The lists of the template in which sections are repeated, each with the length of the agreement's list. */
function listsWithSections(part: Json, value: Json | undefined): { pattern: Json[]; length: number }[] {
  if (Array.isArray(part)) {
    if (part.some((element) => toSection(element) !== undefined)) {
      return [{ pattern: part, length: Array.isArray(value) ? value.length : -1 }];
    }
    return part.flatMap((each, index) =>
      listsWithSections(each, Array.isArray(value) ? value[index] : undefined),
    );
  }
  if (!isObject(part)) return [];
  return Object.entries(part).flatMap(([name, member]) =>
    listsWithSections(member, isObject(value) ? own(value, name) : undefined),
  );
}

const expectedLength = (pattern: readonly Json[], lengths: Lengths): number =>
  pattern.reduce<number>((sum, element) => {
    const section = toSection(element);
    return sum + (section === undefined ? 1 : (lengths.get(section.forEach) ?? 0));
  }, 0);

/** Where a value is bound: in an item of a list, or at the top. */
interface Place {
  readonly list: string;
  readonly item: number;
}

/** One try to match the whole text, with lists of certain lengths. */
class Attempt {
  /** How many places matched: the attempt that got furthest says best where the text differs. */
  steps = 0;
  differsAt: readonly string[] | undefined;
  readonly #template: Template;
  readonly #lengths: Lengths;
  readonly #top = new Map<string, Json>();
  readonly #items = new Map<string, Map<string, Json>[]>();

  constructor(template: Template, lengths: Lengths) {
    this.#template = template;
    this.#lengths = lengths;
    for (const [list, length] of lengths) {
      this.#items.set(
        list,
        Array.from({ length }, () => new Map<string, Json>()),
      );
    }
  }

  match(part: Json, value: Json, at: readonly string[], place?: Place): boolean {
    this.steps += 1;
    if (Array.isArray(part)) return this.#list(part, value, at, place);
    if (isObject(part)) {
      const gap = toGap(part);
      return gap === undefined ? this.#members(part, value, at, place) : this.#bind(gap, value, at, place);
    }
    return part === value || this.#differs(at);
  }

  /** What was filled in. Matched, every blank has a value: a template uses each blank that it declares. */
  values(): JsonObject {
    return Object.fromEntries(
      this.#template.blanks.map((blank) => [
        blank.name,
        isList(blank)
          ? (this.#items.get(blank.name) ?? []).map((item): Json => Object.fromEntries(item))
          : (this.#top.get(blank.name) ?? null),
      ]),
    );
  }

  #members(part: JsonObject, value: Json, at: readonly string[], place?: Place): boolean {
    if (!isObject(value)) return this.#differs(at);
    for (const [name, member] of Object.entries(part)) {
      const there = own(value, name);
      if (there === undefined) return this.#differs([...at, name]);
      if (!this.match(member, there, [...at, name], place)) return false;
    }
    const extra = Object.keys(value).find((name) => !Object.hasOwn(part, name));
    return extra === undefined || this.#differs([...at, extra]);
  }

  #list(part: readonly Json[], value: Json, at: readonly string[], place?: Place): boolean {
    if (!Array.isArray(value)) return this.#differs(at);
    let next = 0;
    for (const element of part) {
      const section = toSection(element);
      const times = section === undefined ? 1 : (this.#lengths.get(section.forEach) ?? 0);
      for (let item = 0; item < times; item += 1, next += 1) {
        const there = value[next];
        if (there === undefined) return this.#differs(at);
        const matches =
          section === undefined
            ? this.match(element, there, [...at, String(next)], place)
            : this.match(section.item, there, [...at, String(next)], { list: section.forEach, item });
        if (!matches) return false;
      }
    }
    return next === value.length || this.#differs([...at, String(next)]);
  }

  #bind(gap: Gap, value: Json, at: readonly string[], place?: Place): boolean {
    const { blank, values } = this.#blankOf(gap.blank, place);
    const filledIn = withoutWordsAround(gap, value);
    if (blank === undefined || filledIn === undefined) return this.#differs(at);
    const before = values.get(blank.name);
    if (before === undefined) {
      if (misfits(blank, filledIn).length > 0) return this.#differs(at);
      values.set(blank.name, filledIn);
      return true;
    }
    return canonicalise(before) === canonicalise(filledIn) || this.#differs(at);
  }

  /** The blank that a gap names, and where its value is kept. */
  #blankOf(name: string, place?: Place): { blank: Blank | undefined; values: Map<string, Json> } {
    const named = (blank: { name: string }): boolean => blank.name === name;
    const { blanks } = this.#template;
    const inItem = blanks
      .filter(isList)
      .find((list) => list.name === place?.list)
      ?.each.find(named);
    const item = place === undefined ? undefined : this.#items.get(place.list)?.[place.item];
    if (inItem !== undefined && item !== undefined) return { blank: inItem, values: item };
    return { blank: blanks.filter((blank) => !isList(blank)).find(named), values: this.#top };
  }

  #differs(at: readonly string[]): false {
    this.differsAt = at;
    return false;
  }
}

function withoutWordsAround({ before, after }: Gap, value: Json): Json | undefined {
  if (before === '' && after === '') return value;
  if (typeof value !== 'string' || value.length < before.length + after.length) return undefined;
  return value.startsWith(before) && value.endsWith(after)
    ? value.slice(before.length, value.length - after.length)
    : undefined;
}
