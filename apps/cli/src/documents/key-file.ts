import type { JWK } from 'jose';
import { thumbprint, toPublicJwk } from '@concordat/agreement';
import type { Json, JsonObject } from '@concordat/record';
import { WrongUse } from '../terminal/exit-code.js';
import type { Terminal } from '../terminal/terminal.js';
import { nameOf, readObject } from './read.js';

/**
 * Reads a private key for signing.
 *
 * @throws WrongUse when it is no private key of ours; BrokerError `key-invalid`
 */
export async function readSigningKey(terminal: Terminal, file: string): Promise<JWK & { kid: string }> {
  const whole = readObject(terminal, file);
  // A pair keeps both halves in one file, as the sample does.
  const value = isObject(whole['privateKey']) ? whole['privateKey'] : whole;
  if ('clientId' in value)
    throw new WrongUse(`${nameOf(file)} holds credentials, which do not sign. Give your signing key.`);
  const { d, kid, ...publicHalf } = value;
  if (typeof d !== 'string')
    throw new WrongUse(
      `${nameOf(file)} holds no private key. Give the file that "concordat keys new" made, without .pub in its name.`,
    );
  const name = await thumbprint(toPublicJwk(publicHalf));
  if (kid !== undefined && kid !== name)
    throw new WrongUse(`${nameOf(file)} names its key ${JSON.stringify(kid)}, but its key is ${name}.`);
  return { ...(value as unknown as JWK), kid: name };
}

const isObject = (value: Json | undefined): value is JsonObject =>
  value !== null && typeof value === 'object' && !Array.isArray(value);
