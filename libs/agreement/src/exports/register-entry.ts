import type { FrozenAgreement } from '../document/document.js';
import { inSeries, numberInWords } from '../plain-english/words.js';
import { toCsv, type Row } from './csv.js';
import { contactInWords, fieldsInWords, inOneCell, powersInWords, retentionInWords } from './facts.js';

/**
 * The columns of the public register of information sharing agreements that is kept under Part 5 of the Digital
 * Economy Act 2017, by the names that its data has (information-sharing-agreement-0001 on GOV.UK Registers, and
 * co-cddo/dea-register-frontend, which publishes it now). An agreement need not be made under that Act to be
 * published in this form.
 */
export const registerColumns = [
  'id',
  'agreement_name',
  'purpose',
  'information_sharing_benefits',
  'legal_power_disclosure',
  'disclosed_information',
  'controller_names',
  'processor_names',
  'information_sharing_method',
  'retention_period',
  'start_date',
  'end_date',
  'review_date',
  'contact',
  'isa_status',
  'notes',
] as const;

type Column = (typeof registerColumns)[number];
type ListColumn =
  | 'information_sharing_benefits'
  | 'legal_power_disclosure'
  | 'disclosed_information'
  | 'controller_names'
  | 'processor_names'
  | 'retention_period'
  | 'notes';

/** One entry. What a register has several of is a list here, and one cell in CSV. */
export type RegisterEntry = Readonly<
  Record<Exclude<Column, ListColumn>, string> & Record<ListColumn, readonly string[]>
>;

/** What an entry needs to know besides the text: how the agreement stands, such as `standingOf` says it. */
export interface StandingForRegister {
  readonly state: 'proposed' | 'active' | 'suspended' | 'terminated' | 'expired' | 'rejected';
  /** The day by which the parties review it, `yyyy-MM-dd`, when they have moved it. */
  readonly reviewBy?: string;
  /** RFC 3339: the moment at which it ends or has ended, from which on nothing is shared. */
  readonly until?: string;
  readonly parties?: readonly { readonly agency: string; readonly state: string }[];
}

/** The register itself knows `Active` and `Complete` alone. */
const STATUSES: Readonly<Record<StandingForRegister['state'], string>> = {
  proposed: 'Proposed',
  active: 'Active',
  suspended: 'Suspended',
  terminated: 'Complete',
  expired: 'Complete',
  rejected: 'Rejected',
};

/**
 * An entry for a public register of data sharing. It names offices and teams, never the people who sign.
 *
 * @param standing how the agreement stands now; without it the entry has no status, for the text cannot say
 */
export function toRegisterEntry(
  { agreement, digest }: FrozenAgreement,
  standing?: StandingForRegister,
): RegisterEntry {
  const { parties, purpose, term, grants } = agreement;
  const joining = parties.filter(
    ({ agency, mayJoinLater }) =>
      mayJoinLater === true &&
      standing?.parties?.find((party) => party.agency === agency)?.state !== 'taking-part',
  );
  const provider = parties.find(({ role }) => role === 'provider') ?? parties[0];
  const acting = parties.filter(({ status }) => status === 'processor').map(({ name }) => name);
  const engaged = parties.flatMap(({ processors = [] }) => processors.map(({ name }) => name));
  return {
    id: agreement.id,
    agreement_name: agreement.title,
    purpose: purpose.description,
    information_sharing_benefits: [
      purpose.benefit,
      ...agreement.benefits.map(
        ({ measure, unit, baseline, target }) =>
          `${measure}: from ${numberInWords(baseline.value)} ${unit} on ${baseline.on} to ${numberInWords(target.value)} by ${target.by}`,
      ),
    ],
    legal_power_disclosure: powersInWords(agreement),
    disclosed_information: fieldsInWords(grants),
    controller_names: parties.filter(({ status }) => status !== 'processor').map(({ name }) => name),
    processor_names: [...new Set([...acting, ...engaged])],
    information_sharing_method:
      'Through a broker, one record at a time when it is made or amended; each recipient gets only the fields that are granted to it',
    retention_period: retentionInWords(agreement),
    start_date: term.from,
    end_date: standing?.until === undefined ? term.until : lastDayBefore(standing.until),
    review_date: standing?.reviewBy ?? term.reviewBy,
    contact: provider === undefined ? '' : contactInWords(provider.contact),
    isa_status: standing === undefined ? '' : STATUSES[standing.state],
    notes: [
      `Version ${agreement.version}, ${digest}`,
      ...(joining.length === 0
        ? []
        : [`May join later, and is given nothing until then: ${inSeries(joining.map(({ name }) => name))}`]),
    ],
  };
}

/** An agreement that ends at midnight had its last day before that. */
const lastDayBefore = (moment: string): string => new Date(Date.parse(moment) - 1).toISOString().slice(0, 10);

/** Entries as CSV; how cells are protected is said in `csv.ts`. */
export const toRegisterCsv = (entries: readonly RegisterEntry[]): string =>
  toCsv(
    registerColumns,
    entries.map((entry) => {
      const cells = Object.entries(entry).map(([column, value]) => [
        column,
        typeof value === 'string' ? value : inOneCell(value),
      ]);
      return Object.fromEntries(cells) as Row<Column>;
    }),
  );
