import type { Finding } from '@concordat/problem';
import { MAX_DEPTH, pointerOf, type Json, type JsonObject } from '@concordat/record';
import { hasLength, isOneText } from './blank-types.js';
import { isObject, looksLikeGap, looksLikeSection, toGap, toSection } from './placeholder.js';
import { isList, type Blank, type ListBlank, type Template } from './template.js';

/** As many lists as `isMadeFrom` can tell the lengths of without guessing. */
const MOST_LISTS = 2;

/**
 * What a schema cannot see in a template: names that are given twice, blanks that the text does not use or that
 * are not declared, placeholders where they cannot stand.
 */
export function findMisplacedBlanks(template: Template): Finding[] {
  const declared = declarationFindings(template.blanks);
  if (declared.length > 0) return declared;
  const walk = new Walk(template.blanks);
  walk.part(template.agreement, ['agreement']);
  if (Object.hasOwn(template.agreement, 'template')) {
    walk.findings.push({ path: '/agreement/template', message: 'is written when the template is filled in' });
  }
  return [...walk.findings, ...walk.unused()];
}

function declarationFindings(blanks: readonly (Blank | ListBlank)[]): Finding[] {
  const findings: Finding[] = [];
  const outer = new Set<string>();
  for (const [index, blank] of blanks.entries()) {
    const at = `/blanks/${index}`;
    if (outer.has(blank.name)) findings.push({ path: `${at}/name`, message: 'is the name of another blank' });
    outer.add(blank.name);
    if (!isList(blank)) findings.push(...lengthFindings(blank, at));
  }
  for (const [index, blank] of blanks.entries()) {
    if (!isList(blank)) continue;
    const at = `/blanks/${index}`;
    if (blank.atMost < blank.atLeast) {
      findings.push({ path: `${at}/atMost`, message: 'is less than “atLeast”' });
    }
    const names = new Set(outer);
    for (const [position, each] of blank.each.entries()) {
      const here = `${at}/each/${position}`;
      if (names.has(each.name)) {
        findings.push({ path: `${here}/name`, message: 'is the name of another blank' });
      }
      names.add(each.name);
      findings.push(...lengthFindings(each, here));
    }
  }
  if (blanks.filter(isList).length > MOST_LISTS) {
    findings.push({ path: '/blanks', message: `has more than ${MOST_LISTS} lists` });
  }
  return findings;
}

const lengthFindings = ({ type, longest }: Blank, at: string): Finding[] =>
  longest !== undefined && !hasLength(type)
    ? [{ path: `${at}/longest`, message: 'is for a name, a sentence or a text alone' }]
    : [];

class Walk {
  readonly findings: Finding[] = [];
  readonly #blanks: readonly (Blank | ListBlank)[];
  readonly #used = new Set<string>();

  constructor(blanks: readonly (Blank | ListBlank)[]) {
    this.#blanks = blanks;
  }

  /** @param list the list for each of whose items this part is repeated */
  part(part: Json, at: readonly string[], list?: ListBlank): void {
    if (at.length > MAX_DEPTH) {
      this.#find(at, `is nested more than ${MAX_DEPTH} deep`);
    } else if (Array.isArray(part)) {
      for (const [index, element] of part.entries()) this.#element(element, [...at, String(index)], list);
    } else if (isObject(part)) {
      this.#object(part, at, list);
    }
  }

  /** A finding for each blank, and each list, that the text does not use. */
  unused(): Finding[] {
    const message = 'is not used in the agreement, or only in items of a list that may be empty';
    return this.#blanks.flatMap((blank, index) => {
      const at = `/blanks/${index}`;
      if (!this.#used.has(pointerOf([blank.name]))) return [{ path: at, message }];
      if (!isList(blank)) return [];
      return blank.each.flatMap(({ name }, position) =>
        this.#used.has(pointerOf([blank.name, name])) ? [] : [{ path: `${at}/each/${position}`, message }],
      );
    });
  }

  #element(element: Json, at: readonly string[], list?: ListBlank): void {
    if (!isObject(element) || !looksLikeSection(element)) {
      this.part(element, at, list);
      return;
    }
    const section = toSection(element);
    if (section === undefined) {
      this.#find(at, 'must have “forEach”, which names a list, and “item”, and nothing else');
      return;
    }
    const named = this.#blanks.find(({ name }) => name === section.forEach);
    if (list !== undefined) this.#find(at, 'is repeated inside of what is repeated already');
    else if (named === undefined) this.#find([...at, 'forEach'], 'is not declared');
    else if (!isList(named)) this.#find([...at, 'forEach'], 'is a single blank, not a list');
    else {
      this.#used.add(pointerOf([named.name]));
      this.part(section.item, [...at, 'item'], named);
    }
  }

  #object(part: JsonObject, at: readonly string[], list?: ListBlank): void {
    if (looksLikeSection(part)) this.#find(at, 'can be repeated only as an element of a list');
    else if (looksLikeGap(part)) this.#gap(part, at, list);
    else for (const [name, member] of Object.entries(part)) this.part(member, [...at, name], list);
  }

  #gap(part: JsonObject, at: readonly string[], list?: ListBlank): void {
    const gap = toGap(part);
    if (gap === undefined) {
      this.#find(at, 'must have “blank”, and at most “before” and “after” besides, all of them text');
      return;
    }
    const inItem = list?.each.find(({ name }) => name === gap.blank);
    const blank = inItem ?? this.#blanks.find(({ name }) => name === gap.blank);
    if (blank === undefined) this.#find([...at, 'blank'], 'is not declared');
    else if (isList(blank)) this.#find([...at, 'blank'], 'is a list: repeat a section for each of its items');
    else {
      this.#use(blank, inItem === undefined ? undefined : list, list);
      if ((gap.before !== '' || gap.after !== '') && !isOneText(blank.type)) {
        this.#find(at, 'has fixed words around a value that is not one text');
      }
    }
  }

  /** What stands in the items of a list alone is nowhere in an agreement whose list is empty. */
  #use(blank: Blank, owner: ListBlank | undefined, list: ListBlank | undefined): void {
    if (owner !== undefined) this.#used.add(pointerOf([owner.name, blank.name]));
    else if (list === undefined || list.atLeast > 0) this.#used.add(pointerOf([blank.name]));
  }

  #find(at: readonly string[], message: string): void {
    this.findings.push({ path: pointerOf(at), message });
  }
}
