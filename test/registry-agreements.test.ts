import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  compareAgreements,
  freezeAgreement,
  freezeNotice,
  renderAgreement,
  requiredSignatories,
  signAgreement,
  signNotice,
  standingOf,
  verifyAgreementRecord,
  type AgreementToVerify,
  type DetachedSignature,
  type FrozenAgreement,
  type RegisteredKey,
} from '@concordat/agreement';
import { newKeyPair, type KeyPair } from '@concordat/cli';
import type { JsonObject } from '@concordat/record';
import { loadSampleAgreements } from '@concordat/sample';
import { OVERSIGHT, setUpOffices, type Offices } from './support/agencies.js';
import { withDatabase } from './support/database.js';
import { expectProblem, type SeenProblem } from './support/problem.js';
import { send } from './support/raw.js';
import { startStandalone, type Standalone } from './support/standalone.js';
import { accessToken } from './support/tokens.js';
import { until } from './support/wait.js';

const OFFICE = 'register-office';
const PENSIONS = 'pensions';
const DRIVERS = 'driver-licensing';
const TEAMS = [OFFICE, PENSIONS, DRIVERS] as const;

let broker: Standalone;
let offices: Offices;
/** Access tokens of legal teams. */
let tokens: Readonly<Record<string, string>>;

beforeAll(async () => {
  broker = await startStandalone({ sample: false });
  offices = await setUpOffices(broker.url, broker.secrets().operator);
  tokens = await signIn();
});
afterAll(async () => {
  await broker?.stop();
});

async function signIn(): Promise<Record<string, string>> {
  const scope = 'agreements:write templates:write keys:write keys:revoke';
  return Object.fromEntries(
    await Promise.all(
      TEAMS.map(
        async (team) => [team, await accessToken(offices.credentials(team, 'legal'), scope)] as const,
      ),
    ),
  );
}

interface View {
  readonly digest: string;
  readonly state: string;
  readonly missing: readonly string[];
  readonly signedBy: readonly string[];
  readonly signatures: readonly { readonly party: string; readonly role: string }[];
  readonly notices: readonly { readonly digest: string; readonly kind: string }[];
  readonly rendering: { readonly digest: string };
  readonly standing: {
    readonly state: string;
    readonly reviewBy?: string;
    readonly causes: readonly { readonly kind: string; readonly notice?: string }[];
    readonly cited?: { readonly version: number };
    readonly applied?: { readonly version: number };
    readonly parties: readonly { readonly agency: string; readonly state: string }[];
  };
}

/** The templates that come with the broker. */
const loadTemplates = (): JsonObject[] =>
  readdirSync(TEMPLATES)
    .filter((name) => !name.includes('example-values'))
    .map((name) => JSON.parse(readFileSync(new URL(name, TEMPLATES), 'utf8')) as JsonObject);
const TEMPLATES = new URL('../agreements/templates/', import.meta.url);

const day = (fromToday: number): string =>
  new Date(Date.now() + fromToday * 86_400_000).toISOString().slice(0, 10);
const minutesAgo = (minutes: number): string => new Date(Date.now() - minutes * 60_000).toISOString();

let count = 0;
/** An agreement between the register office and pensions that nobody has proposed yet. */
function draft(change: JsonObject = {}): JsonObject {
  const [sample] = loadSampleAgreements().filter(({ id }) => id === 'death-notification-pensions');
  count += 1;
  return {
    ...sample!,
    id: `tried-${count}`,
    term: { from: day(-30), reviewBy: day(300), until: day(600) },
    ...change,
  };
}
/** The same with driver licensing, which may join later. */
function openDraft(): JsonObject {
  const document = draft();
  const parties = document['parties'] as JsonObject[];
  const grants = document['grants'] as JsonObject[];
  return {
    ...document,
    parties: [...parties, { ...parties[1]!, agency: DRIVERS, name: 'Driver Licensing', mayJoinLater: true }],
    grants: [...grants, { ...grants[0]!, id: 'deaths-of-drivers', recipient: DRIVERS }],
  };
}
const nextOf = ({ agreement }: FrozenAgreement, change: JsonObject = {}): JsonObject => ({
  ...(agreement as unknown as JsonObject),
  version: agreement.version + 1,
  ...change,
});

const post = (path: string, body: unknown, team: string = OFFICE): Promise<Response> =>
  send(broker.url, { path, token: tokens[team]!, type: 'application/json', body: JSON.stringify(body) });
const get = (path: string, headers: Record<string, string> = {}): Promise<Response> =>
  send(broker.url, { path, token: tokens[OFFICE]!, headers });
const pathOf = ({ agreement: { id, version } }: FrozenAgreement): string =>
  `/v1/agreements/${id}/versions/${version}`;

async function taken<T = View>(response: Response, status = 201): Promise<T> {
  const text = await response.text();
  expect({ status: response.status, text }).toEqual({ status, text });
  return JSON.parse(text) as T;
}
const refused = async (response: Response, status: number, code: string): Promise<SeenProblem> =>
  expectProblem(response, status, code);
const viewOf = async (frozen: FrozenAgreement): Promise<View> => taken(await get(pathOf(frozen)), 200);

async function proposed(document: JsonObject = draft(), team: string = OFFICE): Promise<FrozenAgreement> {
  const frozen = freezeAgreement(document);
  expect((await taken(await post('/v1/agreements', document, team))).digest).toBe(frozen.digest);
  return frozen;
}
function signatureOf(
  frozen: FrozenAgreement,
  name: string,
  key?: KeyPair,
  time = new Date().toISOString(),
): Promise<DetachedSignature> {
  const [party = '', role = ''] = name.split('/');
  const { privateKey } = key ?? offices.signingKey(party, role);
  return signAgreement(frozen, { party, role, kid: privateKey.kid, time }, privateKey);
}
async function signing(frozen: FrozenAgreement, name: string, key?: KeyPair): Promise<Response> {
  const [party = ''] = name.split('/');
  return post(`${pathOf(frozen)}/signatures`, await signatureOf(frozen, name, key), party);
}
async function signedByAll(document: JsonObject = draft()): Promise<FrozenAgreement> {
  const frozen = await proposed(document);
  for (const name of requiredSignatories(frozen.agreement)) await taken(await signing(frozen, name));
  return frozen;
}

/** A signed notice, as it is sent. */
async function noticeOf(
  frozen: FrozenAgreement,
  name: string,
  content: JsonObject,
  key?: KeyPair,
): Promise<{ notice: JsonObject; signature: DetachedSignature; digest: string }> {
  const [party = '', role = ''] = name.split('/');
  const { id, version } = frozen.agreement;
  const notice: JsonObject = {
    notice: '1.0',
    agreement: { id, version, digest: frozen.digest },
    party,
    role,
    time: new Date().toISOString(),
    because: 'We have reasons',
    ...content,
  };
  const made = freezeNotice(notice);
  const { privateKey } = key ?? offices.signingKey(party, role);
  return { notice, signature: await signNotice(made, privateKey.kid, privateKey), digest: made.digest };
}
const sending = (
  frozen: FrozenAgreement,
  { notice, signature }: { notice: JsonObject; signature: DetachedSignature },
): Promise<Response> => post(`${pathOf(frozen)}/notices`, { notice, signature }, notice['party'] as string);
const notifying = async (frozen: FrozenAgreement, name: string, content: JsonObject): Promise<Response> =>
  sending(frozen, await noticeOf(frozen, name, content));
async function suspended(frozen: FrozenAgreement, name = `${PENSIONS}/legal`): Promise<string> {
  const made = await noticeOf(frozen, name, { kind: 'suspend' });
  expect((await taken(await sending(frozen, made))).state).toBe('suspended');
  return made.digest;
}

type Entry = Readonly<Record<string, unknown>> & { readonly type: string };
async function ledger(): Promise<Entry[]> {
  const officer = offices.client(OVERSIGHT, 'oversight');
  const all: Entry[] = [];
  for (let from = 0; ;) {
    const { entries, next } = await officer.auditEntries(from, 1000);
    all.push(...entries.flatMap((item) => ('entry' in item ? [item.entry as Entry] : [])));
    if (next === from || entries.length === 0) return all;
    from = next;
  }
}
/** The ledger's entries about an agreement, once the last one that is expected has come. */
async function told(frozen: FrozenAgreement, last: string, times = 1): Promise<Entry[]> {
  const { id } = frozen.agreement;
  const entries = await until(`${times} × ${last} in the ledger`, async () => {
    const found = (await ledger()).filter(
      ({ agreement }) => (agreement as { id?: string } | undefined)?.id === id,
    );
    return found.filter(({ type }) => type === last).length >= times && found;
  });
  return entries;
}
const typesOf = (entries: readonly Entry[]): string[] =>
  entries.map(({ type }) => type.replace('agreement.', '')).filter((type) => type !== 'signed');

const ALL = [`${OFFICE}/information-asset-owner`, `${OFFICE}/legal`, `${PENSIONS}/legal`];

describe('proposing', () => {
  it('the next version twenty times at once: one wins, the others are told of it and lose nothing', async () => {
    const first = await proposed();
    const drafts = Array.from({ length: 20 }, (_, index) => nextOf(first, { summary: `Summary ${index}.` }));
    const answers = await Promise.all(
      drafts.map((document, index) => post('/v1/agreements', document, index % 2 === 0 ? OFFICE : PENSIONS)),
    );
    const won = answers.flatMap(({ status }, index) => (status === 201 ? [index] : []));
    expect(won).toHaveLength(1);
    const winner = won[0]!;
    const kept = await taken<View & { agreement: JsonObject; proposedBy: string }>(
      await get(`/v1/agreements/${first.agreement.id}/versions/2`),
      200,
    );
    expect(kept.agreement).toEqual(drafts[winner]);
    for (const [index, answer] of answers.entries()) {
      if (index === winner) continue;
      const { detail } = await refused(answer, 409, 'version-conflict');
      expect(detail).toContain('newest version is 2');
      expect(detail).toContain(kept.proposedBy);
      expect(detail).toContain('the next one is 3');
    }
    const loser = drafts[(winner + 1) % 20]!;
    await taken(await post('/v1/agreements', { ...loser, version: 3 }));
    // Whoever repeats what is there already is answered as at first.
    expect((await taken(await post('/v1/agreements', drafts[winner]))).digest).toBe(kept.digest);
    const entries = await told(first, 'agreement.proposed', 3);
    expect(typesOf(entries)).toEqual(['proposed', 'proposed', 'proposed']);
  });

  it('is for parties: nobody else takes the name of an agreement by a version of their own', async () => {
    const first = await proposed();
    const parties = first.agreement.parties.map((party) =>
      party.agency === PENSIONS ? { ...party, agency: DRIVERS } : party,
    );
    const grants = first.agreement.grants.map((grant) => ({ ...grant, recipient: DRIVERS }));
    const taking = nextOf(first, { parties, grants } as unknown as JsonObject);
    await refused(await post('/v1/agreements', taking, DRIVERS), 403, 'foreign-agency');
    await refused(await post('/v1/agreements', draft(), DRIVERS), 403, 'foreign-agency');
  });

  it('names everyone again who had to sign the version in force, in every role', async () => {
    const first = await signedByAll();
    const [office, ...others] = (first.agreement as unknown as JsonObject)['parties'] as JsonObject[];
    const signatories = office!['signatories'] as JsonObject[];
    const fewer = nextOf(first, {
      parties: [{ ...office, signatories: signatories.slice(0, 1) }, ...others],
    });
    const problem = await refused(await post('/v1/agreements', fewer), 422, 'agreement-invalid');
    expect(problem.findings).toMatchObject([
      { path: '/parties/0/signatories', message: expect.stringContaining(signatories[1]!['role'] as string) },
    ]);
  });

  it('is not signed any more once a newer one is in force', async () => {
    const first = await signedByAll(openDraft());
    await signedByAll(nextOf(first, { summary: 'Something new.' }));
    await refused(await signing(first, `${DRIVERS}/legal`), 409, 'agreement-ended');
  });

  it('begins with version 1, and leaves none out', async () => {
    await refused(await post('/v1/agreements', draft({ version: 2 })), 409, 'version-conflict');
    const first = await proposed();
    await refused(await post('/v1/agreements', { ...nextOf(first), version: 3 }), 409, 'version-conflict');
  });

  it('is refused for what makes it void, and answered with what its lawyers should weigh', async () => {
    const document = draft({ term: { from: day(-3000), reviewBy: day(300), until: day(600) } });
    const [grant] = document['grants'] as JsonObject[];
    const unknown = { field: '/deceased/shoeSize', as: 'clear', because: 'To find the record' };
    const grants = [{ ...grant, fields: [...(grant!['fields'] as JsonObject[]), unknown] }];
    const { findings } = await refused(
      await post('/v1/agreements', { ...document, grants }),
      422,
      'agreement-invalid',
    );
    expect(findings?.map(({ path }) => path).join()).toContain('/grants/0/fields');
    const answer = await taken<{ findings: { severity: string; advice: string }[] }>(
      await post('/v1/agreements', { ...document, summary: 'TBC' }),
    );
    expect(answer.findings.length).toBeGreaterThan(0);
    for (const { severity, advice } of answer.findings) {
      expect(severity).not.toBe('error');
      expect(advice).toMatch(/\.$/u);
    }
  });

  it('can be tried with a draft, of which nothing is kept', async () => {
    const first = await proposed();
    const document = nextOf(first, { summary: 'Another summary.' });
    const report = await taken<{
      digest: string;
      text: string;
      refused: unknown[];
      newest: { version: number };
      difference: { overall: string };
    }>(await post('/v1/agreements/lint', document), 200);
    expect(report).toMatchObject({ refused: [], newest: { version: 1, proposedBy: OFFICE } });
    expect(report.digest).toBe(freezeAgreement(document).digest);
    expect(report.text).toBe(renderAgreement(freezeAgreement(document).agreement).text);
    expect(report.difference.overall).not.toBe('none');
    await refused(await get(`/v1/agreements/${first.agreement.id}/versions/2`), 404, 'not-found');
    await refused(await post('/v1/agreements/lint', {}), 422, 'agreement-invalid');
  });
});

describe('reading', () => {
  it('gives the very bytes that are signed, named by their digest', async () => {
    const frozen = await signedByAll();
    for (const [path, accept] of [
      [`${pathOf(frozen)}/document`, '*/*'],
      [pathOf(frozen), 'application/dsa+json'],
    ] as const) {
      const response = await get(path, { accept });
      expect(response.headers.get('content-type')).toContain('application/dsa+json');
      expect(response.headers.get('etag')).toBe(`"${frozen.digest}"`);
      const bytes = Buffer.from(await response.arrayBuffer());
      expect(`sha256:${createHash('sha256').update(bytes).digest('hex')}`).toBe(frozen.digest);
      const again = await get(path, { accept, 'if-none-match': `W/"x", "${frozen.digest}"` });
      expect(again.status).toBe(304);
      expect(await again.text()).toBe('');
    }
  });

  it('gives the plain English that signatures name, as text, page and data', async () => {
    const frozen = await proposed();
    const { text, html, digest } = renderAgreement(frozen.agreement);
    const path = `${pathOf(frozen)}/text`;
    const plain = await get(path);
    expect(plain.headers.get('content-type')).toBe('text/plain; charset=utf-8');
    expect(plain.headers.get('etag')).toBe(`"${digest}"`);
    expect(await plain.text()).toBe(text);
    const page = await get(path, { accept: 'text/html' });
    expect(page.headers.get('content-security-policy')).toContain("default-src 'none'");
    expect(await page.text()).toBe(html);
    expect(await taken(await get(path, { accept: 'application/json' }), 200)).toMatchObject({ digest, text });
    expect((await viewOf(frozen)).rendering.digest).toBe(digest);
  });

  it('tells versions apart', async () => {
    const first = await proposed();
    const second = await proposed(nextOf(first, { summary: 'Something else.' }));
    const path = `${pathOf(first)}/diff/${second.agreement.version}`;
    const difference = await taken<{ overall: string; changes: { path: string; sentence: string }[] }>(
      await get(path),
      200,
    );
    expect(difference).toMatchObject({ from: 1, to: 2 });
    expect(difference.changes.map((change) => change.path)).toContain('/summary');
    const words = await (await get(path, { accept: 'text/plain' })).text();
    for (const { sentence } of difference.changes) expect(words).toContain(sentence);
    await refused(await get(`${pathOf(first)}/diff/3`), 404, 'not-found');
  });

  it('gives a bundle that can be verified without the broker', async () => {
    const frozen = await signedByAll();
    const digest = await suspended(frozen);
    const bundle = await taken<AgreementToVerify & { keys: RegisteredKey[]; digest: string }>(
      await get(`${pathOf(frozen)}/bundle`),
      200,
    );
    expect(bundle.digest).toBe(frozen.digest);
    const findKey = (kid: string) => bundle.keys.find((key) => key.kid === kid);
    const { versions, notices, refused: none } = await verifyAgreementRecord(bundle, findKey);
    expect(none).toEqual([]);
    const standing = standingOf(versions, notices, new Date().toISOString(), compareAgreements);
    expect(standing).toMatchObject({ state: 'suspended', causes: [{ notice: digest }] });
    // Without any one of the keys something does not hold.
    for (const { kid } of bundle.keys) {
      const without = await verifyAgreementRecord(bundle, (name) =>
        name === kid ? undefined : findKey(name),
      );
      expect(without.refused.length).toBeGreaterThan(0);
    }
  });

  it('gives it in the forms of others', async () => {
    const frozen = await signedByAll();
    const path = `${pathOf(frozen)}/exports`;
    for (const format of ['odrl', 'dcat']) {
      const response = await get(`${path}/${format}`);
      expect(response.headers.get('content-type')).toContain('application/ld+json');
      expect(await response.text()).toContain(frozen.digest);
    }
    const entry = await taken<Record<string, unknown>>(await get(`${path}/register`), 200);
    expect(entry).toMatchObject({ id: frozen.agreement.id, isa_status: 'Active' });
    const rows = await taken<{ controllers: unknown[] }>(await get(`${path}/article-30`), 200);
    expect(rows.controllers).toHaveLength(2);
    for (const [format, lines] of [
      ['register', 2],
      ['article-30?table=controllers', 3],
      ['article-30?table=processors', 1],
    ] as const) {
      const response = await get(`${path}/${format}`, { accept: 'text/csv' });
      expect(response.headers.get('content-type')).toContain('text/csv');
      expect((await response.text()).match(/\r\n/gu)?.length).toBeGreaterThanOrEqual(lines);
    }
    await refused(await get(`${path}/pdf`), 404, 'not-found');
    await refused(await get(`${path}/article-30?table=all`), 400, 'invalid-parameter');
  });

  it('lists in pages, by party and by state', async () => {
    const active = await signedByAll();
    const waiting = await proposed();
    const find = async (query: string): Promise<string[]> => {
      const ids: string[] = [];
      for (let after = '', more = true; more;) {
        const page = await taken<{
          agreements: { id: string; version: number }[];
          next: string;
          more: boolean;
        }>(await get(`/v1/agreements?limit=3&after=${encodeURIComponent(after)}${query}`), 200);
        expect(page.agreements.length).toBeLessThanOrEqual(3);
        ids.push(...page.agreements.map(({ id, version }) => `${id}/${version}`));
        ({ next: after, more } = page);
      }
      return ids;
    };
    const all = await find('');
    expect(new Set(all).size).toBe(all.length);
    expect(all).toEqual([...all].sort(byIdAndVersion));
    const names = [active, waiting].map(({ agreement: { id } }) => `${id}/1`);
    expect(all).toEqual(expect.arrayContaining(names));
    expect(await find('&state=active')).toContain(names[0]);
    expect(await find('&state=active')).not.toContain(names[1]);
    expect(await find('&state=proposed')).toContain(names[1]);
    expect(await find(`&party=${PENSIONS}`)).toEqual(all.filter((name) => !name.startsWith('none')));
    expect(await find('&party=northshire-council')).toEqual([]);
    for (const query of [
      'state=signed',
      'party=A',
      'after=x',
      'after=a/01',
      'limit=0',
      'state=active&state=x',
    ]) {
      await refused(await get(`/v1/agreements?${query}`), 400, 'invalid-parameter');
    }
  });
});

function byIdAndVersion(one: string, other: string): number {
  const [a = '', x] = one.split('/');
  const [b = '', y] = other.split('/');
  return a === b ? Number(x) - Number(y) : a < b ? -1 : 1;
}

describe('signing', () => {
  it('counts once, in whatever order, and tells the ledger once that the agreement is in force', async () => {
    const frozen = await proposed();
    const signatures = await Promise.all(ALL.map((name) => signatureOf(frozen, name)));
    const sends = ALL.flatMap((name, index) =>
      Array.from({ length: 4 }, () =>
        post(`${pathOf(frozen)}/signatures`, signatures[index], name.split('/')[0]),
      ),
    );
    for (const answer of await Promise.all(sends)) await taken(answer);
    const view = await viewOf(frozen);
    expect(view).toMatchObject({ state: 'active', missing: [] });
    expect(view.signatures).toHaveLength(3);
    const types = typesOf(await told(frozen, 'agreement.activated'));
    expect(types).toEqual(['proposed', 'activated']);
    await refused(await signing(frozen, ALL[0]!), 409, 'already-exists');
  });

  it('is refused to a key that is revoked or not yet valid, whatever time it claims', async () => {
    const frozen = await proposed();
    const keys = '/v1/agencies/pensions/keys';
    const old = await newKeyPair();
    await taken(
      await post(keys, await offices.vouched(PENSIONS, { role: 'legal', jwk: old.publicKey }), PENSIONS),
    );
    const kid = old.privateKey.kid;
    const signature = await signatureOf(frozen, `${PENSIONS}/legal`, old);
    await new Promise((resolve) => setTimeout(resolve, 20));
    await taken(await post(`${keys}/${kid}/revocations`, { because: 'It was lost' }, PENSIONS));
    const problem = await refused(
      await post(`${pathOf(frozen)}/signatures`, signature, PENSIONS),
      422,
      'key-unusable',
    );
    expect(problem.detail).toContain('registers one');
    await refused(
      await sending(
        frozen,
        await noticeOf(frozen, `${PENSIONS}/legal`, { kind: 'suspend', time: minutesAgo(0) }, old),
      ),
      422,
      'signature-invalid',
    );
    const later = await newKeyPair();
    const validFrom = new Date(Date.now() + 3_600_000).toISOString();
    await taken(
      await post(
        keys,
        await offices.vouched(PENSIONS, { role: 'legal', jwk: later.publicKey, validFrom }),
        PENSIONS,
      ),
    );
    await refused(await signing(frozen, `${PENSIONS}/legal`, later), 422, 'signature-invalid');
    expect((await viewOf(frozen)).signatures).toEqual([]);
  });

  it('by a key that turns out to have been stolen counts no more; the signatory signs again by another', async () => {
    const keys = '/v1/agencies/pensions/keys';
    const [stolen, fresh] = await Promise.all([newKeyPair(), newKeyPair()]);
    for (const { publicKey: jwk } of [stolen, fresh]) {
      await taken(await post(keys, await offices.vouched(PENSIONS, { role: 'legal', jwk }), PENSIONS));
    }
    const frozen = await proposed();
    for (const name of ALL.slice(0, 2)) await taken(await signing(frozen, name));
    const before = new Date().toISOString();
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect((await taken(await signing(frozen, ALL[2]!, stolen))).state).toBe('active');
    await refused(await signing(frozen, ALL[2]!, fresh), 409, 'already-exists');
    const revocation = { because: 'It was stolen', compromisedSince: before };
    await taken(await post(`${keys}/${stolen.privateKey.kid}/revocations`, revocation, PENSIONS));
    const view = await viewOf(frozen);
    expect(view.state).not.toBe('active');
    expect(view).toMatchObject({ missing: [ALL[2]], refused: [{ signatory: ALL[2] }] });
    expect((await taken(await signing(frozen, ALL[2]!, fresh))).state).toBe('active');
    const types = typesOf(await told(frozen, 'agreement.activated', 2));
    expect(types).toContain('signature-void');
  });

  it('is for one’s own agency', async () => {
    const frozen = await proposed();
    const signature = await signatureOf(frozen, `${PENSIONS}/legal`);
    await refused(await post(`${pathOf(frozen)}/signatures`, signature, OFFICE), 422, 'signature-invalid');
    const notice = await noticeOf(frozen, `${PENSIONS}/legal`, { kind: 'suspend' });
    await refused(
      await post(`${pathOf(frozen)}/notices`, { notice: notice.notice, signature: notice.signature }, OFFICE),
      403,
      'foreign-agency',
    );
  });
});

describe('joining later', () => {
  it('is done by signing the same text; nobody else signs again', async () => {
    const frozen = await proposed(openDraft());
    for (const name of ALL) await taken(await signing(frozen, name));
    const before = await viewOf(frozen);
    expect(before).toMatchObject({ state: 'active', signedBy: [OFFICE, PENSIONS] });
    expect(before.standing.parties.find(({ agency }) => agency === DRIVERS)?.state).toBe('not-joined');
    const after = await taken(await signing(frozen, `${DRIVERS}/legal`));
    expect(after.signedBy).toEqual([OFFICE, PENSIONS, DRIVERS]);
    const entries = await told(frozen, 'agreement.joined');
    expect(typesOf(entries)).toEqual(['proposed', 'activated', 'joined']);
    expect(entries.at(-1)).toMatchObject({ party: DRIVERS });
    // It stops its own part alone, and leaves.
    const stop = await noticeOf(frozen, `${DRIVERS}/legal`, { kind: 'suspend' });
    const own = await taken(await sending(frozen, stop));
    expect(own.state).toBe('active');
    expect(own.standing.parties.find(({ agency }) => agency === DRIVERS)?.state).toBe('suspended');
  });
});

describe('suspending and resuming', () => {
  it('one signatory stops it at once; it goes on when all have said so', async () => {
    const frozen = await signedByAll();
    const digest = await suspended(frozen);
    const resumes = await Promise.all(
      ALL.map((name) => noticeOf(frozen, name, { kind: 'resume', lifts: [digest] })),
    );
    for (const [index, resume] of resumes.entries()) {
      const view = await taken(await sending(frozen, resume));
      expect(view.state).toBe(index === ALL.length - 1 ? 'active' : 'suspended');
    }
    const types = typesOf(await told(frozen, 'agreement.resumed'));
    expect(types).toEqual([
      'proposed',
      'activated',
      'notice-given',
      'suspended',
      'notice-given',
      'notice-given',
      'notice-given',
      'resumed',
    ]);
    // What was said once lifts nothing that comes later, however often it is said.
    const later = await suspended(frozen, `${OFFICE}/legal`);
    for (const resume of resumes)
      expect((await taken(await sending(frozen, resume))).state).toBe('suspended');
    const { standing, notices } = await viewOf(frozen);
    expect(standing.causes.map(({ notice }) => notice)).toEqual([later]);
    expect(notices.map(({ kind }) => kind)).toEqual(['suspend', 'resume', 'resume', 'resume', 'suspend']);
  });

  it('the same suspension again changes nothing, and lifts nothing', async () => {
    const frozen = await signedByAll();
    const stop = await noticeOf(frozen, ALL[0]!, { kind: 'suspend' });
    const answers = await Promise.all(Array.from({ length: 10 }, () => sending(frozen, stop)));
    for (const answer of answers) expect((await taken(answer)).notices).toHaveLength(1);
    const listed = await taken<{ notices: { digest: string; text: string }[] }>(
      await get(`${pathOf(frozen)}/notices`),
      200,
    );
    expect(listed.notices.map(({ digest }) => digest)).toEqual([stop.digest]);
    expect(freezeNotice(JSON.parse(listed.notices[0]!.text) as JsonObject).digest).toBe(stop.digest);
  });

  it('goes with signing and proposing at the same moment, and loses none of them', async () => {
    const frozen = await signedByAll();
    const second = await proposed(nextOf(frozen, { summary: 'Something new.' }));
    const third = nextOf(second, { summary: 'Something newer.' });
    const work = [
      ...ALL.map((name) => signing(second, name)),
      ...ALL.map((name) => notifying(frozen, name, { kind: 'suspend' })),
      post('/v1/agreements', third),
    ];
    for (const answer of await Promise.all(work)) await taken(answer);
    const view = await viewOf(second);
    expect(view.state).toBe('suspended');
    expect(view.standing).toMatchObject({ cited: { version: 2 } });
    expect(view.standing.causes).toHaveLength(3);
    const types = typesOf(await told(frozen, 'agreement.suspended', 3));
    expect(types.filter((type) => type === 'activated')).toHaveLength(2);
    expect(types.filter((type) => type === 'superseded')).toHaveLength(1);
    expect((await viewOf(frozen)).state).toBe('superseded');
  });
});

describe('a notice that is refused', () => {
  let frozen: FrozenAgreement;
  beforeAll(async () => {
    frozen = await signedByAll();
  });
  const cases: [string, JsonObject | (() => JsonObject), number, string, RegExp][] = [
    ['of the future', () => ({ kind: 'suspend', time: minutesAgo(-60) }), 422, 'notice-untimely', /future/u],
    [
      'of the day before yesterday',
      () => ({ kind: 'suspend', time: minutesAgo(1500) }),
      422,
      'notice-untimely',
      /24 hours/u,
    ],
    [
      'that ends the agreement too soon',
      () => ({ kind: 'terminate', effective: `${day(80)}T00:00:00Z` }),
      422,
      'notice-too-short',
      /P90D.*earliest/u,
    ],
    ['that rejects what is in force', { kind: 'reject' }, 409, 'agreement-in-force', /[Ss]uspend/u],
    [
      'that lifts what is no suspension',
      { kind: 'resume', lifts: [`sha256:${'0'.repeat(64)}`] },
      422,
      'unknown-suspension',
      /digests/u,
    ],
    [
      'with a review that is not later',
      () => ({ kind: 'review', reviewBy: day(300) }),
      422,
      'review-not-later',
      /not later/u,
    ],
  ];
  it.each(cases)('%s', async (_, content, status, code, says) => {
    const made = await noticeOf(frozen, ALL[1]!, typeof content === 'function' ? content() : content);
    const { detail } = await refused(await sending(frozen, made), status, code);
    expect(detail).toMatch(says);
    expect((await viewOf(frozen)).notices).toEqual([]);
  });

  it('about another version than the address', async () => {
    const made = await noticeOf(frozen, ALL[1]!, { kind: 'suspend' });
    const path = `/v1/agreements/${frozen.agreement.id}/versions/2/notices`;
    await refused(
      await post(path, { notice: made.notice, signature: made.signature }),
      422,
      'notice-invalid',
    );
  });

  it('about other bytes than the version has', async () => {
    const other = { ...frozen, digest: freezeAgreement(draft()).digest };
    await refused(await notifying(other, ALL[1]!, { kind: 'suspend' }), 422, 'notice-invalid');
  });

  it.each([
    ['no signature', { notice: { kind: 'suspend' } }, 400, 'invalid-parameter'],
    [
      'a signature with more in it',
      { notice: {}, signature: { protected: 'a', signature: 'b', header: {} } },
      400,
      'invalid-parameter',
    ],
    [
      'a notice that is text',
      { notice: 'x', signature: { protected: 'a', signature: 'b' } },
      400,
      'invalid-parameter',
    ],
    [
      'a notice that is none',
      { notice: {}, signature: { protected: 'a', signature: 'b' } },
      422,
      'notice-invalid',
    ],
  ])('with %s', async (_, body, status, code) => {
    await refused(await post(`${pathOf(frozen)}/notices`, body), status, code);
  });

  it('by another key, or by the signature of another notice', async () => {
    const stranger = await newKeyPair();
    const one = await noticeOf(frozen, ALL[1]!, { kind: 'suspend' }, stranger);
    await refused(await sending(frozen, one), 422, 'signature-invalid');
    const two = await noticeOf(frozen, ALL[1]!, { kind: 'suspend', because: 'Something else' });
    const { signature } = await noticeOf(frozen, ALL[1]!, { kind: 'suspend' });
    await refused(await sending(frozen, { ...two, signature }), 422, 'signature-invalid');
  });
});

describe('an end', () => {
  it('comes after the notice period, and is told at once', async () => {
    const frozen = await signedByAll();
    const effective = new Date(Date.now() + 91 * 86_400_000).toISOString();
    const view = await taken(await notifying(frozen, ALL[2]!, { kind: 'terminate', effective }));
    expect(view.state).toBe('active');
    expect(view.standing.causes).toMatchObject([{ kind: 'terminated', effective }]);
    const entries = await told(frozen, 'agreement.terminated');
    expect(entries.at(-1)).toMatchObject({ effective, party: PENSIONS });
  });

  it('of a proposal is its rejection by any signatory; it is not signed any more', async () => {
    const frozen = await proposed();
    await taken(await signing(frozen, ALL[0]!));
    expect((await taken(await notifying(frozen, ALL[2]!, { kind: 'reject' }))).state).toBe('rejected');
    await refused(await signing(frozen, ALL[1]!), 409, 'agreement-ended');
    expect(typesOf(await told(frozen, 'agreement.rejected'))).toEqual([
      'proposed',
      'notice-given',
      'rejected',
    ]);
    await proposed(nextOf(frozen));
  });

  it.each([
    ['the last day of its term', { from: day(-30), reviewBy: day(-1), until: day(-1) }, 'expired'],
    ['the day of its review', { from: day(-30), reviewBy: day(-1), until: day(30) }, 'suspended'],
  ])('is %s, which no signature moves', async (_, term, state) => {
    const frozen = await signedByAll(draft({ term }));
    expect((await viewOf(frozen)).state).toBe(state);
    const types = typesOf(await told(frozen, `agreement.${state}`));
    expect(types).toContain('activated');
    expect(types.filter((type) => type === state)).toHaveLength(1);
  });
});

describe('a review', () => {
  it('is announced; when everyone names the same later day, that is the day', async () => {
    const frozen = await signedByAll(draft({ term: { from: day(-30), reviewBy: day(5), until: day(600) } }));
    const due = await told(frozen, 'agreement.review-due');
    expect(due.at(-1)).toMatchObject({ reviewBy: day(5), days: 7 });
    const reviewBy = day(370);
    for (const name of ALL) await taken(await notifying(frozen, name, { kind: 'review', reviewBy }));
    expect((await viewOf(frozen)).standing.reviewBy).toBe(reviewBy);
    expect((await told(frozen, 'agreement.reviewed')).at(-1)).toMatchObject({ reviewBy });
  });

  it('that is overdue lets the sharing go on once it is made', async () => {
    const frozen = await signedByAll(draft({ term: { from: day(-30), reviewBy: day(-1), until: day(600) } }));
    for (const name of ALL)
      await taken(await notifying(frozen, name, { kind: 'review', reviewBy: day(300) }));
    expect((await viewOf(frozen)).state).toBe('active');
    const types = typesOf(await told(frozen, 'agreement.resumed'));
    expect(types).toEqual(expect.arrayContaining(['suspended', 'reviewed', 'resumed']));
  });
});

describe('templates', () => {
  const template = (): JsonObject => {
    const [found] = loadTemplates();
    return found!;
  };

  it('are published, kept and read by their bytes', async () => {
    const document = template();
    const kept = await taken<{ digest: string }>(await post('/v1/templates', document));
    expect(await taken(await post('/v1/templates', document))).toEqual(kept);
    const path = `/v1/templates/${document['id'] as string}/versions/1`;
    expect(await taken(await get(path), 200)).toEqual(kept);
    const bytes = Buffer.from(await (await get(`${path}/document`)).arrayBuffer());
    expect(`sha256:${createHash('sha256').update(bytes).digest('hex')}`).toBe(kept.digest);
    const { templates } = await taken<{ templates: { digest: string }[] }>(await get('/v1/templates'), 200);
    expect(templates.map(({ digest }) => digest)).toEqual([kept.digest]);
    await until('the entry', async () => (await ledger()).some(({ type }) => type === 'template.published'));
  });

  it('have one owner, and go on from version to version', async () => {
    const document = { ...template(), id: 'tried-template' };
    await refused(await post('/v1/templates', { ...document, version: 2 }), 409, 'version-conflict');
    await taken(await post('/v1/templates', document));
    const changed = { ...document, title: 'Another title' };
    await refused(await post('/v1/templates', changed), 409, 'version-conflict');
    await refused(await post('/v1/templates', { ...changed, version: 2 }, PENSIONS), 403, 'foreign-agency');
    await taken(await post('/v1/templates', { ...changed, version: 2 }));
    await refused(await post('/v1/templates', {}), 422, 'template-invalid');
    await refused(await post('/v1/templates', []), 422, 'template-invalid');
    await refused(await get('/v1/templates/tried-template/versions/3'), 404, 'not-found');
  });

  it('cannot be named by an agreement that was not made from them', async () => {
    const digest = `sha256:${'1'.repeat(64)}`;
    const { findings } = await refused(
      await post('/v1/agreements', draft({ template: { id: 'nobody-has-it', version: 1, digest } })),
      422,
      'agreement-invalid',
    );
    expect(findings?.map(({ path }) => path)).toEqual(['/template']);
  });
});

describe('a kill in the middle', () => {
  it('loses nothing that was answered, doubles nothing, and leaves nothing half done', async () => {
    const frozen = await proposed();
    const second = nextOf(frozen, { summary: 'After the kill.' });
    const signatures = await Promise.all(ALL.map((name) => signatureOf(frozen, name)));
    const stops = await Promise.all(ALL.map((name) => noticeOf(frozen, name, { kind: 'suspend' })));
    const everything = (): Promise<Response>[] => [
      ...ALL.map((name, index) =>
        post(`${pathOf(frozen)}/signatures`, signatures[index], name.split('/')[0]),
      ),
      ...stops.map((stop) => sending(frozen, stop)),
      post('/v1/agreements', second),
    ];
    const answered = Promise.allSettled(everything());
    await new Promise((resolve) => setTimeout(resolve, 15));
    await broker.kill();
    await answered;
    await broker.start();
    tokens = await signIn();
    for (const answer of await Promise.all(everything())) await taken(answer);
    const view = await viewOf(frozen);
    expect(view).toMatchObject({ state: 'suspended', missing: [] });
    expect(view.signatures).toHaveLength(3);
    expect(view.notices).toHaveLength(3);
    const entries = await told(frozen, 'agreement.suspended', 3);
    const all = await until('both proposals in the ledger', async () => {
      const found = await told(frozen, 'agreement.proposed', 2);
      return found.length >= entries.length && found;
    });
    expect(typesOf(all).toSorted()).toEqual([
      'activated',
      ...Array.from({ length: 3 }, () => 'notice-given'),
      'proposed',
      'proposed',
      ...Array.from({ length: 3 }, () => 'suspended'),
    ]);
    expect((await ledger()).filter(({ type }) => type === 'conflict')).toEqual([]);
  }, 120_000);
});

it('the database keeps every signature and notice as it came', async () => {
  const frozen = await signedByAll();
  await suspended(frozen);
  await withDatabase(broker.databaseUrl(), async (client) => {
    for (const [table, column] of [
      ['agreement', 'content'],
      ['agreement_signature', 'signature'],
      ['agreement_notice', 'content'],
      ['agreement_transition', 'subject'],
    ] as const) {
      const rows = async (): Promise<unknown[]> =>
        (await client.query(`select * from registry.${table} where id = $1`, [frozen.agreement.id])).rows;
      const before = await rows();
      expect(before.length).toBeGreaterThan(0);
      const change = `update registry.${table} set ${column} = 'x' where id = $1`;
      await expect(client.query(change, [frozen.agreement.id])).rejects.toThrow(/for ever/u);
      const removal = `delete from registry.${table} where id = $1`;
      await expect(client.query(removal, [frozen.agreement.id])).rejects.toThrow(/for ever/u);
      expect(await rows()).toEqual(before);
    }
  });
});
