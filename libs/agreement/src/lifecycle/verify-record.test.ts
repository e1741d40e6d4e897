import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { beforeAll, describe, expect, it } from 'vitest';
import { BrokerError } from '@concordat/problem';
import type { JsonObject } from '@concordat/record';
import type { FrozenAgreement } from '../document/document.js';
import { thumbprint, toPublicJwk, type RegisteredKey } from '../keys/key.js';
import { signDetached, type DetachedSignature } from '../signatures/jws.js';
import { signAgreement } from '../signatures/signature.js';
import {
  compareFields,
  COUNCIL,
  FIRM,
  LATER,
  LEGAL,
  OWNER,
  PENSIONS,
  signatory,
  versionOf,
  withFields,
} from './example-notices.js';
import { freezeNotice, type FrozenNotice } from './notice.js';
import { signNotice, verifyNotice } from './sign-notice.js';
import { standingOf } from './standing.js';
import { verifyAgreementRecord, type Verification } from './verify-record.js';

const NOW = '2026-06-01T12:00:00Z';
const TIME = '2026-05-01T09:00:00Z';
const first = versionOf(1);
const second = versionOf(2);

interface Signatory {
  readonly key: RegisteredKey;
  readonly privateKey: KeyObject;
}

const signatories = new Map<string, Signatory>();
let register: Map<string, RegisteredKey>;
const findKey = (kid: string): RegisteredKey | undefined => register.get(kid);

async function newSignatory(name: string, curve: 'ed25519' | 'p256' = 'ed25519'): Promise<Signatory> {
  const pair =
    curve === 'p256' ? generateKeyPairSync('ec', { namedCurve: 'P-256' }) : generateKeyPairSync('ed25519');
  const jwk = toPublicJwk(pair.publicKey.export({ format: 'jwk' }));
  const { party: agency, role } = signatory(name);
  const kid = await thumbprint(jwk);
  const validFrom = '2026-01-01T00:00:00Z';
  return { key: { agency, use: 'signing', role, kid, jwk, validFrom }, privateKey: pair.privateKey };
}

beforeAll(async () => {
  for (const name of [...FIRM, ...LATER])
    signatories.set(name, await newSignatory(name, name === PENSIONS ? 'p256' : 'ed25519'));
  register = new Map([...signatories.values()].map(({ key }) => [key.kid, key]));
});

/** Does something while the register says something else about a key. */
async function whileKey<T>(name: string, change: Partial<RegisteredKey>, work: () => Promise<T>): Promise<T> {
  const { key } = signatories.get(name)!;
  register.set(key.kid, { ...key, ...change });
  try {
    return await work();
  } finally {
    register.set(key.kid, key);
  }
}

const privateJwk = ({ privateKey }: Signatory) => privateKey.export({ format: 'jwk' });

function sign(
  name: string,
  over: FrozenAgreement,
  time = '2026-03-10T12:00:00Z',
): Promise<DetachedSignature> {
  const { party, role } = signatory(name);
  const by = signatories.get(name)!;
  return signAgreement(over, { party, role, kid: by.key.kid, time }, privateJwk(by));
}

function noticeOf(
  name: string,
  part: JsonObject = { kind: 'suspend' },
  over = first,
  time = TIME,
): FrozenNotice {
  const { id, version } = over.agreement;
  return freezeNotice({
    notice: '1.0',
    agreement: { id, version, digest: over.digest },
    ...signatory(name),
    time,
    because: 'A test',
    ...part,
  });
}

function signed(notice: FrozenNotice, by = signatories.get(`${notice.notice.party}/${notice.notice.role}`)!) {
  return signNotice(notice, by.key.kid, privateJwk(by));
}

async function verdict(notice: FrozenNotice, signature: DetachedSignature, over = first, now = NOW) {
  try {
    await verifyNotice(notice, signature, over, findKey, now);
    return 'holds';
  } catch (error) {
    if (error instanceof BrokerError) return `${error.code}: ${error.message}`;
    throw error;
  }
}

describe('a notice', () => {
  it.each([...FIRM, ...LATER])('by %s holds', async (name) => {
    const notice = noticeOf(name);
    expect(await verdict(notice, await signed(notice))).toBe('holds');
  });

  it('for another version does not, whether by its number or its digest', async () => {
    const notice = noticeOf(PENSIONS);
    expect(await verdict(notice, await signed(notice), second)).toContain('not about this version');
    const other = noticeOf(PENSIONS, {
      kind: 'suspend',
      agreement: { id: 'death-notification', version: 1, digest: second.digest },
    });
    expect(await verdict(other, await signed(other))).toContain('not about this version');
    expect(await verdict(other, await signed(other), second)).toContain('not about this version');
  });

  it('with the signature of another notice does not', async () => {
    const signature = await signed(noticeOf(PENSIONS, { kind: 'suspend', because: 'Something else' }));
    expect(await verdict(noticeOf(PENSIONS), signature)).toContain('not made over this text');
  });

  it('with the signature of another signatory, or of another agency’s, does not', async () => {
    const legal = signatories.get(LEGAL)!;
    expect(await verdict(noticeOf(OWNER), await signed(noticeOf(OWNER), legal))).toContain(
      'not registered for',
    );
    expect(await verdict(noticeOf(OWNER), await signed(noticeOf(LEGAL)))).toContain(
      'are not those of the notice',
    );
    const pensions = signatories.get(PENSIONS)!;
    expect(await verdict(noticeOf(LEGAL), await signed(noticeOf(LEGAL), pensions))).toContain(
      'not registered for',
    );
  });

  it('by somebody whom the version does not name does not', async () => {
    const stranger = await newSignatory('stranger/legal');
    register.set(stranger.key.kid, stranger.key);
    const notice = noticeOf('stranger/legal');
    expect(await verdict(notice, await signed(notice, stranger))).toContain('does not name this party');
    const role = await newSignatory('pensions/cleaner');
    register.set(role.key.kid, role.key);
    const other = noticeOf('pensions/cleaner');
    expect(await verdict(other, await signed(other, role))).toContain('does not name this party');
  });

  it('with a header for another kind of document, another time, or one member more does not', async () => {
    const notice = noticeOf(PENSIONS);
    const by = signatories.get(PENSIONS)!;
    const header = { ...signatory(PENSIONS), kid: by.key.kid, time: TIME };
    const make = (more: Record<string, string>) =>
      signDetached(notice.text, { ...header, ...more }, privateJwk(by));
    expect(await verdict(notice, await make({ typ: 'dsa-notice+jws' }))).toBe('holds');
    expect(await verdict(notice, await make({ typ: 'dsa+jws' }))).toContain('typ is not');
    const time = '2026-05-01T09:00:01Z';
    expect(await verdict(notice, await make({ typ: 'dsa-notice+jws', time }))).toContain(
      'not those of the notice',
    );
    for (const name of ['text', 'rendering', 'nonce', 'cty'])
      expect(await verdict(notice, await make({ typ: 'dsa-notice+jws', [name]: 'x' }))).toContain('exactly');
  });

  it('with lax base64, or its signature reversed, does not', async () => {
    const notice = noticeOf(PENSIONS);
    const good = await signed(notice);
    for (const bad of [
      { ...good, signature: `${good.signature}=` },
      { ...good, signature: `${good.signature}\n` },
      { ...good, protected: `${good.protected}=` },
      { ...good, signature: Buffer.from(good.signature, 'base64url').reverse().toString('base64url') },
      { protected: good.signature, signature: good.protected },
    ])
      expect(await verdict(notice, bad)).toContain('signature-invalid');
  });

  it('from the future, or by a key that did not count then, does not', async () => {
    const future = noticeOf(PENSIONS, { kind: 'suspend' }, first, '2026-06-01T12:05:01Z');
    expect(await verdict(future, await signed(future))).toContain('future');
    const notice = noticeOf(PENSIONS);
    const signature = await signed(notice);
    for (const [change, why] of [
      [{ revokedAt: TIME }, 'revoked'],
      [{ compromisedSince: TIME }, 'somebody else'],
      [{ validUntil: '2026-04-30T00:00:00Z' }, 'run out'],
      [{ validFrom: '2026-05-02T00:00:00Z' }, 'before its key was valid'],
      [{ use: 'authentication' }, 'not registered for signing'],
      [{ role: 'officer' }, 'not registered for signing'],
    ] as const)
      expect(await whileKey(PENSIONS, change, () => verdict(notice, signature))).toContain(why);
    expect(await whileKey(PENSIONS, { revokedAt: NOW }, () => verdict(notice, signature))).toBe('holds');
  });
});

describe('the record of an agreement', () => {
  const keep = (frozen: FrozenAgreement, signatures: readonly DetachedSignature[]) => ({
    version: frozen.agreement.version,
    text: frozen.text,
    signatures,
  });
  const id = first.agreement.id;
  const all = (over = first) => Promise.all(FIRM.map((name) => sign(name, over)));
  const keptNotice = async (notice: FrozenNotice) => ({ text: notice.text, signature: await signed(notice) });

  it('gives what holds, and says what does not and why', async () => {
    const [owner, ...others] = await all();
    const notice = await keptNotice(noticeOf(PENSIONS));
    const result = await verifyAgreementRecord(
      {
        id,
        versions: [
          keep(first, [{ ...owner!, signature: 'AAAA' }, ...others]),
          { ...keep(second, []), text: `${second.text} ` },
          { ...keep(second, []), version: 7 },
        ],
        notices: [notice, { ...notice, text: 'suspend' }, { ...notice, signature: others[0]! }],
      },
      findKey,
    );
    expect(result.versions).toHaveLength(1);
    expect(result.versions[0]).toMatchObject({
      signatures: [{ party: 'register-office', role: 'legal' }, { party: 'pensions' }],
      refused: [signatory(OWNER)],
    });
    expect(result.notices).toHaveLength(1);
    expect(result.refused.map(({ of, version, signatory: who }) => [of, version ?? '', who ?? ''])).toEqual([
      ['signature', 1, OWNER],
      ['version', 2, ''],
      ['version', 7, ''],
      ['notice', '', ''],
      ['notice', '', PENSIONS],
    ]);
  });

  it('has no place for what belongs to another version or agreement', async () => {
    const foreign = versionOf(1, (document) => (document['id'] = 'births'));
    const result = await verifyAgreementRecord(
      {
        id,
        versions: [keep(first, await all(second)), keep(foreign, await all(foreign))],
        notices: [await keptNotice(noticeOf(PENSIONS, { kind: 'suspend' }, foreign))],
      },
      findKey,
    );
    expect(result.versions.map(({ signatures }) => signatures)).toEqual([[]]);
    expect(result.notices).toEqual([]);
    expect(result.refused).toHaveLength(5);
  });

  it('takes the signature of a new key beside that of a lost one', async () => {
    const signatures = await all();
    const rotated = await newSignatory(PENSIONS);
    register.set(rotated.key.kid, rotated.key);
    const { party, role } = signatory(PENSIONS);
    const by = { party, role, kid: rotated.key.kid, time: '2026-05-20T12:00:00Z' };
    const again = await signAgreement(first, by, privateJwk(rotated));
    const stateWith = async (list: readonly DetachedSignature[]): Promise<string> => {
      const { versions, notices } = await verifyAgreementRecord(
        { id, versions: [keep(first, list)], notices: [] },
        findKey,
      );
      return standingOf(versions, notices, NOW, compareFields).state;
    };
    const lost = { compromisedSince: '2026-03-01T00:00:00Z' };
    expect(await whileKey(PENSIONS, lost, () => stateWith(signatures))).toBe('suspended');
    expect(await whileKey(PENSIONS, lost, () => stateWith([...signatures, again]))).toBe('active');
    expect(await stateWith([...signatures, again])).toBe('active');
  });

  it('lets a suspension from the future count, but no consent', async () => {
    const future = '2026-07-01T12:00:00Z';
    const stop = noticeOf(PENSIONS, { kind: 'suspend' }, first, future);
    const record = { id, versions: [keep(first, await all())], notices: [await keptNotice(stop)] };
    const { versions, notices } = await verifyAgreementRecord(record, findKey);
    expect(standingOf(versions, notices, NOW, compareFields).state).toBe('suspended');
    const resume = await Promise.all(
      FIRM.map((name) => keptNotice(noticeOf(name, { kind: 'resume', lifts: [stop.digest] }, first, future))),
    );
    const more = await verifyAgreementRecord({ ...record, notices: [...record.notices, ...resume] }, findKey);
    expect(more.notices).toHaveLength(4);
    expect(standingOf(more.versions, more.notices, NOW, compareFields).state).toBe('suspended');
  });

  it('verifies only what is new, and anew when something is said about a key', async () => {
    const known = new Map<string, Verification>();
    const record = {
      id,
      versions: [keep(first, await all())],
      notices: [await keptNotice(noticeOf(PENSIONS))],
    };
    const before = await verifyAgreementRecord(record, findKey, known);
    expect(known.size).toBe(4);
    expect(await verifyAgreementRecord(record, findKey, known)).toEqual(before);
    expect(known.size).toBe(4);
    await verifyAgreementRecord(
      { ...record, notices: [...record.notices, await keptNotice(noticeOf(LEGAL))] },
      findKey,
      known,
    );
    expect(known.size).toBe(5);
    // What the lost key signed is refused, although it was known to hold; but what stops goes on stopping.
    const lost = { compromisedSince: '2026-03-01T00:00:00Z' };
    const after = await whileKey(PENSIONS, lost, () => verifyAgreementRecord(record, findKey, known));
    expect(after.refused.map(({ of }) => of)).toEqual(['signature']);
    expect(after.notices).toEqual(before.notices);
    expect(await verifyAgreementRecord(record, findKey, known)).toEqual(before);
  });

  const LOST = [
    { revokedAt: '2026-04-01T00:00:00Z' },
    { compromisedSince: '2026-04-01T00:00:00Z' },
    { validUntil: '2026-04-01T00:00:00Z' },
  ];
  const stops: JsonObject[] = [
    { kind: 'suspend' },
    { kind: 'terminate', effective: '2026-05-20T00:00:00Z' },
    { kind: 'reject' },
  ];
  it.each(stops)('keeps a notice to $kind, whatever is said of its key later', async (part) => {
    const notice = await keptNotice(noticeOf(PENSIONS, part));
    const record = { id, versions: [keep(first, await all())], notices: [notice] };
    const kept = () => verifyAgreementRecord(record, findKey);
    const before = await kept();
    expect(before.notices).toHaveLength(1);
    for (const lost of LOST) expect(await whileKey(PENSIONS, lost, kept)).toEqual(before);
    // It must have been that signatory's key all the same, and genuine.
    for (const other of [{ role: 'officer' }, { agency: 'council' }, { validFrom: '2026-05-02T00:00:00Z' }])
      expect((await whileKey(PENSIONS, { ...other, ...LOST[0] }, kept)).notices).toEqual([]);
    const forged = { ...notice, signature: await signed(noticeOf(PENSIONS, { ...part, because: 'Other' })) };
    const result = await verifyAgreementRecord({ ...record, notices: [forged] }, findKey);
    expect(result.notices).toEqual([]);
  });

  it('keeps no consent whose key has lost its force: neither to resume nor to review', async () => {
    for (const part of [
      { kind: 'resume', lifts: [noticeOf(PENSIONS).digest] },
      { kind: 'review', reviewBy: '2028-04-01' },
    ]) {
      const notices = [await keptNotice(noticeOf(PENSIONS, part))];
      const kept = () => verifyAgreementRecord({ id, versions: [keep(first, [])], notices }, findKey);
      expect((await kept()).notices).toHaveLength(1);
      for (const lost of LOST) expect((await whileKey(PENSIONS, lost, kept)).notices).toEqual([]);
    }
  });

  it('lets a narrowing go on when its key has lost its force, but completes and widens nothing by it', async () => {
    const narrow = withFields(2, 1);
    const small = withFields(1, 1);
    const stateOf = async (versions: readonly ReturnType<typeof keep>[]) => {
      const result = await verifyAgreementRecord({ id, versions, notices: [] }, findKey);
      return standingOf(result.versions, [], NOW, compareFields);
    };
    const later = await sign(PENSIONS, narrow, TIME);
    const wider = await sign(PENSIONS, second, TIME);
    const others = await Promise.all([OWNER, LEGAL].map((name) => sign(name, narrow)));
    const [whole, wholeSmall] = [keep(first, await all()), keep(small, await all(small))];
    for (const lost of LOST)
      await whileKey(PENSIONS, lost, async () => {
        expect((await stateOf([whole, keep(narrow, [later])])).applied?.version).toBe(2);
        expect((await stateOf([wholeSmall, keep(second, [wider])])).applied?.version).toBe(1);
        expect((await stateOf([whole, keep(narrow, [...others, later])])).state).toBe('suspended');
        // Nor does a signature that was never genuine narrow.
        const forged = { ...later, signature: wider.signature };
        expect((await stateOf([whole, keep(narrow, [forged])])).applied?.version).toBe(1);
      });
  });

  it('never throws, whatever is kept', async () => {
    const garbage = { protected: '', signature: '' };
    const result = await verifyAgreementRecord(
      {
        id,
        versions: [
          { version: 1, text: '', signatures: [garbage] },
          keep(first, [garbage, { protected: 'bnVsbA', signature: 'AAAA' }]),
        ],
        notices: [
          { text: '', signature: garbage },
          { text: noticeOf(COUNCIL).text, signature: garbage },
        ],
      },
      findKey,
    );
    expect(result.notices).toEqual([]);
    expect(result.refused).toHaveLength(5);
  });
});
