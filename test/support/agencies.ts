import { freezeAgreement, signAgreement, type FrozenAgreement } from '@concordat/agreement';
import {
  BrokerClient,
  newKeyPair,
  RefusedError,
  vouchedKey,
  type Credentials,
  type KeyPair,
} from '@concordat/cli';
import { loadSampleAgreements, loadSampleSchemas, sampleAgencies } from '@concordat/sample';
import { until } from './wait.js';

export const PROVIDER = 'register-office';
export const RECIPIENTS = [
  'pensions',
  'driver-licensing',
  'northshire-council',
  'health-statistics',
] as const;
export type Recipient = (typeof RECIPIENTS)[number];
export const OVERSIGHT = 'data-oversight';

/** The sample's agencies, each with its keys, set up by HTTP as they would do it themselves. */
export interface Offices {
  readonly operator: BrokerClient;
  credentials(agency: string, role: string): Credentials;
  client(agency: string, role: string): BrokerClient;
  /** The key with which a signatory signs. */
  signingKey(party: string, role: string): KeyPair;
  /** Proposes one of the sample's agreements and signs it, but for those `party/role` who do not. */
  agree(id: string, without?: readonly string[]): Promise<void>;
  /** The signature of a signatory, made with that signatory's key or with another. */
  signature(id: string, party: string, role: string, key?: KeyPair): ReturnType<typeof signAgreement>;
  /** A signing key to be registered, vouched for by the agency's first. */
  vouched(agency: string, key: Parameters<typeof vouchedKey>[1]): ReturnType<typeof vouchedKey>;
  /** Adds the signature of a signatory. */
  sign(id: string, party: string, role: string): Promise<void>;
}

/** Registers the sample's agencies, their keys and the event schemas with a broker that knows only its operator. */
export async function setUpOffices(url: string, operatorKey: KeyPair): Promise<Offices> {
  const operator = new BrokerClient({ url, clientId: 'concordat.operator', key: operatorKey.privateKey });
  const keys = new Map<string, KeyPair>();
  const clients = new Map<string, BrokerClient>();
  const frozen = new Map(
    loadSampleAgreements().map((document) => {
      const one = freezeAgreement(document);
      return [one.agreement.id, one];
    }),
  );
  const signingKeys = new Map<string, KeyPair>();

  const offices: Offices = {
    operator,
    credentials: (agency, role) => ({
      url,
      clientId: `${agency}.${role}`,
      key: found(keys.get(`${agency}.${role}`)).privateKey,
    }),
    client: (agency, role) => found(clients.get(`${agency}.${role}`)),
    signingKey: (party, role) => found(signingKeys.get(`${party}/${role}`)),
    signature: (id, party, role, key = found(signingKeys.get(`${party}/${role}`))) =>
      signAgreement(
        found(frozen.get(id)),
        { party, role, kid: key.privateKey.kid, time: new Date().toISOString() },
        key.privateKey,
      ),
    vouched: (agency, key) => {
      const role = found(sampleAgencies.find(({ id }) => id === agency)?.signatories[0]);
      const { privateKey } = found(signingKeys.get(`${agency}/${role}`));
      return vouchedKey(agency, key, { role, privateKey });
    },
    sign: async (id, party, role) => {
      await offices.client(party, 'legal').sign(id, 1, await offices.signature(id, party, role));
    },
    agree: async (id, without = []) => {
      const { agreement }: FrozenAgreement = found(frozen.get(id));
      await offices.client(PROVIDER, 'legal').propose(agreement);
      for (const { agency, signatories } of agreement.parties) {
        for (const { role } of signatories) {
          if (!without.includes(`${agency}/${role}`)) await offices.sign(id, agency, role);
        }
      }
    },
  };

  await known(() =>
    operator.registerAgency({ id: OVERSIGHT, name: 'Data Oversight', sources: [], oversight: true }),
  );
  await addClient(OVERSIGHT, 'oversight', await addLegalTeam(OVERSIGHT));
  for (const { id, name, sources, signatories } of sampleAgencies) {
    await operator.registerAgency({ id, name, sources });
    const legal = await addLegalTeam(id);
    for (const role of ['system', 'officer']) await addClient(id, role, legal);
    for (const [index, role] of signatories.entries()) {
      const pair = await newKeyPair();
      signingKeys.set(`${id}/${role}`, pair);
      const key = { jwk: pair.publicKey, role };
      const registered = index === 0 ? { ...key, use: 'signing' } : await offices.vouched(id, key);
      await known(() => legal.registerKey(id, registered));
    }
  }
  for (const { type, schema } of loadSampleSchemas()) {
    await known(() => offices.client(PROVIDER, 'system').registerSchema(type, schema));
  }
  return offices;

  /** The operator registers the legal team's first key; that team registers all others. */
  function addLegalTeam(agency: string): Promise<BrokerClient> {
    return addClient(agency, 'legal', operator);
  }

  async function addClient(agency: string, role: string, by: BrokerClient): Promise<BrokerClient> {
    const pair = await newKeyPair();
    await known(() => by.registerKey(agency, { jwk: pair.publicKey, use: 'authentication', role }));
    const client = new BrokerClient({ url, clientId: `${agency}.${role}`, key: pair.privateKey });
    keys.set(`${agency}.${role}`, pair);
    clients.set(`${agency}.${role}`, client);
    return client;
  }
}

/** Every agreement of the sample, signed by everyone. */
export async function agreeToEverything(offices: Offices): Promise<void> {
  for (const id of AGREEMENTS) await offices.agree(id);
}

export const AGREEMENTS = loadSampleAgreements().map((document) => document['id'] as string);

/** News of a registration takes a moment to reach each app: tries again until then. */
export async function known<T>(work: () => Promise<T>): Promise<T> {
  const { value } = await until('news of a registration', async () => {
    try {
      return { value: await work() };
    } catch (error) {
      if (mayBeNews(error)) return undefined;
      throw error;
    }
  });
  return value;
}

const mayBeNews = (error: unknown): boolean =>
  error instanceof RefusedError
    ? ['unknown-type', 'foreign-source'].some((code) => error.problem.type?.endsWith(`:${code}`))
    : error instanceof Error && error.message.startsWith('No access token');

function found<T>(value: T | undefined): T {
  if (value === undefined) throw new Error('not in the sample');
  return value;
}
