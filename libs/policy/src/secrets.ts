import { createHmac, hkdfSync } from 'node:crypto';
import type { Program } from './program.js';

/** 32 bytes or more that only the enforcer holds. */
export type Secret = Uint8Array;

/**
 * A name for a value that only one recipient sees under one agreement. The key is derived (RFC 5869) from who
 * may see it, so two recipients, or one recipient under two agreements, cannot join on it.
 *
 * @param domain what the agreement calls the kind of thing named, such as `person`
 */
export function pseudonym(program: Program, domain: string, value: string, secret: Secret): string {
  return keyed(program, `pseudonym/${domain}`, value, secret);
}

/** The id under which a recipient sees an event: the same at each try, different for each recipient. */
export function disclosureId(program: Program, source: string, id: string, secret: Secret): string {
  return keyed(program, 'disclosure-id', JSON.stringify([source, id]), secret);
}

function keyed({ agreement, recipient }: Program, use: string, value: string, secret: Secret): string {
  const info = JSON.stringify(['concordat/1', use, agreement.id, recipient]);
  const key = Buffer.from(hkdfSync('sha256', secret, new Uint8Array(0), info, 32));
  return createHmac('sha256', key).update(value, 'utf8').digest('base64url');
}
