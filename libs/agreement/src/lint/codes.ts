/**
 * How much a finding weighs. An `error` is only what makes an agreement void or false: it contradicts itself, or
 * what it says can never be carried out. A `warning` is what its lawyers should mend or be able to defend. An
 * `advice` is what they should look at.
 */
export type LintSeverity = 'error' | 'warning' | 'advice';

interface Rule {
  readonly severity: LintSeverity;
  /** What a finding with this code says of the agreement. */
  readonly means: string;
  /** What to do about it, in one sentence. */
  readonly advice: string;
  /** Where the rule comes from. */
  readonly source: string;
}

const ICO_CODE = 'ICO data sharing code of practice';

/** Every finding that there is. Nothing else says how severe one is. */
export const LINT_CODES = {
  contradiction: {
    severity: 'error',
    means: 'Parts of the agreement contradict each other.',
    advice: 'Change one of the two places so that they agree.',
    source: 'Concordat: an agreement that contradicts itself is never frozen',
  },
  'provider-not-party': {
    severity: 'error',
    means: 'A grant’s provider is no party that gives data.',
    advice: 'Name a party with the role of provider, or add the agency to the parties.',
    source: `${ICO_CODE}, data sharing agreements: the agreement names the organisations involved`,
  },
  'recipient-not-party': {
    severity: 'error',
    means: 'A grant’s recipient is no party that receives data.',
    advice: 'Name a party with the role of recipient, or add the agency to the parties.',
    source: `${ICO_CODE}, data sharing agreements: the agreement names the organisations involved`,
  },
  'overlapping-grants': {
    severity: 'error',
    means: 'Two grants cover the same provider, recipient and event.',
    advice: 'Make one grant of the two.',
    source: 'Concordat: two grants for one exchange would combine into a view that neither describes',
  },
  'overlapping-fields': {
    severity: 'error',
    means: 'A grant gives a field and also a part of it.',
    advice: 'Grant either the whole or its parts.',
    source: 'Concordat: the form of such a part would be undecided',
  },
  'unknown-schema': {
    severity: 'error',
    means: 'A grant names an event schema that is not registered for its event type.',
    advice: 'Register the schema first, or put the digest of the one that is registered.',
    source: `${ICO_CODE}, data sharing agreements: the agreement says which data items are shared`,
  },
  'unknown-field': {
    severity: 'error',
    means: 'A grant gives a field, or chooses events by one, that the event schema does not have.',
    advice: 'Correct the pointer, or leave the field out.',
    source: `${ICO_CODE}, data sharing agreements: the agreement says which data items are shared`,
  },
  'form-does-not-suit': {
    severity: 'error',
    means: 'A field cannot be given in the form that the grant names.',
    advice: 'Choose a form that suits the field, or grant single fields within it.',
    source: 'Concordat: such a grant cannot be carried out',
  },
  'condition-does-not-suit': {
    severity: 'error',
    means: 'A grant chooses events by a condition that no value of the field can satisfy.',
    advice: 'Choose a condition that suits the type of the field.',
    source: 'Concordat: such a grant cannot be carried out',
  },
  'condition-on-no-date': {
    severity: 'warning',
    means: 'A grant chooses events by a date, from a field that the event schema does not call a date.',
    advice: 'Choose by a field that is a date, or ask who publishes the event to say so in its schema.',
    source: 'Concordat: an event for which a condition cannot be told is withheld',
  },
  'age-band-of-one': {
    severity: 'advice',
    means: 'A band of ages holds one age only, so that it hides nothing of it.',
    advice: 'Make the band wider, or be ready to say why that very age is needed.',
    source: 'UK GDPR Article 5(1)(c), data minimisation',
  },
  'field-not-considered': {
    severity: 'warning',
    means: 'The event has a field that the grant neither gives nor expressly withholds.',
    advice: 'Add the field to the withheld ones with the reason, or grant it.',
    source: `${ICO_CODE}, data sharing agreements: only what is needed is shared, item by item`,
  },
  'withheld-field-unknown': {
    severity: 'error',
    means: 'A field that is expressly withheld is not in the event schema.',
    advice: 'Correct the pointer, or leave the line out.',
    source: 'Concordat: a reader would think that something is held back which never was there',
  },
  'no-withheld-list': {
    severity: 'advice',
    means: 'A grant names no field that was considered and left out.',
    advice: 'List what the event holds and the recipient does not need, with the reasons.',
    source: `${ICO_CODE}, data sharing agreements: only what is needed is shared`,
  },
  'pseudonym-undone': {
    severity: 'warning',
    means: 'The recipient gets the same field as it is in another grant, so the stand-in hides nothing.',
    advice: 'Withhold the field in the other grant, or give it as a stand-in there too.',
    source: 'ICO guidance on pseudonymisation: what undoes it must be kept apart',
  },
  'pseudonym-beside-identifier': {
    severity: 'warning',
    means: 'A stand-in for a person comes together with something that says who the person is.',
    advice:
      'Withhold the identifier or make it coarser, or say that the person is known and give no stand-in.',
    source: 'ICO guidance on pseudonymisation: what undoes it must be kept apart',
  },
  'coarser-form-undone': {
    severity: 'warning',
    means: 'The recipient gets a field as it is in one grant and in a coarser form in another.',
    advice: 'Give the field in the same form in both, or say in the reasons why they differ.',
    source: 'UK GDPR Article 5(1)(c), data minimisation',
  },
  'no-review': {
    severity: 'warning',
    means: 'No review falls within the term, or the first one is more than three years away.',
    advice: 'Set a review date within the term and at most three years after it begins.',
    source: `${ICO_CODE}, data sharing agreements: review regularly; three years is this project’s measure`,
  },
  'dpia-stale': {
    severity: 'warning',
    means:
      'The data protection impact assessment comes after the sharing begins, is more than three years old by then, or will be more than four years old before the parties look again.',
    advice: 'Complete or renew the assessment before the first day, or review the agreement sooner.',
    source:
      'UK GDPR Article 35(1) and (11): before the processing, and reviewed; the years are this project’s measure',
  },
  'empty-reason': {
    severity: 'warning',
    means: 'A reason is empty words.',
    advice: 'Say what the recipient does with it, or what would go wrong without it.',
    source: `${ICO_CODE}, accountability: be able to justify what is shared`,
  },
  'same-reason': {
    severity: 'warning',
    means: 'Every field of a grant has the same reason.',
    advice: 'Give each field the reason that is its own, and leave out those that have none.',
    source: `${ICO_CODE}, accountability: be able to justify what is shared`,
  },
  placeholder: {
    severity: 'warning',
    means: 'A place is still to be filled in.',
    advice: 'Write what belongs there.',
    source: 'Concordat: what is signed should be finished',
  },
  'hidden-characters': {
    severity: 'warning',
    means: 'A text has characters that cannot be seen, or that change the order in which it is read.',
    advice: 'Write the text anew by hand.',
    source: 'Unicode Technical Report 36, security considerations',
  },
  'no-ethics-statement': {
    severity: 'warning',
    means: 'Personal data is shared without an ethics statement.',
    advice: 'Score each theme with a sentence.',
    source: 'Data and AI Ethics Framework',
  },
  'ethics-low-without-mitigation': {
    severity: 'warning',
    means: 'A theme is scored 0 or 1 and nothing is said of what is done about it.',
    advice: 'Say what is done about it, or do not share before it is.',
    source: 'Data and AI Ethics Framework',
  },
  'benefit-not-better': {
    severity: 'warning',
    means: 'The target of a benefit is what is measured already.',
    advice: 'Set a target that differs from the baseline, or leave the benefit out.',
    source: 'Digital Economy Act 2017 code of practice: benefits are stated so that they can be evaluated',
  },
  'benefit-date': {
    severity: 'warning',
    means: 'The days of a benefit do not fit the term: it must be measured before and reached within it.',
    advice: 'Measure the baseline by the first day, and aim at a day within the term.',
    source: 'Digital Economy Act 2017 code of practice: benefits are stated so that they can be evaluated',
  },
  'public-task-by-legitimate-interests': {
    severity: 'warning',
    means: 'Public bodies rely on legitimate interests.',
    advice:
      'Rely on the public task, 6(1)(e), or a legal obligation, 6(1)(c), for what is part of a public task.',
    source:
      'UK GDPR Article 6(1), last sentence: not for public authorities in the performance of their tasks',
  },
  'consent-in-public-task': {
    severity: 'advice',
    means: 'Public bodies rely on consent.',
    advice: 'Ask whether people can really refuse; the public task, 6(1)(e), is most often the right basis.',
    source:
      'ICO guidance on consent: public authorities should avoid it where there is an imbalance of power',
  },
  'special-category-likely': {
    severity: 'warning',
    means:
      'A field that is given looks like special-category data of a kind that the agreement does not declare.',
    advice: 'Declare the category with its Article 9 condition, or withhold the field.',
    source: 'UK GDPR Article 9(1)',
  },
  'criminal-offences-likely': {
    severity: 'warning',
    means:
      'A field that is given looks like data about criminal offences, which the agreement does not declare.',
    advice: 'Declare it with what Article 10 asks for, or withhold the field.',
    source: 'UK GDPR Article 10',
  },
  'condition-without-category': {
    severity: 'advice',
    means: 'A condition for special categories is relied on, but none is declared.',
    advice: 'Declare the category, or leave the condition out.',
    source: 'UK GDPR Article 9',
  },
  'children-not-mentioned': {
    severity: 'advice',
    means: 'Children may be among the people, and nothing is said of their interests.',
    advice:
      'Say in the purpose, the rights or the ethics statement how the interests of children were weighed.',
    source: `${ICO_CODE}, data sharing and children: a compelling reason and the child’s best interests`,
  },
  'rows-missing': {
    severity: 'advice',
    means: 'A body with a local area gets events about everybody.',
    advice: 'Choose the events by place, or be ready to say why the body needs all of them.',
    source: 'UK GDPR Article 5(1)(c), data minimisation',
  },
  'breach-told-too-late': {
    severity: 'warning',
    means: 'A breach need not be told within the 72 hours that the law leaves to tell the Commissioner.',
    advice: 'Set a time well under 72 hours.',
    source: 'UK GDPR Article 33(1)',
  },
  'transfer-not-declared': {
    severity: 'warning',
    means:
      'A processor works outside of the United Kingdom, though the agreement says that the data stays within.',
    advice: 'Declare the transfer with its safeguard, or name a processor in the United Kingdom.',
    source: 'UK GDPR Articles 44 to 46',
  },
  'joint-controller-alone': {
    severity: 'warning',
    means: 'Only one party is a joint controller.',
    advice: 'Say with whom it decides, or make it a controller.',
    source: 'UK GDPR Article 26',
  },
  'idle-party': {
    severity: 'advice',
    means: 'A party that is no processor neither gives nor gets anything.',
    advice: 'Say in a grant what it gives or gets, or leave the party out.',
    source: `${ICO_CODE}, data sharing agreements: the agreement names the organisations involved`,
  },
} as const satisfies Readonly<Record<string, Rule>>;

export type LintCode = keyof typeof LINT_CODES;

export interface LintFinding {
  readonly code: LintCode;
  /** A JSON Pointer into the agreement. */
  readonly path: string;
  readonly severity: LintSeverity;
  /** What is, in one sentence. */
  readonly message: string;
  /** What to do, in one sentence. */
  readonly advice: string;
}

/** @param message what is found there; without it, what the code means */
export function lintFinding(code: LintCode, path: string, message?: string): LintFinding {
  const { severity, means, advice } = LINT_CODES[code];
  return { code, path, severity, message: message ?? means, advice };
}
