/** Why an event is withheld from a recipient that a grant names. A closed list; each has a case in `cases/`. */
export const withheldReasons = {
  'not-this-provider': 'The event comes from another agency than the grant’s provider.',
  'not-this-type': 'The event is of another type than the grant’s.',
  'not-in-force': 'Not everyone whom the agreement needs has signed it.',
  'before-term': 'The agreement’s term has not begun.',
  'after-term': 'The agreement’s term has ended.',
  'agreement-ended': 'A party has ended the agreement.',
  'agreement-suspended': 'A party has suspended the agreement, and not everyone has agreed to go on.',
  'review-overdue': 'The parties have not reviewed the agreement by the day that it names.',
  'signature-refused':
    'A signature that the agreement needs does not hold, or not any more: its key may be in other hands.',
  'standing-unclear':
    'What the parties have signed contradicts itself, so nobody can say what may be released. A newer version that everyone signs settles it.',
  'party-not-joined':
    'The provider or the recipient may join the agreement later, and has not signed it yet.',
  'party-suspended': 'The provider or the recipient has suspended its own part in the agreement.',
  'party-left': 'The provider or the recipient has ended its own part in the agreement.',
  'grant-withdrawn': 'A party has signed a newer version in which this grant is left out.',
  'agreement-unusable': 'The agreement’s grants do not suit the event schemas that it names.',
  'rows-not-met': 'The event is not one of the rows that the grant covers, or that cannot be told.',
  'form-failed': 'A field could not be given in the form that the grant demands.',
} as const;

export type WithheldReason = keyof typeof withheldReasons;
