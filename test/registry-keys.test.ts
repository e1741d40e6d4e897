import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { BrokerClient, newKeyPair, vouchedKey, type KeyPair } from '@concordat/cli';
import { OVERSIGHT, setUpOffices, type Offices } from './support/agencies.js';
import { withDatabase } from './support/database.js';
import { expectProblem, type SeenProblem } from './support/problem.js';
import { send } from './support/raw.js';
import { startStandalone, type Standalone } from './support/standalone.js';
import { accessToken } from './support/tokens.js';
import { until } from './support/wait.js';

/** What a legal team asks for to keep its agency's keys. */
const TEAM = 'keys:write keys:revoke';

let broker: Standalone;
let offices: Offices;
/** The legal team of pensions, allowed everything that such a team may do. */
let legal: string;

beforeAll(async () => {
  broker = await startStandalone({ sample: false });
  offices = await setUpOffices(broker.url, broker.secrets().operator);
  legal = await accessToken(offices.credentials('pensions', 'legal'), TEAM);
});
afterAll(async () => {
  await broker?.stop();
});

interface SeenKey {
  readonly kid: string;
  readonly validFrom: string;
  readonly validUntil?: string;
  readonly revokedAt?: string;
  readonly compromisedSince?: string;
}

const post = (path: string, body: object, token = legal): Promise<Response> =>
  send(broker.url, { path, token, type: 'application/json', body: JSON.stringify(body) });
/** Times as a test gives them, right or wrong. */
type Times = Readonly<Record<string, unknown>>;
/** A key as its agency registers it; a signing key vouched for. */
async function bodyOf({ publicKey: jwk }: KeyPair, more: Times = {}, agency = 'pensions'): Promise<object> {
  const body = { jwk, use: 'signing', role: 'legal', ...more };
  if (body.use !== 'signing') return body;
  const inForm = Object.fromEntries(
    Object.entries(more).filter(([, time]) => typeof time === 'string' && Number.isFinite(Date.parse(time))),
  );
  return { ...(await offices.vouched(agency, { jwk, role: body.role, ...inForm })), ...more };
}
const registering = async (
  key: KeyPair,
  more: Times = {},
  token = legal,
  agency = 'pensions',
): Promise<Response> => post(`/v1/agencies/${agency}/keys`, await bodyOf(key, more, agency), token);
const revoking = (kid: string, more: object = {}, token = legal, agency = 'pensions'): Promise<Response> =>
  post(`/v1/agencies/${agency}/keys/${kid}/revocations`, { because: 'Its holder has left', ...more }, token);

async function taken(response: Response): Promise<SeenKey> {
  const text = await response.text();
  expect({ status: response.status, text }).toEqual({ status: 201, text });
  return JSON.parse(text) as SeenKey;
}
async function registered(more: Times = {}): Promise<{ pair: KeyPair; key: SeenKey }> {
  const pair = await newKeyPair();
  return { pair, key: await taken(await registering(pair, more)) };
}
const refused = async (response: Response, status: number, code: string): Promise<SeenProblem> =>
  expectProblem(response, status, code);

const inHours = (hours: number): string => new Date(Date.now() + hours * 3_600_000).toISOString();

async function keysOf(agency: string): Promise<SeenKey[]> {
  const response = await send(broker.url, { path: `/v1/agencies/${agency}/keys`, token: legal });
  return ((await response.json()) as { keys: SeenKey[] }).keys;
}

/** The ledger's entries of a type about a key, once there is one. */
async function entriesAbout(kid: string, type: string): Promise<Readonly<Record<string, unknown>>[]> {
  const officer = offices.client(OVERSIGHT, 'oversight');
  return until(`${type} in the ledger`, async () => {
    const { entries } = await officer.auditEntries(0, 1000);
    const found = entries.flatMap((item) => ('entry' in item ? [item.entry] : []));
    const about = found.filter((entry) => entry['kid'] === kid && entry['type'] === type);
    return about.length > 0 && about;
  });
}

describe('a key’s time', () => {
  it('is from now on for ever, unless it says otherwise', async () => {
    const before = Date.now();
    const { key } = await registered();
    expect(Date.parse(key.validFrom)).toBeGreaterThanOrEqual(before);
    expect(key).not.toHaveProperty('validUntil');
  });

  it('may begin later and end, so that a new key overlaps with an old one', async () => {
    const times = { validFrom: inHours(1), validUntil: inHours(48) };
    const { key } = await registered(times);
    expect(key).toMatchObject(times);
    expect(await keysOf('pensions')).toContainEqual(expect.objectContaining({ kid: key.kid, ...times }));
    const [entry] = await entriesAbout(key.kid, 'key.registered');
    expect(entry).toMatchObject({ ...times, by: 'pensions' });
  });

  it('may be given in another zone', async () => {
    const { key } = await registered({ validUntil: '2030-06-01T12:00:00+01:00' });
    expect(key.validUntil).toBe('2030-06-01T11:00:00.000Z');
  });

  it.each([
    ['begins before it was known', { validFrom: inHours(-1) }, 422, 'key-invalid'],
    ['ends before it begins', { validFrom: inHours(2), validUntil: inHours(1) }, 422, 'key-invalid'],
    ['has ended', { validUntil: inHours(-1) }, 422, 'key-invalid'],
    ['begins on no day', { validFrom: '2031-02-30T00:00:00Z' }, 400, 'invalid-parameter'],
    ['ends without a zone', { validUntil: '2031-02-20T00:00:00' }, 400, 'invalid-parameter'],
    ['ends in a number', { validUntil: 5 }, 400, 'invalid-parameter'],
    ['ends in the year 9999', { validUntil: '9999-12-31T23:59:59Z' }, 400, 'invalid-parameter'],
  ])('that %s is refused', async (_, times, status, code) => {
    await refused(await registering(await newKeyPair(), times), status, code);
  });

  it('is told once: the same again changes nothing, another is refused', async () => {
    const keys = '/v1/agencies/pensions/keys';
    const body = await bodyOf(await newKeyPair(), { validUntil: '2031-01-01T00:00:00Z' });
    const key = await taken(await post(keys, body));
    expect(await taken(await post(keys, body))).toEqual(key);
    expect(await taken(await post(keys, { ...body, validUntil: '2031-01-01T01:00:00+01:00' }))).toEqual(key);
    await refused(await post(keys, { ...body, validUntil: '2032-01-01T00:00:00Z' }), 409, 'already-exists');
  });
});

describe('a signing key', () => {
  const keys = '/v1/agencies/pensions/keys';

  it('is vouched for by one that the agency has, and the ledger says by which', async () => {
    const { key } = await registered();
    const [entry] = await entriesAbout(key.kid, 'key.registered');
    const kids = (await keysOf('pensions')).map(({ kid }) => kid);
    expect(kids).toContain(entry?.['endorsedBy']);
  });

  it('is refused when nobody vouches for it: a team’s credentials are not enough', async () => {
    const { publicKey: jwk } = await newKeyPair();
    const problem = await refused(
      await post(keys, { jwk, use: 'signing', role: 'legal' }),
      422,
      'key-not-endorsed',
    );
    expect(problem.detail).toContain('has a signing key already');
  });

  it('is not vouched for by itself, by another agency, or by a key that is revoked', async () => {
    const pair = await newKeyPair();
    const vouch = async (agency: string, by: KeyPair): Promise<object> =>
      vouchedKey(
        agency,
        { jwk: pair.publicKey, role: 'legal' },
        { role: 'legal', privateKey: by.privateKey },
      );
    await refused(await post(keys, await vouch('pensions', pair)), 422, 'key-not-endorsed');
    const body = await offices.vouched('driver-licensing', { jwk: pair.publicKey, role: 'legal' });
    await refused(await post(keys, body), 422, 'key-not-endorsed');
    const old = await registered();
    const byOld = await vouch('pensions', old.pair);
    await taken(await revoking(old.key.kid));
    await refused(await post(keys, byOld), 422, 'key-not-endorsed');
    await refused(await post(keys, await vouch('pensions', old.pair)), 422, 'key-not-endorsed');
  });

  it('is vouched for as it is registered: not for another role, another time or another key', async () => {
    const [one, other] = await Promise.all([newKeyPair(), newKeyPair()]);
    const body = await bodyOf(one);
    for (const change of [
      { role: 'deputy' },
      { validFrom: inHours(1) },
      { validUntil: inHours(2) },
      { jwk: other.publicKey },
    ]) {
      await refused(await post(keys, { ...body, ...change }), 422, 'signature-invalid');
    }
    await taken(await post(keys, body));
  });

  it('alone is vouched for', async () => {
    const { publicKey: jwk } = await newKeyPair();
    const body = { ...(await offices.vouched('pensions', { jwk, role: 'system' })), use: 'authentication' };
    await refused(await post(keys, body), 422, 'key-invalid');
  });

  it.each([
    ['a text', 'yes'],
    ['a number', 1],
    ['without a signature', { protected: 'e30' }],
    ['with a member too many', { protected: 'e30', signature: 'AA', header: {} }],
  ])('is not vouched for by %s', async (_, endorsement) => {
    const { publicKey: jwk } = await newKeyPair();
    const body = { jwk, use: 'signing', role: 'legal', endorsement };
    await refused(await post(keys, body), 400, 'invalid-parameter');
  });
});

describe('a revocation', () => {
  it('is for good, is told to everyone, and stands in the ledger', async () => {
    const { pair, key } = await registered();
    const revoked = await taken(await revoking(key.kid));
    expect(Date.parse(revoked.revokedAt ?? '')).toBeGreaterThan(Date.parse(key.validFrom));
    expect(await taken(await revoking(key.kid))).toEqual(revoked);
    expect(await taken(await revoking(key.kid, { because: 'In other words' }))).toEqual(revoked);
    expect(await keysOf('pensions')).toContainEqual(revoked);
    await refused(await registering(pair), 409, 'already-revoked');
    expect(await entriesAbout(key.kid, 'key.revoked')).toHaveLength(1);
  });

  it('may say later since when the key was stolen, and only ever earlier', async () => {
    const { key } = await registered();
    const first = await taken(await revoking(key.kid));
    const told = await taken(await revoking(key.kid, { compromisedSince: inHours(-2) }));
    expect(told.revokedAt).toBe(first.revokedAt);
    const earlier = await taken(await revoking(key.kid, { compromisedSince: inHours(-5) }));
    expect(Date.parse(earlier.compromisedSince ?? '')).toBeLessThan(Date.parse(told.compromisedSince ?? ''));
    expect(await taken(await revoking(key.kid))).toEqual(earlier);
    const { detail } = await refused(
      await revoking(key.kid, { compromisedSince: inHours(-1) }),
      409,
      'already-revoked',
    );
    expect(detail).toContain('earlier');
    expect(await keysOf('pensions')).toContainEqual(earlier);
    await until('three entries', async () => (await entriesAbout(key.kid, 'key.revoked')).length === 3);
  });

  it('is the agency’s own: nobody else revokes its keys, the operator least of all', async () => {
    const { key } = await registered();
    const other = await accessToken(offices.credentials('driver-licensing', 'legal'), TEAM);
    await refused(await revoking(key.kid, {}, other), 403, 'foreign-agency');
    await refused(await revoking(key.kid, {}, other, 'driver-licensing'), 404, 'not-found');
    const system = await accessToken(offices.credentials('pensions', 'system'), 'schemas:write');
    await refused(await revoking(key.kid, {}, system), 403, 'missing-scope');
    const operator = {
      url: broker.url,
      clientId: 'concordat.operator',
      key: broker.secrets().operator.privateKey,
    };
    await refused(
      await revoking(key.kid, {}, await accessToken(operator, 'keys:write')),
      403,
      'missing-scope',
    );
    await expect(accessToken(operator, 'keys:revoke')).rejects.toThrow(/invalid_scope/u);
    expect(await keysOf('pensions')).toContainEqual(key);
  });

  it.each([
    ['of a key that is not there', 'none', {}, 404, 'not-found'],
    ['without a reason', undefined, { because: '' }, 400, 'invalid-parameter'],
    ['with a NUL', undefined, { because: 'left the house\u0000' }, 400, 'invalid-parameter'],
    ['of the future', undefined, { compromisedSince: inHours(1) }, 400, 'invalid-parameter'],
    ['of the year 1', undefined, { compromisedSince: '0001-01-01T00:00:00Z' }, 400, 'invalid-parameter'],
    ['with a member too many', undefined, { revokedAt: inHours(-1) }, 400, 'invalid-parameter'],
  ])('%s is refused', async (_, kid, more, status, code) => {
    await refused(await revoking(kid ?? (await registered()).key.kid, more), status, code);
  });

  it('by twenty at once is one revocation, with the earliest time', async () => {
    const { key } = await registered();
    const hours = Array.from({ length: 20 }, (_, index) => -1 - ((index * 7) % 20));
    const answers = await Promise.all(
      hours.map((hour) => revoking(key.kid, { compromisedSince: inHours(hour) })),
    );
    for (const { status } of answers) expect([201, 409]).toContain(status);
    const now = (await keysOf('pensions')).find(({ kid }) => kid === key.kid);
    expect(Date.parse(now?.compromisedSince ?? '')).toBeLessThan(Date.now() - 19.9 * 3_600_000);
  });
});

describe('signing in', () => {
  const clientWith = (role: string, key: KeyPair): BrokerClient =>
    new BrokerClient({ url: broker.url, clientId: `driver-licensing.${role}`, key: key.privateKey });
  /** A system acts with its key. Each client asks for a token of its own. */
  const acts = async (key: KeyPair): Promise<boolean> =>
    clientWith('system', key)
      .pull('0', 1, 0)
      .then(
        () => true,
        () => false,
      );

  it('ends for a key that is revoked, and does not begin before a key is valid', async () => {
    const team = await accessToken(offices.credentials('driver-licensing', 'legal'), TEAM);
    const [lasting, later] = await Promise.all([newKeyPair(), newKeyPair()]);
    const client = { use: 'authentication', role: 'system' };
    const register = async (key: KeyPair, times: Times): Promise<SeenKey> =>
      taken(await registering(key, { ...client, ...times }, team, 'driver-licensing'));
    await register(later, { validFrom: inHours(1) });
    const { kid } = await register(lasting, {});
    await until('the key to be known', () => acts(lasting));
    expect(await acts(later)).toBe(false);
    await taken(await revoking(kid, {}, team, 'driver-licensing'));
    await until('the revocation to be known', async () => !(await acts(lasting)));
  });

  it('is open to a legal team again by the operator once all its keys are revoked, and the ledger shows it', async () => {
    const agency = 'health-statistics';
    const team = await accessToken(offices.credentials(agency, 'legal'), TEAM);
    const operator = await accessToken(
      { url: broker.url, clientId: 'concordat.operator', key: broker.secrets().operator.privateKey },
      'keys:write',
    );
    const door = { use: 'authentication', role: 'legal' };
    const [first, second] = await Promise.all([newKeyPair(), newKeyPair()]);
    // While one key of the team is left, even one that is not valid yet, the operator stays out.
    const late = await newKeyPair();
    const { kid: lateKid } = await taken(
      await registering(late, { ...door, validFrom: inHours(1) }, team, agency),
    );
    const own = offices.credentials(agency, 'legal').key.kid ?? '';
    await taken(await revoking(own, {}, team, agency));
    await refused(await registering(first, door, operator, agency), 403, 'foreign-agency');
    // The team's token outlives its key by some minutes.
    await taken(await revoking(lateKid, {}, team, agency));
    await refused(await registering(second, { use: 'signing' }, operator, agency), 403, 'foreign-agency');
    const { kid } = await taken(await registering(first, door, operator, agency));
    await refused(await registering(second, door, operator, agency), 403, 'foreign-agency');
    const [entry] = await entriesAbout(kid, 'key.registered');
    expect(entry).toMatchObject({ by: 'concordat', recovery: true });
  });
});

describe('the database', () => {
  it.each([
    'agency',
    'agency_key',
    'agency_key_revocation',
    'event_schema',
    'agreement_template',
    'agreement',
    'agreement_signature',
    'agreement_notice',
    'agreement_transition',
  ])('keeps every row of %s for ever', async (table) => {
    await withDatabase(broker.databaseUrl(), async (client) => {
      const { rows: columns } = await client.query<{ name: string }>(
        `select column_name as name from information_schema.columns
         where table_schema = 'registry' and table_name = $1 and is_identity = 'NO'`,
        [table],
      );
      expect(columns.length).toBeGreaterThan(1);
      for (const { name } of columns) {
        await expect(client.query(`update registry.${table} set ${name} = ${name}`)).rejects.toThrow(
          /for ever/u,
        );
      }
      await expect(client.query(`delete from registry.${table}`)).rejects.toThrow(/for ever/u);
      await expect(client.query(`truncate registry.${table} cascade`)).rejects.toThrow(/for ever/u);
      await client.query(`set session_replication_role = replica`);
      await expect(client.query(`delete from registry.${table}`)).rejects.toThrow(/for ever/u);
    });
  });
});
