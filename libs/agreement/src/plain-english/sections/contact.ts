import type { Contact } from '../../document/agreement.js';
import { said, type Inline } from '../blocks.js';
import { name } from '../words.js';

/** Name, address and telephone number, on one line. */
export const contactInWords = ({ name: who, email, telephone }: Contact): Inline => [
  said(who),
  ', ',
  name(email),
  ...(telephone === undefined ? [] : [', telephone ', said(telephone)]),
];
