import { endorseKey, thumbprint, toPublicJwk, type KeyStatement } from '@concordat/agreement';
import type { NewKey } from './answers.js';
import type { KeyPair } from './new-key.js';

/**
 * A new signing key of an agency, vouched for by one that the agency has already: what the registry asks of every
 * signing key but an agency's first. Both private keys stay here.
 */
export async function vouchedKey(
  agency: string,
  key: {
    readonly jwk: object;
    readonly role: string;
    readonly validFrom?: string;
    readonly validUntil?: string;
  },
  by: { readonly role: string; readonly privateKey: KeyPair['privateKey'] },
): Promise<NewKey> {
  const jwk = toPublicJwk(key.jwk);
  const time = new Date().toISOString();
  const statement: KeyStatement = {
    agency,
    use: 'signing',
    role: key.role,
    kid: await thumbprint(jwk),
    jwk,
    validFrom: key.validFrom ?? time,
    ...(key.validUntil === undefined ? {} : { validUntil: key.validUntil }),
  };
  const endorsement = await endorseKey(
    statement,
    { role: by.role, kid: by.privateKey.kid, time },
    by.privateKey,
  );
  const { agency: _, kid: __, ...rest } = statement;
  return { ...rest, endorsement };
}
