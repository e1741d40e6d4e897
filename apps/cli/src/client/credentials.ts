import type { JWK } from 'jose';
import { readObject } from '../documents/read.js';
import { WrongUse } from '../terminal/exit-code.js';
import { processTerminal, type Terminal } from '../terminal/terminal.js';

/** What a client needs to act: where the broker is, and the private key that proves who it is. */
export interface Credentials {
  /** The origin of the broker's API, such as `http://127.0.0.1:8080`. */
  readonly url: string;
  /** The issuer of access tokens; the API's origin when left out. */
  readonly issuer?: string;
  /** `<agency>.<role>`. */
  readonly clientId: string;
  /** The private key, a JWK with `kid`. */
  readonly key: JWK;
}

/** @throws WrongUse with what to do when the file cannot be read or is no credentials file */
export function readCredentials(file: string, terminal: Terminal = processTerminal()): Credentials {
  const value = readObject(terminal, file) as unknown as Partial<Credentials>;
  if (typeof value.url !== 'string' || typeof value.clientId !== 'string' || typeof value.key !== 'object') {
    throw new WrongUse(`${file} is not a credentials file: it needs url, clientId and key.`);
  }
  if (!URL.canParse(value.url)) throw new WrongUse(`The url in ${file} is not an address.`);
  return value as Credentials;
}

/** The agency that a client acts for. */
export const agencyOf = ({ clientId }: Credentials): string => clientId.replace(/\.[^.]*$/u, '');
