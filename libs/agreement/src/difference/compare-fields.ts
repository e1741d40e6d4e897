import { isSame, tell, type Comparison, type Member } from './comparison.js';
import { valueWords } from './words.js';

/** Compares which fields a grant gives, and in which forms. */
export function compareFields(member: Member, comparison: Comparison): void {
  if (isSame(member)) return;
  tell(member, 'widens', valueWords(`which fields are given${member.of}`, member), comparison);
}
