import { isSame, tell, type Comparison, type Member } from './comparison.js';
import { valueWords } from './words.js';

/** Compares which events a grant covers. */
export function compareRows(member: Member, comparison: Comparison): void {
  if (isSame(member)) return;
  tell(member, 'widens', valueWords(`which events are given${member.of}`, member), comparison);
}
