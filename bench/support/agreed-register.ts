import {
  allSignatories,
  endorseKey,
  freezeAgreement,
  signAgreement,
  toPublicJwk,
  type EndorsedKey,
  type PrivateKey,
} from '@concordat/agreement';
import { newKeyPair } from '@concordat/cli';
import { AgreementsInForce, TrustedKeys } from '@concordat/enforcer';
import { digestOf, type JsonObject } from '@concordat/record';
import { Register } from '@concordat/register';
import { createLogger } from '@concordat/telemetry';
import { PROVIDER } from '../../test/support/agencies.js';

/** The time of everything here. */
export const NOW = '2026-06-01T12:00:00Z';
const KEYED = '2026-01-01T00:00:00Z';
const SIGNED = '2026-03-20T00:00:00Z';

interface Signatory {
  readonly key: EndorsedKey;
  readonly privateKey: PrivateKey;
}

/** Agencies with keys, whose agreements the enforcer's own code verifies and compiles, in this process. */
export class AgreedRegister {
  readonly #register = new Register();
  readonly #signatories = new Map<string, Signatory>();

  addSchema(type: string, schema: JsonObject): void {
    this.#register.apply({ kind: 'schema', type, schema, digest: digestOf(schema), owner: PROVIDER });
  }

  /** Signs an agreement by everyone, and lets the register know of it. */
  async agree(document: JsonObject): Promise<void> {
    const frozen = freezeAgreement(document);
    const { id, version } = frozen.agreement;
    const signatures = [];
    for (const name of allSignatories(frozen.agreement)) {
      const { key, privateKey } = await this.#signatory(name);
      const signatory = { party: key.agency, role: key.role, kid: key.kid, time: SIGNED };
      signatures.push(await signAgreement(frozen, signatory, privateKey));
    }
    this.#register.apply({ kind: 'agreement', id, version, text: frozen.text, signatures });
  }

  /** Verifies and compiles all that was agreed. */
  async inForce(): Promise<AgreementsInForce> {
    const logger = createLogger('bench', 'error');
    const keys = new TrustedKeys(this.#register, new Map(), logger);
    const inForce = new AgreementsInForce(this.#register, keys, logger);
    await inForce.refresh(NOW);
    return inForce;
  }

  /** @param name `party/role` */
  async #signatory(name: string): Promise<Signatory> {
    const known = this.#signatories.get(name);
    if (known !== undefined) return known;
    const [agency = '', role = ''] = name.split('/');
    const { publicKey, privateKey } = await newKeyPair();
    const { kid } = privateKey;
    const bare = {
      agency,
      use: 'signing',
      role,
      kid,
      jwk: toPublicJwk(publicKey),
      validFrom: KEYED,
    } as const;
    const first = [...this.#signatories.values()].find(({ key }) => key.agency === agency);
    const key: EndorsedKey =
      first === undefined ? bare : { ...bare, endorsement: await endorsedBy(first, bare) };
    this.#register.apply({ kind: 'key', ...key });
    const signatory = { key, privateKey };
    this.#signatories.set(name, signatory);
    return signatory;
  }
}

const endorsedBy = ({ key, privateKey }: Signatory, bare: Parameters<typeof endorseKey>[0]) =>
  endorseKey(bare, { role: key.role, kid: key.kid, time: KEYED }, privateKey);
