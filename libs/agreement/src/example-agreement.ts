import type { JsonObject } from '@concordat/record';

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
      role: 'provider',
      status: 'controller',
      contact: 'Data team',
      signatories: ['information-asset-owner', 'legal'],
    },
    {
      agency: 'pensions',
      role: 'recipient',
      status: 'controller',
      contact: 'Bereavement team',
      signatories: ['legal'],
    },
    {
      agency: 'council',
      role: 'recipient',
      status: 'processor',
      contact: 'Registrar',
      signatories: ['data-protection', 'legal'],
    },
  ],
  purpose: {
    description: 'To stop payments',
    benefit: 'No letters to the dead',
    prohibited: ['Debt tracing'],
  },
  legal: {
    powers: [{ act: 'An Act', section: 'section 1' }],
    article6: '6(1)(e)',
    article9: ['9(2)(g)'],
    dpia: { reference: 'DPIA-1', completed: '2026-03-01' },
    privacyNotice: 'https://pensions.example/privacy',
  },
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
    },
  ],
  duties: {
    retention: [{ category: 'All records', period: 'P6Y', disposal: 'delete' }],
    onwardSharing: 'none',
    breach: { contact: 'The officer', within: 'PT24H' },
  },
});
