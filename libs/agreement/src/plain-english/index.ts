import { canonicalise, digestOfText, type Digest, type Json } from '@concordat/record';
import type { Agreement } from '../document/agreement.js';

export function renderAgreement(agreement: Agreement): {
  readonly rendering: '1.0';
  readonly text: string;
  readonly html: string;
  readonly digest: Digest;
} {
  const text = canonicalise(agreement as unknown as Json);
  return { rendering: '1.0', text, html: text, digest: digestOfText(text) };
}
