import { canonicalise, pointerOf, type Json, type JsonObject } from '@concordat/record';
import type { ChangeKind } from './change.js';
import { compareFields } from './compare-fields.js';
import { compareRows } from './compare-rows.js';
import { addChange, isSame, tell, type Comparison, type Member } from './comparison.js';
import { compareDurations } from './durations.js';
import { rules, type Rule } from './rules.js';
import { textOf } from './text-of.js';
import { itemWords, nounWords, switchWords, valueWords } from './words.js';

/** Compares a member by its rule, or an object without one member by member. */
export function compareMember(member: Member, comparison: Comparison): void {
  const rule = Object.hasOwn(rules, member.pattern) ? rules[member.pattern] : undefined;
  if (rule === undefined) {
    if (isObject(member.before) && isObject(member.after)) compareParts(member, comparison);
    else if (!isSame(member)) tell(member, 'widens', valueWords('a part without a rule', member), comparison);
    return;
  }
  if (isSame(member) && rule.compare !== 'rows' && rule.compare !== 'fields') return;
  compareByRule(member, rule, comparison);
}

function compareByRule(member: Member, rule: Rule, comparison: Comparison): void {
  const say = (kind: ChangeKind): void =>
    tell(member, kind, valueWords(rule.called + member.of, member), comparison);
  switch (rule.compare) {
    case 'same':
      // The version always differs; what matched elements are matched by never does.
      return;
    case 'whole':
      return say(rule.kind);
    case 'day':
      // ISO 8601 calendar dates of the same length sort as text.
      return say(textOf(member.after) < textOf(member.before) ? rule.earlier : rule.later);
    case 'duration': {
      const order = compareDurations(textOf(member.before), textOf(member.after));
      return say(order === 'longer' ? rule.longer : order === 'shorter' ? rule.shorter : 'widens');
    }
    case 'yes-no':
      return say(member.after === true ? rule.yes : rule.no);
    case 'disposal':
      // Who anonymises keeps something; who deletes or returns keeps nothing.
      return say(
        member.after === 'anonymise' ? 'widens' : member.before === 'anonymise' ? 'narrows' : 'changes',
      );
    case 'switch':
      return compareSwitch(member, rule, comparison);
    case 'list':
      return compareList(member, rule, comparison);
    case 'rows':
      return compareRows(member, comparison);
    case 'fields':
      return compareFields(member, comparison);
  }
}

function compareParts(member: Member, comparison: Comparison): void {
  const before = member.before as JsonObject;
  const after = member.after as JsonObject;
  for (const name of new Set([...Object.keys(before), ...Object.keys(after)])) {
    compareMember(
      {
        pattern: `${member.pattern}/${name}`,
        path: member.path + pointerOf([name]),
        of: member.of,
        before: before[name],
        after: after[name],
        parents: { before, after },
      },
      comparison,
    );
  }
}

function compareSwitch(
  member: Member,
  rule: Extract<Rule, { compare: 'switch' }>,
  comparison: Comparison,
): void {
  const isOn = (value: Json | undefined): boolean =>
    rule.by === undefined ? value !== 'none' : !isObject(value) || value[rule.by] !== false;
  const [was, is] = [isOn(member.before), isOn(member.after)];
  if (was && is && isObject(member.before) && isObject(member.after)) compareParts(member, comparison);
  else tell(member, is ? rule.on : rule.off, switchWords(rule.called, is), comparison);
}

function compareList(member: Member, rule: Extract<Rule, { compare: 'list' }>, comparison: Comparison): void {
  const before = elementsOf(member.before, rule.by);
  const after = elementsOf(member.after, rule.by);
  const known = comparison.changes.length;
  const one = (
    change: { path: string; before?: Json; after?: Json },
    kind: ChangeKind,
    what: string,
  ): void => {
    addChange({ ...change, kind, sentence: what }, comparison);
  };
  if (rule.by !== undefined && (hasTwins(before) || hasTwins(after))) {
    return tell(
      member,
      'widens',
      `The list with each ${rule.called}${member.of} changed, and names some twice.`,
      comparison,
    );
  }
  for (const { key, index, value } of before) {
    if (after.some((other) => other.key === key)) continue;
    const words = itemWords(rule.called, member.of, value, 'removed', comparison.before);
    one({ path: `${member.path}/${index}`, before: value }, rule.removed, words);
  }
  for (const { key, index, value } of after) {
    const old = before.find((other) => other.key === key);
    if (old === undefined) {
      const words = itemWords(rule.called, member.of, value, 'added', comparison.after);
      one({ path: `${member.path}/${index}`, after: value }, rule.added, words);
    } else if (rule.by !== undefined) {
      compareMember(
        {
          pattern: `${member.pattern}/*`,
          path: `${member.path}/${index}`,
          of: ` of ${nounWords(rule.called, value, comparison.after)}${member.of}`,
          before: old.value,
          after: value,
        },
        comparison,
      );
    }
  }
  if (comparison.changes.length === known && !isSame(member)) {
    tell(
      member,
      'administrative',
      `The order in which each ${rule.called}${member.of} is listed changed.`,
      comparison,
    );
  }
}

interface Element {
  readonly key: string;
  readonly index: number;
  readonly value: Json;
}

/** A list that is missing has no elements. */
function elementsOf(list: Json | undefined, by: readonly string[] | undefined): Element[] {
  if (!Array.isArray(list)) return [];
  return list.map((value, index) => {
    const key = by === undefined || !isObject(value) ? value : by.map((name) => value[name] ?? null);
    return { key: canonicalise(key), index, value };
  });
}

const hasTwins = (elements: readonly Element[]): boolean =>
  new Set(elements.map(({ key }) => key)).size < elements.length;

const isObject = (value: Json | undefined): value is JsonObject =>
  value !== null && typeof value === 'object' && !Array.isArray(value);
