import { exportJWK, generateKeyPair } from 'jose';
import {
  freezeAgreement,
  requiredSignatories,
  signAgreement,
  thumbprint,
  toPublicJwk,
  type DetachedSignature,
  type RegisteredKey,
} from '@concordat/agreement';
import { Register } from '@concordat/register';
import { loadSampleAgreements, loadSampleSchemas } from '@concordat/sample';
import { createLogger } from '@concordat/telemetry';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { AgreementsInForce } from './agreements-in-force.js';

const NOW = '2026-06-01T12:00:00Z';
const PROVIDER = 'register-office';
const TYPE = 'uk.register-office.death.registered';

const [document] = loadSampleAgreements();
const first = freezeAgreement(document ?? {});
const second = freezeAgreement({ ...document, version: 2, summary: 'The same, in other words' });
const signatories = requiredSignatories(first.agreement);

let keys: RegisteredKey[];
let signaturesOf: (frozen: typeof first) => Promise<DetachedSignature[]>;

beforeAll(async () => {
  const made = await Promise.all(
    signatories.map(async (signatory) => {
      const [agency = '', role = ''] = signatory.split('/');
      const { publicKey, privateKey } = await generateKeyPair('EdDSA');
      const jwk = toPublicJwk(await exportJWK(publicKey));
      const kid = await thumbprint(jwk);
      const key: RegisteredKey = {
        agency,
        use: 'signing',
        role,
        kid,
        jwk,
        validFrom: '2026-01-01T00:00:00Z',
      };
      return { key, privateKey };
    }),
  );
  keys = made.map(({ key }) => key);
  signaturesOf = (frozen) =>
    Promise.all(
      made.map(({ key: { agency, role, kid }, privateKey }) =>
        signAgreement(frozen, { party: agency, role, kid, time: '2026-05-01T00:00:00Z' }, privateKey),
      ),
    );
});

let register: Register;
let inForce: AgreementsInForce;

beforeEach(() => {
  register = new Register();
  for (const schema of loadSampleSchemas()) register.apply({ kind: 'schema', ...schema });
  for (const key of keys) register.apply({ kind: 'key', ...key });
  inForce = new AgreementsInForce(register, createLogger('test', 'silent'));
});

describe('an agreement is in force', () => {
  it('when everyone has signed, and until then not', async () => {
    const signatures = await signaturesOf(first);
    for (let count = 0; count < signatures.length; count += 1) {
      expect(await versions(first, signatures.slice(0, count))).toEqual([]);
    }
    expect(await versions(first, signatures)).toEqual([1]);
  });

  it('by signatures over its own text only', async () => {
    expect(await versions(first, await signaturesOf(second))).toEqual([]);
  });

  it('by as many signatures as it needs, but of all who must sign', async () => {
    const [one] = await signaturesOf(first);
    expect(
      await versions(
        first,
        Array.from({ length: signatories.length }, () => one as DetachedSignature),
      ),
    ).toEqual([]);
  });

  it('no longer once it is known that somebody else may have signed it', async () => {
    const signatures = await signaturesOf(first);
    expect(await versions(first, signatures)).toEqual([1]);
    const [key] = keys as [RegisteredKey];
    register.apply({ kind: 'key', ...key, revokedAt: NOW });
    await inForce.refresh(NOW);
    expect(inForce.programsFor(PROVIDER, TYPE)).toHaveLength(1);
    register.apply({ kind: 'key', ...key, revokedAt: NOW, compromisedSince: '2026-04-01T00:00:00Z' });
    await inForce.refresh(NOW);
    expect(inForce.programsFor(PROVIDER, TYPE)).toEqual([]);
  });

  it('not when a schema that it names is missing', async () => {
    const signatures = await signaturesOf(first);
    register = new Register();
    for (const key of keys) register.apply({ kind: 'key', ...key });
    inForce = new AgreementsInForce(register, createLogger('test', 'silent'));
    expect(await versions(first, signatures)).toEqual([]);
  });

  it('not under another name, nor with bytes that are not canonical', async () => {
    const signatures = await signaturesOf(first);
    register.apply({ kind: 'agreement', id: 'another', version: 1, text: first.text, signatures });
    register.apply({
      kind: 'agreement',
      id: first.agreement.id,
      version: 1,
      text: ` ${first.text}`,
      signatures,
    });
    await inForce.refresh(NOW);
    expect(inForce.programsFor(PROVIDER, TYPE)).toEqual([]);
  });
});

describe('a newer version', () => {
  it('takes the place of the older one when everyone has signed it, and not before', async () => {
    expect(await versions(first, await signaturesOf(first))).toEqual([1]);
    const signatures = await signaturesOf(second);
    expect(await versions(second, signatures.slice(1))).toEqual([1]);
    expect(await versions(second, signatures)).toEqual([2]);
  });

  it('does not bring the older one back when one of its signatures stops to hold', async () => {
    await versions(first, await signaturesOf(first));
    const forged = (await signaturesOf(second)).map((one, at) =>
      at === 0 ? { ...one, signature: 'AAAA' } : one,
    );
    expect(await versions(second, forged)).toEqual([]);
  });

  it('leaves the older one alone while it lacks signatures, even if the ones that it has do not hold', async () => {
    await versions(first, await signaturesOf(first));
    const [one] = await signaturesOf(first);
    expect(await versions(second, [one as DetachedSignature])).toEqual([1]);
  });
});

/** Applies a version as the registry tells it, and gives the versions that then release deaths. */
async function versions(frozen: typeof first, signatures: readonly DetachedSignature[]): Promise<number[]> {
  const { id, version } = frozen.agreement;
  register.apply({ kind: 'agreement', id, version, text: frozen.text, signatures });
  await inForce.refresh(NOW);
  return inForce.programsFor(PROVIDER, TYPE).map(({ agreement }) => agreement.version);
}
