import type { Agreement, Party } from '../document/agreement.js';
import type { FrozenAgreement } from '../document/document.js';
import { ARTICLE_6, ARTICLE_9, inSeries } from '../plain-english/words.js';
import { toCsv, type Row } from './csv.js';
import {
  contactInWords,
  counterparts,
  fieldsInWords,
  grantsOf,
  inOneCell,
  powersInWords,
  retentionInWords,
  transfersInWords,
} from './facts.js';

/**
 * The columns of a controller's record, in the order of UK GDPR Article 30(1)(a) to (g); after them what the
 * Information Commissioner's template for such records adds, and the agreement that the row was made from.
 */
export const controllerColumns = [
  'controller',
  'controller contact',
  'joint controllers',
  'data protection officer',
  'purposes',
  'categories of people',
  'categories of personal data',
  'categories of recipients',
  'transfers and safeguards',
  'time limits for erasure',
  'security measures',
  'lawful basis',
  'special categories',
  'criminal offences',
  'law enforcement',
  'impact assessment',
  'takes part',
  'agreement',
  'version',
  'digest',
] as const;

/** The columns of a processor's record, in the order of UK GDPR Article 30(2)(a) to (d). */
export const processorColumns = [
  'processor',
  'processor contact',
  'controller',
  'controller contact',
  'data protection officer',
  'categories of processing',
  'transfers and safeguards',
  'security measures',
  'takes part',
  'agreement',
  'version',
  'digest',
] as const;

export type ControllerRow = Row<(typeof controllerColumns)[number]>;
export type ProcessorRow = Row<(typeof processorColumns)[number]>;

/** What an agreement adds to its parties' records of processing: a row for each party. */
export interface Article30Rows {
  /** For parties that are controllers, joint ones too: Article 30(1). */
  readonly controllers: readonly ControllerRow[];
  /** For parties that are processors: Article 30(2). */
  readonly processors: readonly ProcessorRow[];
}

/**
 * The rows that an agreement adds to each party's record of processing activities (UK GDPR Article 30), from the
 * agreement alone. There are none for an agreement about nobody: the article is about personal data.
 */
export function toArticle30Rows(frozen: FrozenAgreement): Article30Rows {
  const { agreement } = frozen;
  if (!agreement.data.personal) return { controllers: [], processors: [] };
  const are = (processor: boolean): readonly Party[] =>
    agreement.parties.filter(({ status }) => (status === 'processor') === processor);
  return {
    controllers: are(false).map((party) => controllerRow(frozen, party)),
    processors: are(true).map((party) => processorRow(frozen, party)),
  };
}

/** Both tables as CSV; how cells are protected is said in `csv.ts`. */
export const toArticle30Csv = (
  rows: Article30Rows,
): { readonly controllers: string; readonly processors: string } => ({
  controllers: toCsv(controllerColumns, rows.controllers),
  processors: toCsv(processorColumns, rows.processors),
});

function controllerRow({ agreement, digest }: FrozenAgreement, party: Party): ControllerRow {
  const { data, legal, duties } = agreement;
  return {
    controller: party.name,
    'controller contact': contactInWords(party.contact),
    'joint controllers': inOneCell(jointControllers(agreement, party)),
    'data protection officer': contactInWords(party.dataProtectionOfficer),
    purposes: agreement.purpose.description,
    'categories of people': inOneCell(
      data.people.map(({ category, children }) => (children ? `${category} (may be children)` : category)),
    ),
    'categories of personal data': inOneCell(fieldsInWords(grantsOf(agreement, party))),
    'categories of recipients': inOneCell(recipients(agreement, party)),
    'transfers and safeguards': transfersInWords(agreement),
    'time limits for erasure': inOneCell(timeLimits(agreement, party)),
    'security measures': inOneCell(duties.security),
    'lawful basis': `Article ${legal.article6} (${ARTICLE_6[legal.article6] ?? ''}): ${inOneCell(powersInWords(agreement))}`,
    'special categories': inOneCell(specialCategories(agreement)),
    'criminal offences': criminalOffences(agreement),
    'law enforcement': legal.lawEnforcement.applies
      ? `${legal.lawEnforcement.purpose}; ${legal.lawEnforcement.basis} (section 61 of the Data Protection Act 2018 asks for a record of its own)`
      : 'No',
    'impact assessment': `${legal.dpia.reference}, completed ${legal.dpia.completed}`,
    ...origin(agreement, digest, party),
  };
}

function processorRow({ agreement, digest }: FrozenAgreement, party: Party): ProcessorRow {
  const controller = agreement.parties.find(({ agency }) => agency === party.actsFor);
  return {
    processor: party.name,
    'processor contact': contactInWords(party.contact),
    controller: controller?.name ?? '',
    'controller contact': controller === undefined ? '' : contactInWords(controller.contact),
    'data protection officer': contactInWords(party.dataProtectionOfficer),
    'categories of processing': party.responsibilities,
    'transfers and safeguards': transfersInWords(agreement),
    'security measures': inOneCell(agreement.duties.security),
    ...origin(agreement, digest, party),
  };
}

const origin = ({ id, version }: Agreement, digest: string, { mayJoinLater }: Party) => ({
  'takes part': mayJoinLater === true ? 'Once it has signed' : 'Yes',
  agreement: id,
  version: String(version),
  digest,
});

const jointControllers = ({ parties }: Agreement, party: Party): string[] =>
  party.status === 'joint-controller'
    ? parties
        .filter(({ agency, status }) => status === 'joint-controller' && agency !== party.agency)
        .map(({ name, contact }) => `${name} (${contactInWords(contact)})`)
    : [];

function recipients(agreement: Agreement, party: Party): string[] {
  const { onwardSharing } = agreement.duties;
  const given = party.role === 'provider' ? counterparts(agreement, party).map(({ name }) => name) : [];
  const onward = party.role === 'recipient' && onwardSharing !== 'none' ? onwardSharing.to : [];
  const acting = agreement.parties
    .filter(({ actsFor }) => actsFor === party.agency)
    .map(({ name }) => `${name} (processor)`);
  const processors = (party.processors ?? []).map(
    ({ name, task, country }) => `${name} (processor, ${country}: ${task})`,
  );
  const all = [...new Set([...given, ...onward, ...acting, ...processors])];
  return all.length === 0 ? ['Nobody else'] : all;
}

/** The duties are those of recipients. What a provider keeps of its own is not for this agreement to say. */
const timeLimits = (agreement: Agreement, party: Party): readonly string[] =>
  party.role === 'provider'
    ? [
        'Its own records: as its retention schedule says',
        `What recipients are given: ${inOneCell(retentionInWords(agreement))}`,
      ]
    : retentionInWords(agreement);

function specialCategories({ data, legal }: Agreement): string[] {
  if (data.specialCategories.length === 0) return ['None'];
  const conditions = (legal.article9 ?? []).map(
    ({ condition, schedule1, because }) =>
      `Article ${condition} (${ARTICLE_9[condition] ?? ''})${schedule1 === undefined ? '' : `, Schedule 1, ${schedule1}`}: ${because}`,
  );
  return [inSeries(data.specialCategories.map((category) => category.replaceAll('-', ' '))), ...conditions];
}

function criminalOffences({ data, legal }: Agreement): string {
  if (!data.criminalOffences) return 'No';
  return legal.article10 === undefined
    ? 'Yes'
    : `Schedule 1, ${legal.article10.schedule1}: ${legal.article10.because}`;
}
