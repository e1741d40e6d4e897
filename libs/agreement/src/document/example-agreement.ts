import type { JsonObject } from '@concordat/record';

const contact = (name: string): JsonObject => ({ name, email: 'team@agency.example' });
const signatory = (role: string): JsonObject => ({ role, name: 'Ada Park', position: 'Head of Service' });

/** An agreement for the tests: three parties, five signatories, one grant. A new one each time. */
export const exampleAgreement = (): JsonObject => ({
  dsa: '1.0',
  id: 'death-notification',
  version: 1,
  title: 'Death notification',
  summary: 'Pensions learns who died.',
  parties: [
    {
      agency: 'register-office',
      name: 'The Register Office',
      role: 'provider',
      status: 'controller',
      responsibilities: 'To publish each death once it is registered',
      contact: contact('Data team'),
      dataProtectionOfficer: contact('Data protection officer'),
      signatories: [signatory('information-asset-owner'), signatory('legal')],
    },
    {
      agency: 'pensions',
      name: 'The Pensions Agency',
      role: 'recipient',
      status: 'controller',
      responsibilities: 'To stop payments',
      contact: contact('Bereavement team'),
      dataProtectionOfficer: contact('Data protection officer'),
      signatories: [signatory('legal')],
    },
    {
      agency: 'council',
      name: 'Northshire Council',
      role: 'recipient',
      status: 'processor',
      actsFor: 'pensions',
      responsibilities: 'To visit people whom Pensions cannot reach',
      contact: contact('Registrar'),
      dataProtectionOfficer: contact('Data protection officer'),
      signatories: [signatory('data-protection'), signatory('legal')],
    },
  ],
  purpose: {
    description: 'To stop payments',
    aims: ['Payments stop within a week of a death'],
    benefit: 'No letters to the dead',
    harmOfNotSharing: 'Families have to pay money back',
    necessity: 'Families cannot be relied upon to tell every office',
    prohibited: ['Debt tracing'],
  },
  data: {
    personal: true,
    people: [{ category: 'People who register a death', children: false }],
    specialCategories: ['health'],
    criminalOffences: false,
    quality: 'Registrars check each entry; corrections are published as amendments.',
  },
  legal: {
    powers: [{ act: 'An Act', section: 'section 1' }],
    article6: '6(1)(e)',
    article9: [
      {
        condition: '9(2)(g)',
        schedule1: 'paragraph 6',
        because: 'Paying pensions is a function of the Crown',
      },
    ],
    lawEnforcement: { applies: false },
    confidentiality: 'The Act sets aside the duty of confidence.',
    dpia: { reference: 'DPIA-1', completed: '2026-03-01' },
    privacyNotice: 'https://pensions.example/privacy',
  },
  rights: {
    statement: 'People may ask either party for what is held about them.',
    requests: contact('Rights team'),
    freedomOfInformation: contact('Information team'),
  },
  automatedDecisions: { used: false },
  term: { from: '2026-04-01', reviewBy: '2027-04-01', until: '2029-03-31' },
  grants: [
    {
      id: 'deaths',
      provider: 'register-office',
      recipient: 'pensions',
      event: 'uk.register-office.death.registered',
      schema: `sha256:${'0'.repeat(64)}`,
      rows: { all: [{ field: '/deceased/age', is: 'at-least', value: 16 }] },
      fields: [
        { field: '/deceased/name', as: 'clear', because: 'To find the record' },
        {
          field: '/deceased/postcode',
          as: { generalise: 'postcode-district' },
          because: 'To find the office',
        },
        { field: 'subject', as: { pseudonym: 'entry' }, because: 'To tell entries apart' },
      ],
      withheld: [{ field: '/causeOfDeath', because: 'It is not needed to stop payments' }],
    },
  ],
  duties: {
    retention: [{ category: 'All records', period: 'P6Y', disposal: 'delete' }],
    onwardSharing: 'none',
    security: ['Only the bereavement team may open the records'],
    breach: { contact: contact('The officer'), within: 'PT24H' },
    transfers: { outsideUk: false },
  },
  variation: 'By a new version that all parties sign.',
  ending: {
    suspension: 'Any party may suspend the sharing at once.',
    notice: 'P30D',
    dataAfterwards: 'Records are kept for as long as they were given for, then deleted.',
  },
  benefits: [
    {
      measure: 'Days from death to last payment',
      unit: 'days',
      baseline: { value: 34, on: '2026-01-01' },
      target: { value: 7, by: '2027-04-01' },
    },
  ],
});
