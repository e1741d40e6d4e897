import { readFileSync } from 'node:fs';
import type { JWK } from 'jose';

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

/** @throws Error with what to do when the file cannot be read or is no credentials file */
export function readCredentials(file: string): Credentials {
  const value = readJson(file) as Partial<Credentials>;
  if (typeof value.url !== 'string' || typeof value.clientId !== 'string' || typeof value.key !== 'object') {
    throw new Error(`${file} is not a credentials file: it needs url, clientId and key`);
  }
  return value as Credentials;
}

/** Reads a JSON file; `-` is standard input. */
export function readJson(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file === '-' ? 0 : file, 'utf8')) as unknown;
  } catch (error) {
    const reason = error instanceof SyntaxError ? 'it is not JSON' : (error as Error).message;
    throw new Error(`${file === '-' ? 'Standard input' : file} cannot be read: ${reason}`);
  }
}
