import { setTimeout as pause } from 'node:timers/promises';
import {
  freezeAgreement,
  requiredSignatories,
  signAgreement,
  type FrozenAgreement,
} from '@concordat/agreement';
import { BrokerClient, RefusedError, vouchedKey } from '@concordat/cli';
import { OPERATOR_AGENCY } from '@concordat/auth';
import type { CloudEvent } from '@concordat/record';
import {
  deathRegistrations,
  loadSampleAgreements,
  loadSampleSchemas,
  OPENING_EVENTS,
  sampleAgencies,
} from '@concordat/sample';
import type { Secrets } from '../broker/secrets.js';
import type { KeyRing } from './key-ring.js';

/** Reads the metadata of every exchange, and so sees when the sample's events have been decided. */
export const OVERSIGHT = { id: 'data-oversight', name: 'Data Oversight', role: 'oversight' } as const;

/** The recipients of the sample, in the order in which they are shown. */
export const recipients = sampleAgencies.slice(1).map(({ id }) => id);

export const PROVIDER = 'register-office';

const SEED = 1;

/** The sample's events, always the same. */
export const sampleEvents = (): CloudEvent[] => deathRegistrations({ seed: SEED, count: OPENING_EVENTS });

/**
 * Sets the sample up through the broker's API, as its agencies would: each registers its keys and signs for
 * itself. Whatever is there already stays, so this can be run again after it was cut off.
 */
export async function seedSample(
  secrets: Secrets,
  keyRing: KeyRing,
  say: (step: string) => void,
): Promise<void> {
  say('Registering agencies and their public keys');
  const { credentials } = await keyRing.client(OPERATOR_AGENCY, 'operator', secrets.operator);
  const operator = new BrokerClient(credentials);
  for (const { id, name, sources, signatories } of sampleAgencies) {
    await operator.registerAgency({ id, name, sources });
    await registerKeys(operator, keyRing, id, ['system', 'officer'], signatories);
  }
  await operator.registerAgency({ id: OVERSIGHT.id, name: OVERSIGHT.name, sources: [], oversight: true });
  await registerKeys(operator, keyRing, OVERSIGHT.id, [OVERSIGHT.role], []);

  say('Registering the event schemas');
  const provider = await clientOf(keyRing, PROVIDER, 'system');
  for (const { type, schema } of loadSampleSchemas()) {
    await untilKnown(() => provider.registerSchema(type, schema));
  }

  for (const document of loadSampleAgreements()) {
    const frozen = freezeAgreement(document);
    say(`Signing ${frozen.agreement.id}`);
    await signByEveryone(keyRing, frozen);
    await untilEnforced(keyRing, frozen);
  }
}

async function registerKeys(
  operator: BrokerClient,
  keyRing: KeyRing,
  agency: string,
  clients: readonly string[],
  signatories: readonly string[],
): Promise<void> {
  const { publicKey } = await keyRing.client(agency, 'legal');
  // The operator brings in the legal team; all the other keys the agency registers itself.
  await operator.registerKey(agency, { jwk: publicKey, use: 'authentication', role: 'legal' });
  const legal = await clientOf(keyRing, agency, 'legal');
  for (const role of clients) {
    const { publicKey: jwk } = await keyRing.client(agency, role);
    await untilKnown(() => legal.registerKey(agency, { jwk, use: 'authentication', role }));
  }
  const [first, ...others] = signatories;
  if (first === undefined) return;
  const { publicKey: jwk, privateKey } = await keyRing.signingKey(agency, first);
  await untilKnown(() => legal.registerKey(agency, { jwk, use: 'signing', role: first }));
  const registered = new Set((await legal.keys(agency)).map(({ kid }) => kid));
  for (const role of others) {
    const pair = await keyRing.signingKey(agency, role);
    if (registered.has(pair.privateKey.kid)) continue;
    const key = { jwk: pair.publicKey, role };
    await legal.registerKey(agency, await vouchedKey(agency, key, { role: first, privateKey }));
  }
}

async function signByEveryone(keyRing: KeyRing, frozen: FrozenAgreement): Promise<void> {
  const { id, version } = frozen.agreement;
  const proposer = await clientOf(keyRing, PROVIDER, 'legal');
  await proposer.propose(frozen.agreement);
  const { missing } = await proposer.agreement(id, version);
  for (const signatory of requiredSignatories(frozen.agreement)) {
    if (!missing.includes(signatory)) continue;
    const [party = '', role = ''] = signatory.split('/');
    const { privateKey } = await keyRing.signingKey(party, role);
    const time = new Date().toISOString();
    const signature = await signAgreement(frozen, { party, role, kid: privateKey.kid, time }, privateKey);
    await (await clientOf(keyRing, party, 'legal')).sign(id, version, signature);
  }
}

/** An agreement works once the enforcer has verified the last signature for itself, a moment after signing. */
async function untilEnforced(
  keyRing: KeyRing,
  { agreement: { id, version } }: FrozenAgreement,
): Promise<void> {
  const client = await clientOf(keyRing, PROVIDER, 'legal');
  const deadline = performance.now() + NEWS_LIMIT;
  while (!(await client.agreement(id, version)).enforced) {
    if (performance.now() > deadline) throw new Error(`The enforcer has not taken up ${id}`);
    await pause(50);
  }
}

/** A client of a sample agency, with the credentials of the key ring. */
export async function clientOf(keyRing: KeyRing, agency: string, role: string): Promise<BrokerClient> {
  return new BrokerClient((await keyRing.client(agency, role)).credentials);
}

/** Ms for which what was just registered or signed may be unknown to the other apps. */
const NEWS_LIMIT = 30_000;

/** News of a registration takes a moment to reach every app: tries again until then. */
export async function untilKnown<T>(work: () => Promise<T>): Promise<T> {
  const deadline = performance.now() + NEWS_LIMIT;
  for (;;) {
    try {
      return await work();
    } catch (error) {
      if (performance.now() > deadline || !mayBeNews(error)) throw error;
      await pause(50);
    }
  }
}

const mayBeNews = (error: unknown): boolean =>
  error instanceof RefusedError
    ? error.problem.type === 'urn:concordat:problem:unknown-type' ||
      error.problem.type === 'urn:concordat:problem:foreign-source'
    : error instanceof Error && error.message.startsWith('No access token');
