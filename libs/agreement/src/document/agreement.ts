import type { Digest } from '@concordat/record';

/** A condition on an event's data: which rows a grant covers. */
export type Condition =
  | { readonly all: readonly Condition[] }
  | { readonly any: readonly Condition[] }
  | { readonly not: Condition }
  | { readonly field: string; readonly is: NumberComparison; readonly value: number }
  | { readonly field: string; readonly is: 'equals'; readonly value: string | number | boolean }
  | { readonly field: string; readonly is: 'one-of'; readonly value: readonly (string | number | boolean)[] }
  | { readonly field: string; readonly is: DateComparison; readonly value: PartialDate }
  | { readonly field: string; readonly is: 'in-postcode-district'; readonly value: readonly string[] }
  | { readonly field: string; readonly is: 'present' };

export type NumberComparison = 'at-least' | 'at-most' | 'more-than' | 'less-than';
export type DateComparison = 'on-or-after' | 'on-or-before';
/** `yyyy`, `yyyy-MM` or `yyyy-MM-dd`: all days of a year, of a month, or one day. */
export type PartialDate = string;

/** How a field is given. */
export type Form =
  | 'clear'
  | 'presence'
  | { readonly generalise: 'month' | 'year' | 'postcode-district' | 'postcode-area' | 'initial' }
  | { readonly generalise: 'band'; readonly width: number }
  /** The first age of each band after the youngest, rising: `[16, 65]` gives `0-15`, `16-64` and `65+`. */
  | { readonly generalise: 'age-band'; readonly from: readonly number[] }
  /** `epoch`: raised by the parties when the names are to be made anew; 1 when it is not there. */
  | { readonly pseudonym: string; readonly epoch?: number };

export interface GrantedField {
  /** A JSON Pointer into `data` (`*` for each element), or the bare name of an envelope attribute. */
  readonly field: string;
  readonly as: Form;
  readonly because: string;
}

/** A field that the parties considered and left out. It changes nothing: what is not granted is withheld. */
export interface WithheldField {
  /** As in {@link GrantedField}; an object or list stands for all that is in it. */
  readonly field: string;
  readonly because: string;
}

export interface Grant {
  readonly id: string;
  readonly provider: string;
  readonly recipient: string;
  readonly event: string;
  readonly schema: Digest;
  readonly rows?: Condition;
  readonly fields: readonly GrantedField[];
  readonly withheld?: readonly WithheldField[];
}

/** A team or a person who answers for something. */
export interface Contact {
  readonly name: string;
  readonly email: string;
  readonly telephone?: string;
}

/** Who must sign for a party. */
export interface Signatory {
  /** The role under which the signing key is registered, such as `legal`. */
  readonly role: string;
  readonly name: string;
  readonly position: string;
}

/** Somebody who handles the data on a party's behalf. */
export interface Processor {
  readonly name: string;
  readonly task: string;
  readonly country: string;
}

export interface Party {
  readonly agency: string;
  readonly name: string;
  readonly role: 'provider' | 'recipient';
  readonly status: 'controller' | 'joint-controller' | 'processor';
  /** For a processor: the party whose instructions it follows. */
  readonly actsFor?: string;
  readonly responsibilities: string;
  readonly contact: Contact;
  readonly dataProtectionOfficer: Contact;
  readonly processors?: readonly Processor[];
  /** The agreement is in force without this party, which joins by signing the same text at any later time. */
  readonly mayJoinLater?: true;
  readonly signatories: readonly Signatory[];
}

export type SpecialCategory =
  | 'racial-or-ethnic-origin'
  | 'political-opinions'
  | 'religious-or-philosophical-beliefs'
  | 'trade-union-membership'
  | 'genetic-data'
  | 'biometric-data'
  | 'health'
  | 'sex-life'
  | 'sexual-orientation';

/** One theme of the ethics statement: 0 (not addressed) to 5 (fully), with a sentence. */
export interface EthicsScore {
  readonly score: number;
  readonly because: string;
  readonly mitigation?: string;
}

/** The principles and themes of the UK government's Data and AI Ethics Framework. */
export interface EthicsStatement {
  readonly transparency: EthicsScore;
  readonly accountability: EthicsScore;
  readonly fairness: EthicsScore;
  readonly publicBenefit: EthicsScore;
  readonly expertise: EthicsScore;
  readonly law: EthicsScore;
  readonly dataQuality: EthicsScore;
  readonly widerEffects: EthicsScore;
}

/** What the sharing is expected to bring, so that it can be compared with what it brought. */
export interface ExpectedBenefit {
  readonly measure: string;
  readonly unit: string;
  readonly baseline: { readonly value: number; readonly on: string };
  readonly target: { readonly value: number; readonly by: string };
}

/** A data-sharing agreement, `dsa/1.0`; described member by member in `schemas/agreement/1.0.json`. */
export interface Agreement {
  readonly dsa: '1.0';
  readonly id: string;
  readonly version: number;
  readonly title: string;
  readonly summary: string;
  /** The template that this was made from, by the digest of its canonical bytes. */
  readonly template?: { readonly id: string; readonly version: number; readonly digest: Digest };
  readonly parties: readonly Party[];
  readonly purpose: {
    readonly description: string;
    readonly aims: readonly string[];
    readonly benefit: string;
    readonly harmOfNotSharing: string;
    readonly necessity: string;
    readonly prohibited: readonly string[];
  };
  readonly data: {
    readonly personal: boolean;
    readonly people: readonly { readonly category: string; readonly children: boolean }[];
    readonly specialCategories: readonly SpecialCategory[];
    readonly criminalOffences: boolean;
    readonly quality: string;
  };
  readonly legal: {
    readonly powers: readonly { readonly act: string; readonly section: string }[];
    readonly article6: string;
    readonly article9?: readonly {
      readonly condition: string;
      readonly schedule1?: string;
      readonly because: string;
    }[];
    readonly article10?: { readonly schedule1: string; readonly because: string };
    readonly lawEnforcement:
      | { readonly applies: false }
      | { readonly applies: true; readonly purpose: string; readonly basis: string };
    readonly confidentiality: string;
    readonly dpia: { readonly reference: string; readonly completed: string };
    readonly privacyNotice: string;
  };
  readonly rights: {
    readonly statement: string;
    readonly requests: Contact;
    readonly freedomOfInformation: Contact;
  };
  readonly automatedDecisions:
    | { readonly used: false }
    | { readonly used: true; readonly explanation: string; readonly safeguards: string };
  /** Calendar days, `yyyy-MM-dd`, UTC; `from` and `until` are included. */
  readonly term: { readonly from: string; readonly reviewBy: string; readonly until: string };
  readonly grants: readonly Grant[];
  readonly duties: {
    readonly retention: readonly {
      readonly category: string;
      readonly period: string;
      readonly disposal: 'delete' | 'anonymise' | 'return';
    }[];
    readonly onwardSharing: 'none' | { readonly to: readonly string[]; readonly conditions: string };
    readonly security: readonly string[];
    readonly breach: { readonly contact: Contact; readonly within: string };
    readonly transfers:
      | { readonly outsideUk: false }
      | { readonly outsideUk: true; readonly countries: readonly string[]; readonly safeguard: string };
  };
  readonly variation: string;
  readonly ending: {
    readonly suspension: string;
    /** ISO 8601 duration: how long before it takes effect a party tells the others that it ends the agreement. */
    readonly notice: string;
    readonly dataAfterwards: string;
  };
  readonly ethics?: EthicsStatement;
  readonly benefits: readonly ExpectedBenefit[];
}
