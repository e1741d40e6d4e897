import { createHmac, generateKeyPairSync, sign, type KeyObject } from 'node:crypto';
import { importJWK, type JWK } from 'jose';
import { beforeAll, describe, expect, it } from 'vitest';
import { BrokerError } from '@concordat/problem';
import { digestOfText, type JsonObject } from '@concordat/record';
import { freezeAgreement, readFrozenAgreement, type FrozenAgreement } from '../document/document.js';
import { exampleAgreement } from '../document/example-agreement.js';
import { thumbprint, toPublicJwk, type RegisteredKey } from '../keys/key.js';
import { renderAgreement } from '../plain-english/render.js';
import type { DetachedSignature } from './jws.js';
import {
  allSignatories,
  requiredSignatories,
  signAgreement,
  verifyAllSignatures,
  verifySignature,
  type Signed,
} from './signature.js';

const TIME = '2026-03-10T12:00:00Z';
const NOW = '2026-03-20T12:00:00Z';
const VALID_FROM = '2026-03-01T00:00:00Z';

interface Signatory {
  readonly party: string;
  readonly role: string;
  readonly key: RegisteredKey;
  readonly privateKey: KeyObject;
}

const frozen = freezeAgreement(exampleAgreement());
const register = new Map<string, RegisteredKey>();
const findKey = (kid: string): RegisteredKey | undefined => register.get(kid);

async function newSignatory(
  party: string,
  role: string,
  { curve = 'ed25519', ...key }: Partial<RegisteredKey> & { curve?: 'ed25519' | 'p256' } = {},
): Promise<Signatory> {
  const pair =
    curve === 'p256' ? generateKeyPairSync('ec', { namedCurve: 'P-256' }) : generateKeyPairSync('ed25519');
  const jwk = toPublicJwk(pair.publicKey.export({ format: 'jwk' }));
  const kid = await thumbprint(jwk);
  const registered: RegisteredKey = {
    agency: party,
    use: 'signing',
    role,
    kid,
    jwk,
    validFrom: VALID_FROM,
    ...key,
  };
  register.set(kid, registered);
  return { party, role, key: registered, privateKey: pair.privateKey };
}

const signWith = async (
  { party, role, key, privateKey }: Signatory,
  { over = frozen, time = TIME }: { over?: FrozenAgreement; time?: string } = {},
): Promise<DetachedSignature> =>
  signAgreement(over, { party, role, kid: key.kid, time }, privateKey.export({ format: 'jwk' }));

const encode = (value: string | object): string =>
  Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString('base64url');

const headerOf = ({ party, role, key }: Signatory, over = frozen): Record<string, unknown> => ({
  typ: 'dsa+jws',
  alg: key.jwk.kty === 'OKP' ? 'EdDSA' : 'ES256',
  kid: key.kid,
  party,
  role,
  time: TIME,
  rendering: '1.0',
  text: renderAgreement(over.agreement).digest,
});

/** A signature that holds as far as the arithmetic goes, under any header and over any text. */
function forge(signatory: Signatory, header: string | object, text = frozen.text): DetachedSignature {
  const protectedHeader = encode(header);
  const input = Buffer.from(`${protectedHeader}.${encode(text)}`);
  const signature =
    signatory.key.jwk.kty === 'OKP'
      ? sign(null, input, signatory.privateKey)
      : sign('sha256', input, { key: signatory.privateKey, dsaEncoding: 'ieee-p1363' });
  return { protected: protectedHeader, signature: signature.toString('base64url') };
}

/** Why a signature is refused; `holds` when it is not. */
async function verdict(signature: DetachedSignature, over = frozen, now = NOW): Promise<string> {
  try {
    await verifySignature(over, signature, findKey, now);
    return 'holds';
  } catch (error) {
    if (error instanceof BrokerError && error.code === 'signature-invalid') return error.message;
    throw error;
  }
}

let owner: Signatory;
let legal: Signatory;
let pensions: Signatory;
let protection: Signatory;
let council: Signatory;
let all: Signatory[];

beforeAll(async () => {
  owner = await newSignatory('register-office', 'information-asset-owner');
  legal = await newSignatory('register-office', 'legal');
  pensions = await newSignatory('pensions', 'legal', { curve: 'p256' });
  protection = await newSignatory('council', 'data-protection');
  council = await newSignatory('council', 'legal', { curve: 'p256' });
  all = [owner, legal, pensions, protection, council];
});

const signAll = (signatories: readonly Signatory[], over = frozen): Promise<DetachedSignature[]> =>
  Promise.all(signatories.map((one) => signWith(one, { over })));

const verifyAll = (signatures: readonly DetachedSignature[], over = frozen): Promise<Signed> =>
  verifyAllSignatures(over, signatures, findKey, NOW);

const nameOf = ({ party, role }: Signatory): string => `${party}/${role}`;

describe('everyone’s signatures', () => {
  it('make the agreement complete, in any order', async () => {
    const signatures = await signAll(all);
    for (const list of [signatures, [...signatures].reverse()]) {
      const { complete, joined, refused } = await verifyAll(list);
      expect(complete).toBe(true);
      expect([...joined].sort()).toEqual(['council', 'pensions', 'register-office']);
      expect(refused).toEqual([]);
    }
  });

  it('are those of every signatory of every party', () => {
    expect(requiredSignatories(frozen.agreement).sort()).toEqual(all.map(nameOf).sort());
  });

  const subsets = Array.from({ length: 2 ** 5 - 1 }, (_, index) => (index + 1).toString(2).padStart(5, '0'));

  it.each(subsets)('with those missing that have a 1 in %s, it is incomplete', async (missing) => {
    const present = all.filter((_, index) => missing[index] === '0');
    const { complete, signed } = await verifyAll(await signAll(present));
    expect(complete).toBe(false);
    expect([...signed]).toEqual(present.map(nameOf));
  });

  it('one signature cannot stand for another', async () => {
    const four = await signAll(all.slice(1));
    const again = await signWith(legal, { time: '2026-03-11T12:00:00Z' });
    for (const twice of [again, four[0]!]) {
      const { complete, refused } = await verifyAll([...four, twice]);
      expect(complete).toBe(false);
      expect(refused[0]?.why.message).toMatch(/twice/u);
    }
  });

  it('with a second key for the same role are still one signatory', async () => {
    const second = await newSignatory('register-office', 'legal');
    const { signed, refused } = await verifyAll(await signAll([legal, second]));
    expect([...signed]).toEqual(['register-office/legal']);
    expect(refused).toHaveLength(1);
  });

  it.each([0, 1, 2, 3, 4])('a bad one instead of number %i leaves the agreement incomplete', async (at) => {
    const signatures = await signAll(all);
    const bad = { ...signatures[at]!, signature: encode('x'.repeat(64)) };
    const { complete, refused } = await verifyAll(signatures.with(at, bad));
    expect(complete).toBe(false);
    expect(refused.map(({ signature }) => signature)).toEqual([bad]);
  });

  it('a bad one beside the good ones takes nothing away', async () => {
    const signatures = await signAll(all);
    const bad = { ...signatures[0]!, signature: encode('x'.repeat(64)) };
    const { complete, refused } = await verifyAll([bad, ...signatures]);
    expect(complete).toBe(true);
    expect(refused).toHaveLength(1);
  });

  it('a name with a slash cannot stand for two names', () => {
    // Agencies and roles match ^[a-z][a-z0-9]*(-[a-z0-9]+)*$, so "a/b" + "c" never meets "a" + "b/c".
    const document = exampleAgreement();
    (document['parties'] as JsonObject[])[1]!['signatories'] = [
      { role: 'legal/x', name: 'A', position: 'B' },
    ];
    expect(() => freezeAgreement(document)).toThrow(BrokerError);
  });
});

describe('a party that may join later', () => {
  const later = freezeAgreement(
    (() => {
      const document = exampleAgreement();
      (document['parties'] as JsonObject[])[2]!['mayJoinLater'] = true;
      return document;
    })(),
  );
  const sorted = (names: Iterable<string>): string[] => [...names].sort();

  it('is not needed, and is not in', async () => {
    const { complete, joined } = await verifyAll(await signAll([owner, legal, pensions], later), later);
    expect(complete).toBe(true);
    expect(sorted(joined)).toEqual(['pensions', 'register-office']);
    expect(requiredSignatories(later.agreement)).toHaveLength(3);
    expect(allSignatories(later.agreement)).toHaveLength(5);
  });

  it('joins with its last signature, and nobody signs again', async () => {
    const before = await signAll([owner, legal, pensions, council], later);
    expect((await verifyAll(before, later)).joined.has('council')).toBe(false);
    const after = await verifyAll([...before, await signWith(protection, { over: later })], later);
    expect(after).toMatchObject({ complete: true, refused: [] });
    expect(after.joined.has('council')).toBe(true);
  });

  it('completes nothing in place of a party that must sign', async () => {
    const { complete, joined } = await verifyAll(
      await signAll([owner, legal, protection, council], later),
      later,
    );
    expect(complete).toBe(false);
    expect(sorted(joined)).toEqual(['council', 'register-office']);
  });

  it('does not join by its signature under the text in which it must sign', async () => {
    const { joined } = await verifyAll(await signAll([protection, council]), later);
    expect(joined.size).toBe(0);
  });
});

describe.each(['ed25519', 'p256'] as const)('a signature by %s', (curve) => {
  let signatory: Signatory;
  beforeAll(async () => {
    signatory = await newSignatory('register-office', 'legal', { curve });
  });

  it('holds, and gives its header', async () => {
    const header = await verifySignature(frozen, await signWith(signatory), findKey, NOW);
    expect({ typ: 'dsa+jws', ...header }).toEqual(headerOf(signatory));
  });

  it('made with a CryptoKey holds as well', async () => {
    const { party, role, key, privateKey } = signatory;
    const alg = curve === 'p256' ? 'ES256' : 'EdDSA';
    const cryptoKey = await importJWK(privateKey.export({ format: 'jwk' }) as JWK, alg);
    const name = { party, role, kid: key.kid, time: TIME };
    expect(await verdict(await signAgreement(frozen, name, cryptoKey as never))).toBe('holds');
  });

  it('that the test forges with the right header holds, so the other forgeries fail for their own reason', async () => {
    expect(await verdict(forge(signatory, headerOf(signatory)))).toBe('holds');
  });

  it('does not hold with any bit of it changed', async () => {
    const { signature, ...rest } = await signWith(signatory);
    const bytes = Buffer.from(signature, 'base64url');
    for (let at = 0; at < bytes.length; at += 1) {
      const changed = Buffer.from(bytes);
      changed[at]! ^= 1 << (at % 8);
      expect(await verdict({ ...rest, signature: changed.toString('base64url') })).not.toBe('holds');
    }
  });

  it.each(['', '0'.repeat(86), 'A'.repeat(86)])('is not %j', async (signature) => {
    expect(await verdict({ ...(await signWith(signatory)), signature })).not.toBe('holds');
  });

  it('in another encoding does not hold', async () => {
    const { signature, protected: header } = await signWith(signatory);
    const raw = Buffer.from(signature, 'base64url');
    const spellings = [
      `${signature}==`,
      `${signature}=`,
      `${signature} `,
      `\n${signature}`,
      `${signature.slice(0, 40)}\r\n${signature.slice(40)}`,
      raw.toString('hex'),
      // 64 bytes leave four bits of the last character over.
      signature.slice(0, -1) + nextCharacter(signature.slice(-1)),
      Buffer.concat([raw, Buffer.from([0])]).toString('base64url'),
      raw.subarray(0, 63).toString('base64url'),
      `${signature}.`,
    ];
    for (const spelling of spellings) {
      expect(await verdict({ protected: header, signature: spelling }), spelling).not.toBe('holds');
    }
  });

  it('is refused in base64’s own alphabet', async () => {
    // Until a signature comes by that has one of the two letters in which the alphabets differ.
    for (;;) {
      const { signature, protected: header } = forge(signatory, { ...headerOf(signatory), time: nextTime() });
      const other = signature.replaceAll('-', '+').replaceAll('_', '/');
      if (other === signature) continue;
      expect(await verdict({ protected: header, signature })).toBe('holds');
      expect(await verdict({ protected: header, signature: other })).not.toBe('holds');
      return;
    }
  });
});

const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
const nextCharacter = (letter: string): string => LETTERS[LETTERS.indexOf(letter) + 1] ?? '';
let ticks = 0;
const nextTime = (): string => new Date(Date.parse(TIME) + (ticks += 1000)).toISOString();

it('an ES256 signature in DER does not hold', async () => {
  const header = encode(headerOf(pensions));
  const der = sign('sha256', Buffer.from(`${header}.${encode(frozen.text)}`), pensions.privateKey);
  expect(await verdict({ protected: header, signature: der.toString('base64url') })).not.toBe('holds');
});

describe('a signature over something else', () => {
  const changed = (change: (document: JsonObject) => void): FrozenAgreement => {
    const document = exampleAgreement();
    change(document);
    return freezeAgreement(document);
  };

  it.each<[string, (document: JsonObject) => void]>([
    ['the next version', (document) => (document['version'] = 2)],
    ['another agreement', (document) => (document['id'] = 'other')],
    ['another title', (document) => (document['title'] = 'Death notification ')],
    [
      'one more field',
      (document) => {
        const [grant] = document['grants'] as JsonObject[];
        (grant!['fields'] as JsonObject[]).push({ field: '/cause', as: 'clear', because: 'Curiosity' });
      },
    ],
    [
      'the fields in another order',
      (document) => {
        const [grant] = document['grants'] as JsonObject[];
        (grant!['fields'] as JsonObject[]).reverse();
      },
    ],
    [
      'one signatory fewer',
      (document) => {
        (document['parties'] as JsonObject[])[0]!['signatories'] = [
          { role: 'legal', name: 'A', position: 'B' },
        ];
      },
    ],
  ])('%s', async (_, change) => {
    const other = changed(change);
    expect(await verdict(await signWith(legal, { over: other }))).not.toBe('holds');
    expect(await verdict(await signWith(legal), other)).not.toBe('holds');
    expect(await verdict(await signWith(legal, { over: other }), other)).toBe('holds');
  });

  it('the members in another order are the same document once frozen, and no document as received', async () => {
    const turned = Object.fromEntries(Object.entries(exampleAgreement()).reverse());
    const other = freezeAgreement(turned);
    expect(other.digest).toBe(frozen.digest);
    expect(await verdict(await signWith(legal), other)).toBe('holds');
    expect(() => readFrozenAgreement(JSON.stringify(turned))).toThrow(BrokerError);
  });

  it.each<[string, (text: string) => string]>([
    ['a line end after it', (text) => `${text}\n`],
    ['a space before it', (text) => ` ${text}`],
    ['a zero byte after it', (text) => `${text}\0`],
    ['another value after it', (text) => `${text}{}`],
    ['a byte order mark', (text) => `\ufeff${text}`],
    ['its digest', () => frozen.digest],
    ['nothing', () => ''],
  ])('the document with %s', async (_, change) => {
    expect(await verdict(forge(legal, headerOf(legal), change(frozen.text)))).not.toBe('holds');
    expect(() => readFrozenAgreement(change(frozen.text))).toThrow(BrokerError);
  });

  it('the text that the signature is detached from cannot be brought along', async () => {
    const other = freezeAgreement({ ...exampleAgreement(), version: 2 });
    const signature = await signWith(legal, { over: other });
    const attached = { ...signature, payload: encode(other.text) } as DetachedSignature;
    expect(await verdict(attached)).not.toBe('holds');
  });
});

describe('a header', () => {
  const forgedWith = (members: object): Promise<string> =>
    verdict(forge(legal, { ...headerOf(legal), ...members }));

  it.each<[string, object]>([
    ['jwk', { jwk: { kty: 'OKP', crv: 'Ed25519', x: 'A'.repeat(43) } }],
    ['jku', { jku: 'https://attacker.example/keys' }],
    ['x5u', { x5u: 'https://attacker.example/key' }],
    ['x5c', { x5c: [] }],
    ['crit', { crit: ['exp'], exp: 0 }],
    ['b64', { b64: false }],
    ['b64 and crit', { b64: false, crit: ['b64'] }],
    ['nonce', { nonce: '1' }],
    ['digest', { digest: frozen.digest }],
  ])('with %s besides is refused', async (_, members) => {
    expect(await forgedWith(members)).toContain('exactly the members');
  });

  it.each(['typ', 'alg', 'kid', 'party', 'role', 'time', 'rendering', 'text'])(
    'without %s is refused',
    async (name) => {
      const header = Object.fromEntries(
        Object.entries(headerOf(legal)).filter(([member]) => member !== name),
      );
      expect(await verdict(forge(legal, header))).toContain('exactly the members');
    },
  );

  it('that names a member twice is refused, whichever counts', async () => {
    const text = JSON.stringify(headerOf(legal));
    for (const twice of [
      text.replace('{', '{"party":"pensions",'),
      text.replace('}', ',"party":"pensions"}'),
      text.replace('}', ',"\\u0061lg":"none"}'),
    ]) {
      expect(await verdict(forge(legal, twice))).toContain('strict JSON');
    }
  });

  it.each(['null', '[]', '"EdDSA"', '1', '', '{', '{}', '{"__proto__":{}}'])(
    '%s is refused',
    async (text) => {
      expect(await verdict(forge(legal, text))).not.toBe('holds');
    },
  );

  it('in another spelling of base64url is refused', async () => {
    const { protected: header, signature } = await signWith(legal);
    for (const spelling of [`${header}=`, `${header}\n`, ` ${header}`, header.replace('e', 'e ')]) {
      expect(await verdict({ protected: spelling, signature })).not.toBe('holds');
    }
    // The signature is over the spelling as sent, so that it fails for the encoding alone.
    const padded = Buffer.from(JSON.stringify(headerOf(legal))).toString('base64');
    const input = Buffer.from(`${padded}.${encode(frozen.text)}`);
    const over = sign(null, input, legal.privateKey).toString('base64url');
    if (padded.endsWith('=')) expect(await verdict({ protected: padded, signature: over })).not.toBe('holds');
  });

  it('with space in its JSON is taken: the signature is over its bytes', async () => {
    expect(await verdict(forge(legal, JSON.stringify(headerOf(legal), undefined, 2)))).toBe('holds');
  });

  it('that is not protected counts for nothing', async () => {
    const signature = await signWith(legal);
    const member = { ...signature, header: { alg: 'none', party: 'pensions', b64: false } };
    expect(await verdict(member as DetachedSignature)).toBe('holds');
    const bare = { header: headerOf(legal), signature: signature.signature };
    expect(await verdict(bare as unknown as DetachedSignature)).not.toBe('holds');
  });

  it.each([undefined, null, 1, {}, []])('of %j instead of a text is refused', async (value) => {
    const signature = await signWith(legal);
    expect(await verdict({ ...signature, protected: value as never })).not.toBe('holds');
    expect(await verdict({ ...signature, signature: value as never })).not.toBe('holds');
  });

  it.each(['dsa+JWS', 'JWT', 'jws', 'application/dsa+jws', 1, null])('typ %j', async (typ) => {
    expect(await forgedWith({ typ })).toContain('typ');
  });

  it.each(['none', 'None', '', 'HS256', 'RS256', 'Ed25519', 'ES384', 'eddsa', null, 1, ['EdDSA']])(
    'alg %j',
    async (alg) => expect(await forgedWith({ alg })).toContain('alg'),
  );

  it('alg none without a signature is refused', async () => {
    const header = encode({ ...headerOf(legal), alg: 'none' });
    expect(await verdict({ protected: header, signature: '' })).not.toBe('holds');
  });

  it('the public key as an HMAC secret is refused', async () => {
    for (const alg of ['HS256', 'EdDSA']) {
      const header = encode({ ...headerOf(legal), alg });
      const mac = createHmac('sha256', Buffer.from(legal.key.jwk.x, 'base64url'))
        .update(`${header}.${encode(frozen.text)}`)
        .digest('base64url');
      expect(await verdict({ protected: header, signature: mac })).not.toBe('holds');
    }
  });

  it('with the algorithm of another key is refused', async () => {
    expect(await forgedWith({ alg: 'ES256' })).toContain('alg does not suit');
    expect(await verdict(forge(pensions, { ...headerOf(pensions), alg: 'EdDSA' }))).toContain(
      'alg does not suit',
    );
  });

  it.each([
    ['kid', 1],
    ['kid', null],
    ['party', ['register-office']],
    ['party', null],
    ['role', {}],
    ['time', 0],
    ['time', null],
    ['text', null],
    ['rendering', 1],
  ])('%s = %j', async (name, value) => expect(await forgedWith({ [name]: value })).not.toBe('holds'));
});

describe('who signs', () => {
  it('a party that the agreement does not name', async () => {
    const stranger = await newSignatory('tax-office', 'legal');
    expect(await verdict(await signWith(stranger))).toContain('does not name');
  });

  it('a role that the party does not have', async () => {
    const clerk = await newSignatory('register-office', 'clerk');
    expect(await verdict(await signWith(clerk))).toContain('does not name');
  });

  it('a role that another party has', async () => {
    const wrong = await newSignatory('pensions', 'information-asset-owner');
    expect(await verdict(await signWith(wrong))).toContain('does not name');
  });

  it('a key of the right agency and the wrong role, under the right role', async () => {
    expect(await verdict(forge(legal, { ...headerOf(legal), role: 'information-asset-owner' }))).toContain(
      'not registered for signing in this role',
    );
  });

  it('a key of another agency in the same role, under its own name or the other', async () => {
    expect(await verdict(forge(pensions, { ...headerOf(pensions), party: 'register-office' }))).toContain(
      'not registered for signing in this role',
    );
    expect(await verdict(forge(pensions, { ...headerOf(legal), kid: pensions.key.kid }))).not.toBe('holds');
  });

  it('one key that signs under the name of another', async () => {
    expect(await verdict(forge(pensions, headerOf(legal)))).toContain('was not made over this text');
    expect(await verdict(forge(owner, headerOf(legal)))).toContain('was not made over this text');
  });

  it('a key for authentication', async () => {
    const system = await newSignatory('register-office', 'legal', { use: 'authentication' });
    expect(await verdict(await signWith(system))).toContain('not registered for signing');
  });

  it('a key that was revoked holds for what was signed before, and for nothing after', async () => {
    const revoked = await newSignatory('register-office', 'legal', { revokedAt: TIME });
    expect(await verdict(await signWith(revoked, { time: '2026-03-10T11:59:59Z' }))).toBe('holds');
    expect(await verdict(await signWith(revoked))).toContain('after its key was revoked');
    expect(await verdict(await signWith(revoked, { time: '2026-03-10T12:00:01Z' }))).toContain('revoked');
  });

  it('a key that somebody else may have had since then holds for nothing since', async () => {
    const stolen = await newSignatory('register-office', 'legal', {
      revokedAt: '2026-03-19T00:00:00Z',
      compromisedSince: '2026-03-05T00:00:00Z',
    });
    expect(await verdict(await signWith(stolen))).toContain('somebody else');
    expect(await verdict(await signWith(stolen, { time: '2026-03-05T00:00:00Z' }))).toContain(
      'somebody else',
    );
    expect(await verdict(await signWith(stolen, { time: '2026-03-04T23:59:59Z' }))).toBe('holds');
  });

  it('a key whose time had run out', async () => {
    const old = await newSignatory('register-office', 'legal', { validUntil: '2026-03-10T11:50:00Z' });
    expect(await verdict(await signWith(old))).toContain('run out');
    expect(await verdict(await signWith(old, { time: '2026-03-10T11:54:00Z' }))).toBe('holds');
  });

  it('a key that nobody registered', async () => {
    const unknown = await newSignatory('register-office', 'legal');
    register.delete(unknown.key.kid);
    expect(await verdict(await signWith(unknown))).toContain('not registered');
  });

  it.each(['', 'constructor', '__proto__'])('the kid %j', async (kid) => {
    expect(await verdict(forge(legal, { ...headerOf(legal), kid }))).toContain('not registered');
  });
});

describe('when it was signed', () => {
  it.each([
    ['now', NOW, 'holds'],
    ['four minutes ahead, by another clock', '2026-03-20T12:04:00Z', 'holds'],
    ['six minutes ahead', '2026-03-20T12:06:00Z', 'future'],
    ['in a hundred years', '2126-03-20T12:00:00Z', 'future'],
    ['as the key became valid', VALID_FROM, 'holds'],
    ['four minutes before, by another clock', '2026-02-28T23:56:00Z', 'holds'],
    ['six minutes before', '2026-02-28T23:54:00Z', 'before its key'],
    ['long before', '1970-01-01T00:00:00Z', 'before its key'],
  ])('%s', async (_, time, expected) => {
    expect(await verdict(await signWith(legal, { time }))).toContain(expected);
  });

  it.each([
    '',
    'today',
    '2026-03-10',
    '2026-03-10 12:00:00Z',
    '2026-03-10T12:00:00',
    '2026-03-10T12:00:00+00:00',
    '2026-03-10T12:00:00+14:00',
    '2026-03-10t12:00:00z',
    '2026-02-30T12:00:00Z',
    '2026-03-10T24:00:00Z',
    '2026-13-10T12:00:00Z',
    '2026-03-10T12:00:00.Z',
    '2026-03-10T12:00:00.1234567890Z',
    ' 2026-03-10T12:00:00Z',
    '2026-03-10T12:00:00Z ',
    '1773144000',
    'Tue, 10 Mar 2026 12:00:00 GMT',
  ])('%j is no time', async (time) => {
    expect(await verdict(await signWith(legal, { time }))).toContain('RFC 3339');
  });
});

describe('what was read', () => {
  it('is the plain English that people are shown', async () => {
    const { text: shown } = renderAgreement(frozen.agreement);
    expect(shown).toContain('What is given, and what is not');
    const header = await verifySignature(frozen, await signWith(legal), findKey, NOW);
    expect(header.text).toBe(digestOfText(shown));
  });

  const readingOf = (text: unknown, rendering: unknown = '1.0'): Promise<string> =>
    verdict(forge(legal, { ...headerOf(legal), text, rendering }));

  it('is the text of this agreement and of no other', async () => {
    const other = freezeAgreement({ ...exampleAgreement(), summary: 'Nobody learns anything.' });
    expect(await readingOf(renderAgreement(frozen.agreement).digest)).toBe('holds');
    expect(await readingOf(renderAgreement(other.agreement).digest)).toContain('the text that was read');
    expect(await readingOf(frozen.digest)).toContain('the text that was read');
    expect(await readingOf('')).toContain('the text that was read');
  });

  it('by a rendering that is not known is refused', async () => {
    const { digest } = renderAgreement(frozen.agreement);
    for (const rendering of ['1.1', '', '1', 'constructor']) {
      expect(await readingOf(digest, rendering)).toContain('rendering');
    }
  });
});
