import { createCipheriv, createHash, createHmac, hkdfSync } from 'node:crypto';

/** 32 bytes or more that only the enforcer holds. */
export type Secret = Uint8Array;

/** For whom a name is made: the key differs for each, so no two can join what they hold. */
export interface NamedFor {
  /** The agreement's id, the same through its versions: names stay when the text is renewed. */
  readonly agreement: string;
  readonly recipient: string;
}

/**
 * The key of the pseudonyms that one recipient gets under one agreement (HKDF, RFC 5869).
 *
 * @param domain what the agreement calls the kind of thing named, such as `person`
 * @param epoch raised by the parties to make the names anew
 */
export const pseudonymKey = (
  { agreement, recipient }: NamedFor,
  domain: string,
  epoch: number,
  secret: Secret,
): Uint8Array => derive(['pseudonym', agreement, recipient, domain, epoch], secret);

/** HMAC-SHA-256 of the text in UTF-8, base64url: 43 characters. */
export const pseudonym = (value: string, key: Uint8Array): string =>
  createHmac('sha256', key).update(value, 'utf8').digest('base64url');

/** The key of the event ids that one recipient gets under one agreement. */
export const disclosureKey = ({ agreement, recipient }: NamedFor, secret: Secret): Uint8Array =>
  derive(['disclosure-id', agreement, recipient], secret);

/** What all recipients' ids of one event are made of: the first 16 bytes of SHA-256 of `[source, id]` as JSON. */
export const eventName = (source: string, id: string): Buffer =>
  createHash('sha256')
    .update(JSON.stringify([source, id]), 'utf8')
    .digest()
    .subarray(0, DISCLOSURE_ID_BYTES);

export const DISCLOSURE_ID_BYTES = 16;

/**
 * The ids under which a recipient sees events: each name as one block through AES-256 with the recipient's key. A
 * block cipher is a permutation, so different events keep different ids, and nobody without the key can go back to
 * the name or on to another recipient's id. One call takes the names of any number of events, one after the other,
 * because the call costs far more than a block (ADR 0011).
 *
 * @returns from names, 16 bytes for each event, the ids, 22 characters of base64url for each
 */
export function disclosureIds(key: Uint8Array): (names: Uint8Array) => string[] {
  // ECB, because each block is by itself: no two names are equal, and none is longer than a block.
  const cipher = createCipheriv('aes-256-ecb', key, null).setAutoPadding(false);
  return (names) => {
    const blocks = cipher.update(names);
    const count = blocks.length / DISCLOSURE_ID_BYTES;
    // All in one text, of which the ids are cut: each block is filled up with zeros to a whole number of characters.
    const filled = Buffer.alloc(count * FILLED_BYTES);
    for (let index = 0; index < count; index += 1) {
      const start = index * DISCLOSURE_ID_BYTES;
      blocks.copy(filled, index * FILLED_BYTES, start, start + DISCLOSURE_ID_BYTES);
    }
    const text = filled.toString('base64url');
    return Array.from({ length: count }, (_, index) =>
      text.slice(index * FILLED_CHARACTERS, index * FILLED_CHARACTERS + DISCLOSURE_ID_CHARACTERS),
    );
  };
}

const DISCLOSURE_ID_CHARACTERS = 22;
const FILLED_BYTES = 18;
const FILLED_CHARACTERS = 24;

function derive(info: readonly (string | number)[], secret: Secret): Uint8Array {
  return new Uint8Array(
    hkdfSync('sha256', secret, new Uint8Array(0), JSON.stringify(['concordat/1', ...info]), 32),
  );
}
