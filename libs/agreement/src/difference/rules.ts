import type { ChangeKind } from './change.js';

/**
 * How a member of the document is compared.
 *
 * - `whole`: any difference is of one kind.
 * - `day`, `duration`: by which is earlier or shorter. Durations that cannot be compared widen.
 * - `yes-no`: by which way it turns.
 * - `switch`: something that is ruled out or allowed (`"none"` or `false` rules it out); when it is allowed on
 *   both sides, its members are compared each by its own rule.
 * - `list`: each element by what identifies it, the members named in `by` or the element itself; the order
 *   is administrative. Elements that both have are compared by the rules below them.
 * - `disposal`, `rows`, `fields`: by a comparison of their own.
 * - `same`: never differs between two elements that are matched.
 */
export type Rule = { readonly called: string } & (
  | { readonly compare: 'whole'; readonly kind: ChangeKind }
  | { readonly compare: 'day'; readonly earlier: ChangeKind; readonly later: ChangeKind }
  | { readonly compare: 'duration'; readonly shorter: ChangeKind; readonly longer: ChangeKind }
  | { readonly compare: 'yes-no'; readonly yes: ChangeKind; readonly no: ChangeKind }
  | { readonly compare: 'switch'; readonly by?: string; readonly on: ChangeKind; readonly off: ChangeKind }
  | {
      readonly compare: 'list';
      readonly by?: readonly string[];
      readonly added: ChangeKind;
      readonly removed: ChangeKind;
    }
  | { readonly compare: 'disposal' | 'rows' | 'fields' | 'same' }
);

const whole = (kind: ChangeKind, called: string): Rule => ({ compare: 'whole', kind, called });
const administrative = (called: string): Rule => whole('administrative', called);
const changes = (called: string): Rule => whole('changes', called);
const widens = (called: string): Rule => whole('widens', called);
const list = (
  called: string,
  kinds: { readonly added: ChangeKind; readonly removed: ChangeKind; readonly by?: readonly string[] },
): Rule => ({ compare: 'list', called, ...kinds });
const same = (called: string): Rule => ({ compare: 'same', called });

/**
 * Every member of the document and what a change of it does. A member that is not here widens. Where text
 * bears on what may be done with the data, another text widens, since nobody but a person can tell that it
 * does not; other text that a person must weigh `changes`.
 */
export const rules: Readonly<Record<string, Rule>> = {
  '/dsa': widens('the version of the format'),
  // Names for people (pseudonyms) and ids of disclosures are derived from it, so that all of them change with it.
  '/id': widens('the agreement’s name'),
  '/version': same('the version'),
  '/title': administrative('the title'),
  '/summary': changes('the summary'),
  '/template': changes('the template that the agreement was made from'),

  '/parties': list('party', { by: ['agency'], added: 'widens', removed: 'narrows' }),
  '/parties/*/agency': same('the agency'),
  // Another legal name can be another organisation.
  '/parties/*/name': changes('the legal name'),
  '/parties/*/role': widens('the role'),
  '/parties/*/status': widens('the standing under data protection law'),
  '/parties/*/actsFor': widens('the party whose instructions it follows'),
  '/parties/*/responsibilities': changes('the responsibilities'),
  '/parties/*/contact': administrative('the contact'),
  '/parties/*/dataProtectionOfficer': administrative('the contact of the data protection officer'),
  '/parties/*/processors': list('processor', { added: 'widens', removed: 'narrows' }),
  // A party that need not sign first weakens the others' assent; one that must now has not yet given its own.
  '/parties/*/mayJoinLater': widens('whether it may join later'),
  '/parties/*/signatories': list('signatory', { by: ['role'], added: 'changes', removed: 'widens' }),
  '/parties/*/signatories/*/role': same('the role'),
  '/parties/*/signatories/*/name': administrative('the name'),
  '/parties/*/signatories/*/position': administrative('the position'),

  '/purpose/description': widens('the purpose for which the data may be used'),
  '/purpose/aims': list('aim', { added: 'widens', removed: 'changes' }),
  '/purpose/benefit': changes('who is better off'),
  '/purpose/harmOfNotSharing': changes('the harm of not sharing'),
  '/purpose/necessity': changes('why the sharing is necessary'),
  '/purpose/prohibited': list('prohibited use', { added: 'narrows', removed: 'widens' }),

  // What the data is said to be calls for safeguards: saying less of it is not in itself less sharing.
  '/data/personal': {
    compare: 'yes-no',
    yes: 'widens',
    no: 'changes',
    called: 'whether the data is about living people',
  },
  '/data/people': list('category of people', { by: ['category'], added: 'widens', removed: 'changes' }),
  '/data/people/*/category': same('the category'),
  '/data/people/*/children': {
    compare: 'yes-no',
    yes: 'widens',
    no: 'changes',
    called: 'whether children may be among them',
  },
  '/data/specialCategories': list('special category', { added: 'widens', removed: 'changes' }),
  '/data/criminalOffences': {
    compare: 'yes-no',
    yes: 'widens',
    no: 'changes',
    called: 'whether the data is about criminal offences',
  },
  '/data/quality': changes('how the data is kept accurate'),

  '/legal/powers': list('legal power', { added: 'changes', removed: 'changes' }),
  '/legal/article6': changes('the lawful basis in Article 6'),
  '/legal/article9': changes('the conditions in Article 9'),
  '/legal/article10': changes('what allows data about criminal offences to be shared'),
  '/legal/lawEnforcement': {
    compare: 'switch',
    by: 'applies',
    on: 'widens',
    off: 'changes',
    called: 'handling of the data for law enforcement',
  },
  '/legal/lawEnforcement/applies': same('whether it applies'),
  '/legal/lawEnforcement/purpose': widens('the law enforcement purpose'),
  '/legal/lawEnforcement/basis': changes('what makes law enforcement processing lawful'),
  '/legal/confidentiality': changes('how the duty of confidence is met'),
  '/legal/dpia': changes('the data protection impact assessment'),
  '/legal/privacyNotice': changes('where people are told of the sharing'),

  '/rights/statement': changes('the rights that people have'),
  '/rights/requests': administrative('where people send requests about their data'),
  '/rights/freedomOfInformation': administrative('where freedom of information requests are sent'),

  '/automatedDecisions': {
    compare: 'switch',
    by: 'used',
    on: 'widens',
    off: 'narrows',
    called: 'automated decisions from the data',
  },
  '/automatedDecisions/used': same('whether they are used'),
  '/automatedDecisions/explanation': widens('which automated decisions are made'),
  '/automatedDecisions/safeguards': widens('the safeguards for automated decisions'),

  '/term/from': {
    compare: 'day',
    earlier: 'widens',
    later: 'narrows',
    called: 'the first day on which data is shared',
  },
  '/term/reviewBy': {
    compare: 'day',
    earlier: 'narrows',
    later: 'widens',
    called: 'the day by which the parties review the agreement',
  },
  '/term/until': {
    compare: 'day',
    earlier: 'narrows',
    later: 'widens',
    called: 'the last day on which data is shared',
  },

  // No agreement has two grants with the same provider, recipient and event.
  '/grants': list('grant', {
    by: ['provider', 'recipient', 'event'],
    added: 'widens',
    removed: 'narrows',
  }),
  '/grants/*/provider': same('the provider'),
  '/grants/*/recipient': same('the recipient'),
  '/grants/*/event': same('the event'),
  // Nothing that a recipient sees is derived from it.
  '/grants/*/id': administrative('the name'),
  // What the same words give can be something else under another schema.
  '/grants/*/schema': widens('the event schema that the parties read'),
  '/grants/*/rows': { compare: 'rows', called: 'which events are given' },
  '/grants/*/fields': { compare: 'fields', called: 'which fields are given' },
  // Changes nothing: what is not granted is withheld, named there or not.
  '/grants/*/withheld': administrative('the list of fields that were considered and left out'),

  '/duties/retention': list('retention period', { by: ['category'], added: 'widens', removed: 'widens' }),
  '/duties/retention/*/category': same('the category'),
  '/duties/retention/*/period': {
    compare: 'duration',
    shorter: 'narrows',
    longer: 'widens',
    called: 'how long the records are kept',
  },
  '/duties/retention/*/disposal': { compare: 'disposal', called: 'what becomes of the records then' },
  '/duties/onwardSharing': {
    compare: 'switch',
    on: 'widens',
    off: 'narrows',
    called: 'passing the data on to others',
  },
  '/duties/onwardSharing/to': list('body that the data may be passed on to', {
    added: 'widens',
    removed: 'narrows',
  }),
  '/duties/onwardSharing/conditions': widens('the conditions for passing the data on'),
  '/duties/security': list('security measure', { added: 'narrows', removed: 'widens' }),
  '/duties/breach/contact': administrative('whom to tell of a breach'),
  '/duties/breach/within': {
    compare: 'duration',
    shorter: 'narrows',
    longer: 'widens',
    called: 'the time within which a breach must be told',
  },
  '/duties/transfers': {
    compare: 'switch',
    by: 'outsideUk',
    on: 'widens',
    off: 'narrows',
    called: 'transfer of the data out of the United Kingdom',
  },
  '/duties/transfers/outsideUk': same('whether it leaves the United Kingdom'),
  '/duties/transfers/countries': list('country that the data may go to', {
    added: 'widens',
    removed: 'narrows',
  }),
  '/duties/transfers/safeguard': widens('the safeguard for transfers'),

  '/variation': changes('how the parties change the agreement'),
  '/ending/suspension': changes('how the sharing is suspended'),
  '/ending/notice': {
    compare: 'duration',
    shorter: 'changes',
    longer: 'widens',
    called: 'the notice that a party gives to end the agreement',
  },
  '/ending/dataAfterwards': widens('what becomes of the data afterwards'),

  '/ethics': changes('the ethics statement'),
  '/benefits': changes('the expected benefits'),
};
