import { BrokerError } from '@concordat/problem';
import type { FrozenAgreement } from '../document/document.js';
import { allSignatories } from '../signatures/signature.js';
import {
  readHeader,
  refuse,
  signDetached,
  verifyDetached,
  type DetachedSignature,
  type FindKey,
  type PrivateKey,
  type SignatoryHeader,
} from '../signatures/jws.js';
import type { FrozenNotice } from './notice.js';

const TYP = 'dsa-notice+jws';

/**
 * Signs a notice as the party and role that it names, with its own time. The private key stays with the caller:
 * this runs in the agency's tools, never in the broker.
 *
 * @param kid the thumbprint of the key
 */
export function signNotice(
  { notice: { party, role, time }, text }: FrozenNotice,
  kid: string,
  privateKey: PrivateKey,
): Promise<DetachedSignature> {
  return signDetached(text, { typ: TYP, kid, party, role, time }, privateKey);
}

/**
 * Verifies a notice by itself: that it is about this version, and that the signatory whom it names signed it.
 * Whether it has an effect is for `standingOf` to say.
 *
 * @param version the version that the notice names
 * @param now RFC 3339; notices from the future are refused
 * @returns the protected header, which can then be trusted
 * @throws BrokerError `notice-invalid` when it is not about this version; `signature-invalid`
 */
export async function verifyNotice(
  { notice, text }: FrozenNotice,
  signature: DetachedSignature,
  version: FrozenAgreement,
  findKey: FindKey,
  now: string,
): Promise<SignatoryHeader> {
  const { agreement } = notice;
  const about =
    agreement.id === version.agreement.id &&
    agreement.version === version.agreement.version &&
    agreement.digest === version.digest;
  if (!about)
    throw new BrokerError('notice-invalid', 'The notice is not about this version of the agreement');
  const header = readHeader(signature, TYP);
  if (header.party !== notice.party || header.role !== notice.role || header.time !== notice.time)
    throw refuse('its party, role and time are not those of the notice');
  if (!allSignatories(version.agreement).includes(`${notice.party}/${notice.role}`))
    throw refuse('the agreement does not name this party and role as a signatory');
  await verifyDetached(text, signature, header, findKey, now);
  return header;
}
