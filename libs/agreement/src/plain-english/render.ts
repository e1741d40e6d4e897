import { digestOfText, type Digest } from '@concordat/record';
import type { Agreement } from '../document/agreement.js';
import { describeAgreement } from './describe.js';
import { printHtml } from './print-html.js';
import { printText } from './print-text.js';

/** An agreement in plain English. */
export interface Rendering {
  /** The version of the wording. Once released, a version never changes a byte for any document. */
  readonly rendering: '1.0';
  /** Plain text in lines of at most 80 columns. */
  readonly text: string;
  /** The same as a whole page. */
  readonly html: string;
  /** Of the UTF-8 bytes of `text`: what each signature names. */
  readonly digest: Digest;
}

/**
 * Says in plain English everything that an agreement says, from the document alone.
 *
 * @param agreement one that satisfies the schema; it may contradict itself
 * @throws TypeError for a document with a lone surrogate, which strict JSON refuses
 */
export function renderAgreement(agreement: Agreement): Rendering {
  const blocks = describeAgreement(agreement);
  const text = printText(blocks);
  return { rendering: '1.0', text, html: printHtml(agreement.title, blocks), digest: digestOfText(text) };
}
