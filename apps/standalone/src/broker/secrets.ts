import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { JWK } from 'jose';
import { newKeyPair, type KeyPair } from '@concordat/cli';

/** The secrets of this installation, made on its first start. */
export interface Secrets {
  readonly operator: KeyPair;
  /** Signs access tokens: a private JWK with `kid` and `alg`. */
  readonly identityKey: JWK;
  /** 32 bytes, base64url. */
  readonly enforcerSecret: string;
  /** Ed25519, PKCS #8 DER, base64url. */
  readonly ledgerKey: string;
}

/** Reads the installation's secrets, or makes them: only their owner can read the file. */
export async function readOrMakeSecrets(dataFolder: string): Promise<Secrets> {
  const file = join(dataFolder, 'secrets.json');
  if (existsSync(file)) return JSON.parse(readFileSync(file, 'utf8')) as Secrets;
  const secrets = await makeSecrets();
  // Written whole or not at all: half of a secrets file would lock the installation.
  writeFileSync(`${file}.new`, JSON.stringify(secrets, null, 2), { mode: 0o600 });
  renameSync(`${file}.new`, file);
  return secrets;
}

async function makeSecrets(): Promise<Secrets> {
  const { privateKey: identityKey } = await newKeyPair('ES256');
  const ledger = generateKeyPairSync('ed25519').privateKey;
  return {
    operator: await newKeyPair(),
    identityKey: { ...identityKey, alg: 'ES256', use: 'sig' },
    enforcerSecret: randomBytes(32).toString('base64url'),
    ledgerKey: ledger.export({ format: 'der', type: 'pkcs8' }).toString('base64url'),
  };
}
