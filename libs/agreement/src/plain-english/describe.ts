import { digestOf, type Json } from '@concordat/record';
import type { Agreement } from '../document/agreement.js';
import { exact, fact, facts, heading, paragraph, said, type Block } from './blocks.js';
import { describeCarryingOut } from './sections/carrying-out.js';
import { describeBenefits, describeEthics } from './sections/ethics.js';
import { describeDuties } from './sections/duties.js';
import { describeGrants } from './sections/grants.js';
import { inShort } from './sections/in-short.js';
import { describeData, describeDecisions, describeLaw, describeRights } from './sections/law.js';
import { describeParties } from './sections/parties.js';
import { describePurpose } from './sections/purpose.js';
import { describeTerm } from './sections/term.js';

type Section = readonly [title: string, describe: (agreement: Agreement) => readonly Block[]];

const SECTIONS: readonly Section[] = [
  ['In short', inShort],
  ['The parties', describeParties],
  ['Why the data is shared', describePurpose],
  ['What is given, and what is not', describeGrants],
  ['The people, and the kind of data', describeData],
  ['The law', describeLaw],
  ['People’s rights', describeRights],
  ['Automated decisions', describeDecisions],
  ['Duties of those who receive', describeDuties],
  ['Term, changes and ending', describeTerm],
  ['How it is carried out', describeCarryingOut],
  ['Ethics', describeEthics],
  ['Expected benefits', describeBenefits],
  ['About this document', aboutDocument],
];

/** All that an agreement says, as headings, paragraphs, lists and tables. */
export function describeAgreement(agreement: Agreement): Block[] {
  return [
    heading(1, 'Data-sharing agreement'),
    paragraph(said(agreement.title)),
    paragraph(
      `Version ${agreement.version} of `,
      exact(agreement.id),
      '. What stands between double quotation marks is in the parties’ own words; all else is the fixed wording ' +
        'of this kind of agreement.',
    ),
    ...SECTIONS.flatMap(([title, describe], index) => [
      heading(2, `${index + 1}. ${title}`),
      ...describe(agreement),
    ]),
  ];
}

function aboutDocument(agreement: Agreement): Block[] {
  const { dsa, id, version, template } = agreement;
  return [
    paragraph(
      'The agreement itself is a document that machines read. This is what it says, in words. The signatories ' +
        'sign both: each signature names the digest of the document and the digest of these words as text.',
    ),
    facts(
      fact('Name', exact(id)),
      fact('Version', String(version)),
      fact('Form of the document', `dsa ${dsa}`),
      fact('Digest of the document', exact(digestOf(agreement as unknown as Json))),
      template === undefined
        ? fact('Template', 'Not made from a template.')
        : fact(
            'Template',
            exact(template.id),
            `, version ${template.version}, with the digest `,
            exact(template.digest),
          ),
    ),
    paragraph(
      'Within the parties’ own words, double quotation marks are shown as single ones, round bullets as ·, the ' +
        'end of a line as ¶, and a character that cannot be seen by its number, such as [U+200B].',
    ),
  ];
}
