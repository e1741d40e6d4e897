/** An agency of the sample. It has `id`, `name` and `sources` as the register keeps them, and who signs for it. */
export interface SampleAgency {
  readonly id: string;
  readonly name: string;
  /** What it does, in a sentence for people. */
  readonly does: string;
  /** The CloudEvents sources that are its own. */
  readonly sources: readonly string[];
  /** The roles that sign its agreements. */
  readonly signatories: readonly string[];
}

/** Five agencies, all made up: one that provides and four that receive. */
export const sampleAgencies: readonly SampleAgency[] = [
  {
    id: 'register-office',
    name: 'Register Office',
    does: 'Keeps the register of deaths',
    sources: ['urn:concordat:agency:register-office'],
    signatories: ['information-asset-owner', 'legal'],
  },
  {
    id: 'pensions',
    name: 'Pensions',
    does: 'Pays state pensions',
    sources: ['urn:concordat:agency:pensions'],
    signatories: ['legal'],
  },
  {
    id: 'driver-licensing',
    name: 'Driver Licensing',
    does: 'Issues driving licences',
    sources: ['urn:concordat:agency:driver-licensing'],
    signatories: ['legal'],
  },
  {
    id: 'northshire-council',
    name: 'Northshire Council',
    does: 'Council tax, libraries and the electoral roll in one area',
    sources: ['urn:concordat:agency:northshire-council'],
    signatories: ['legal'],
  },
  {
    id: 'health-statistics',
    name: 'Health Statistics',
    does: 'Publishes mortality figures, and must never learn who died',
    sources: ['urn:concordat:agency:health-statistics'],
    signatories: ['legal'],
  },
];
