import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { newKeyPair, type Credentials, type KeyPair } from '@concordat/cli';

/**
 * The sample agencies' keys. In life each agency makes and keeps its own; here one folder stands for all of
 * their offices. Keys are kept before they are used, so that a start that was cut off goes on where it was.
 */
export class KeyRing {
  readonly #folder: string;
  readonly #url: string;

  constructor(dataFolder: string, url: string) {
    this.#folder = join(dataFolder, 'sample');
    this.#url = url;
    mkdirSync(join(this.#folder, 'signing-keys'), { recursive: true });
    mkdirSync(this.credentialsFolder, { recursive: true });
    this.#followPort();
  }

  /** What is remembered of the ledger from one start to the next. */
  get ledgerFile(): string {
    return join(this.#folder, 'ledger.json');
  }

  get credentialsFolder(): string {
    return join(this.#folder, 'credentials');
  }

  /** The key with which a signatory signs agreements. */
  signingKey(agency: string, role: string): Promise<KeyPair> {
    return readOrMake(join(this.#folder, 'signing-keys', `${agency}.${role}.json`), () => newKeyPair());
  }

  /** A client's credentials, as the command line reads them, and the public key to be registered. */
  async client(
    agency: string,
    role: string,
    key?: KeyPair,
  ): Promise<{ credentials: Credentials; publicKey: object }> {
    const clientId = `${agency}.${role}`;
    const file = join(this.credentialsFolder, `${clientId}.json`);
    const pair = key ?? (await newKeyPair());
    const kept = await readOrMake<Credentials & { publicKey: object }>(file, () =>
      Promise.resolve({ url: this.#url, clientId, key: pair.privateKey, publicKey: pair.publicKey }),
    );
    return { credentials: { url: this.#url, clientId, key: kept.key }, publicKey: kept.publicKey };
  }

  /** The port may be another than last time: all credentials are to be of use, not only those used at a start. */
  #followPort(): void {
    for (const name of readdirSync(this.credentialsFolder)) {
      // What a client remembers of the ledger lies beside its credentials.
      if (!name.endsWith('.json') || name.endsWith('.ledger.json')) continue;
      const file = join(this.credentialsFolder, name);
      const kept = JSON.parse(readFileSync(file, 'utf8')) as Credentials;
      if (kept.url !== this.#url) write(file, { ...kept, url: this.#url });
    }
  }
}

async function readOrMake<T>(file: string, make: () => Promise<T>): Promise<T> {
  if (existsSync(file)) return JSON.parse(readFileSync(file, 'utf8')) as T;
  const value = await make();
  write(file, value);
  return value;
}

function write(file: string, value: unknown): void {
  writeFileSync(`${file}.new`, `${JSON.stringify(value, null, 2)}\n`, { mode: 0o600 });
  renameSync(`${file}.new`, file);
}
