import type { Agreement } from '../../document/agreement.js';
import { fact, facts, said, type Block } from '../blocks.js';
import { dateInWords, durationInWords } from '../words.js';

export const describeTerm = ({ term, variation, ending }: Agreement): Block[] => [
  facts(
    fact('First day', dateInWords(term.from)),
    fact(
      'Review',
      `By ${dateInWords(term.reviewBy)}. If the parties have not reviewed it by then, nothing is given from the next day on.`,
    ),
    fact('Last day', dateInWords(term.until)),
    fact('Changes', said(variation)),
    fact('Suspension', said(ending.suspension)),
    fact('Notice before a party ends it', durationInWords(ending.notice)),
    fact('The data afterwards', said(ending.dataAfterwards)),
  ),
];
