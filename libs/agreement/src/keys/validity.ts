import type { RegisteredKey } from './key.js';

/** The clocks of a signatory and of a verifier may differ by so much, in ms. */
export const CLOCK_TOLERANCE = 5 * 60 * 1000;

/**
 * Why a key does not vouch for a signature that was made at a time; `undefined` if it does.
 *
 * A key that was revoked in the ordinary way still vouches for what was signed before: people leave, agreements
 * stay. When it is known since when somebody else may have had it, it vouches for nothing from then on.
 *
 * @param signed RFC 3339, by the signatory's clock
 */
export function whyKeyDoesNotVouch(key: RegisteredKey, signed: string): string | undefined {
  const at = Date.parse(signed);
  if (at + CLOCK_TOLERANCE < Date.parse(key.validFrom)) return 'it was made before its key was valid';
  if (key.validUntil !== undefined && at - CLOCK_TOLERANCE > Date.parse(key.validUntil))
    return 'it was made after its key had run out';
  // No tolerance here: whoever revokes a key wants nothing by it from that moment on.
  if (key.revokedAt !== undefined && at >= Date.parse(key.revokedAt))
    return 'it was made after its key was revoked';
  if (key.compromisedSince !== undefined && at >= Date.parse(key.compromisedSince))
    return 'it was made when somebody else may have had its key';
  return undefined;
}

/**
 * A key as it stood before anything was said that takes its force. What stops an agreement is judged by it:
 * whoever can have a key revoked must not be able to lift a suspension by that.
 */
export function asItStoodFirst<K extends RegisteredKey>(
  key: K,
): Omit<K, 'validUntil' | 'revokedAt' | 'compromisedSince'> {
  const { validUntil: _, revokedAt: __, compromisedSince: ___, ...rest } = key;
  return rest;
}

/**
 * Whether a key may be used at this moment: to sign something new, or to sign in.
 *
 * @param now RFC 3339
 */
export function isKeyUsable(key: RegisteredKey, now: string): boolean {
  return (
    key.revokedAt === undefined &&
    key.compromisedSince === undefined &&
    whyKeyDoesNotVouch(key, now) === undefined
  );
}
