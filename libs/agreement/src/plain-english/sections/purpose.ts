import type { Agreement } from '../../document/agreement.js';
import { fact, factList, facts, item, said, type Block } from '../blocks.js';

export const describePurpose = ({ purpose }: Agreement): Block[] => [
  facts(
    fact('The one purpose', said(purpose.description)),
    factList(
      'Aims',
      [],
      purpose.aims.map((aim) => item(said(aim))),
    ),
    fact('Who is better off, and how', said(purpose.benefit)),
    fact('Who is worse off if the data is not shared', said(purpose.harmOfNotSharing)),
    fact('Why it cannot be done with less data or in another way', said(purpose.necessity)),
    purpose.prohibited.length === 0
      ? fact('Ruled out', 'No use is ruled out by name. Any use for another purpose is.')
      : factList(
          'Ruled out',
          [],
          purpose.prohibited.map((use) => item(said(use))),
        ),
  ),
];
