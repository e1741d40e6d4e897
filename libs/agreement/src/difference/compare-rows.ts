import type { Json } from '@concordat/record';
import type { Condition } from '../document/agreement.js';
import { grantsOf, schemaOf } from './compare-fields.js';
import { isSame, tell, type Comparison, type Member } from './comparison.js';
import { implies, testOf, type Test } from './conditions.js';
import { treeOf } from './place-tree.js';
import { isSeen } from './seen.js';
import { rowsWords } from './row-words.js';

/** Compares which events a grant covers. */
export function compareRows(member: Member, comparison: Comparison): void {
  if (isSame(member)) return;
  const { before, after } = grantsOf(member);
  const [was, is] = [asTest(member.before), asTest(member.after)];
  const { steps } = comparison.reader;
  const [isFewer, isMore] = [implies(is, was, steps), implies(was, is, steps)];
  const say = (kind: 'administrative' | 'narrows' | 'widens', what: Parameters<typeof rowsWords>[0]): void =>
    tell(member, kind, rowsWords(what, after, comparison.after), comparison);
  if (isFewer && isMore) return say('administrative', 'same');
  if (!isFewer) return say('widens', isMore ? 'more' : 'others');
  const tree = treeOf(before.fields, schemaOf(before, after, comparison), comparison.reader);
  if (is !== undefined && (tree === undefined || !isSeen(is, tree, { rows: was, steps })))
    return say('widens', 'telling');
  say('narrows', 'fewer');
}

const asTest = (rows: Json | undefined): Test | undefined =>
  rows === undefined ? undefined : testOf(rows as unknown as Condition);
