import type { Agreement, Grant } from '../document/agreement.js';
import { partyName } from './words.js';

const endings = {
  same: 'for the same events as before; the condition is written differently',
  fewer: 'for fewer events than before',
  more: 'for more events than before',
  others: 'for other events than before, and it cannot be told that there are no more of them',
  telling:
    'for fewer events than before, but chosen by something that it does not see: each one would tell more than it did',
} as const;

/** Says which events a recipient will get. */
export function rowsWords(what: keyof typeof endings, grant: Grant, agreement: Agreement): string {
  const [to, from] = [partyName(grant.recipient, agreement), partyName(grant.provider, agreement)];
  return `${to} will get ${grant.event} from ${from} ${endings[what]}.`;
}
