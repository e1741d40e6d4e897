import { createHmac } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, exportSPKI, generateKeyPair, SignJWT, type JWTPayload } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { BrokerError } from '@concordat/problem';
import { API_AUDIENCE } from './roles.js';
import { tokenVerifier, type Caller, type VerifyToken } from './verify-token.js';

const ISSUER = 'https://issuer.example';
type Pair = Awaited<ReturnType<typeof generateKeyPair>>;

let server: Server;
let base: string;
let ed: Pair;
let ec: Pair;
let rsa: Pair;
let verify: VerifyToken;

beforeAll(async () => {
  ed = await generateKeyPair('EdDSA', { extractable: true });
  ec = await generateKeyPair('ES256', { extractable: true });
  rsa = await generateKeyPair('RS256', { extractable: true });
  const keys = await Promise.all(
    Object.entries({ ed, ec, rsa }).map(async ([kid, { publicKey }]) => ({
      ...(await exportJWK(publicKey)),
      kid,
    })),
  );
  const answers: Record<string, string> = {
    '/jwks': JSON.stringify({ keys }),
    '/empty': '{"keys":[]}',
    '/wrong': '{"keys":5}',
    '/html': '<html>',
  };
  server = createServer((request, response) => {
    const answer = answers[request.url ?? ''];
    response.statusCode = answer === undefined ? 503 : 200;
    response.end(answer ?? '');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  verify = tokenVerifier(ISSUER, `${base}/jwks`);
});
afterAll(() => server.close());

const CLAIMS: JWTPayload = {
  iss: ISSUER,
  aud: API_AUDIENCE,
  agency: 'pensions',
  role: 'system',
  client_id: 'pensions.system',
  scope: 'events:publish deliveries:receive',
};

const now = (): number => Math.floor(Date.now() / 1000);

function token(changes: object = {}, header: Record<string, unknown> = {}, key: Pair = ed): Promise<string> {
  const claims = { ...CLAIMS, iat: now(), exp: now() + 60, ...changes };
  return new SignJWT(claims)
    .setProtectedHeader({
      typ: 'at+jwt',
      kid: 'ed',
      ...header,
      alg: (header['alg'] as string | undefined) ?? 'EdDSA',
    })
    .sign(key.privateKey);
}

const codeOf = async (authorization: string | undefined, by = verify): Promise<string | Caller> => {
  try {
    return await by(authorization);
  } catch (error) {
    if (error instanceof BrokerError) return error.code;
    throw error;
  }
};
const bearer = async (...of: Parameters<typeof token>): Promise<string | Caller> =>
  codeOf(`Bearer ${await token(...of)}`);

describe('a token that is taken', () => {
  it.each([
    ['EdDSA', 'ed'],
    ['ES256', 'ec'],
  ])('by %s says who calls', async (alg, kid) => {
    expect(await bearer({}, { alg, kid }, kid === 'ed' ? ed : ec)).toEqual({
      agency: 'pensions',
      role: 'system',
      clientId: 'pensions.system',
      scopes: new Set(['events:publish', 'deliveries:receive']),
    });
  });

  it('may be for several audiences, and say its type in full', async () => {
    expect(await bearer({ aud: ['other', API_AUDIENCE] })).toBeTypeOf('object');
    expect(await bearer({}, { typ: 'application/at+jwt' })).toBeTypeOf('object');
  });

  it('allows no more than its role may, whatever its issuer says', async () => {
    const caller = await bearer({ scope: 'events:publish audit:read agencies:write' });
    expect(caller).toMatchObject({ scopes: new Set(['events:publish']) });
  });

  it('without scopes allows nothing', async () => {
    expect(await bearer({ scope: undefined })).toMatchObject({ scopes: new Set() });
    expect(await bearer({ scope: ['events:publish'] })).toMatchObject({ scopes: new Set() });
  });
});

describe('a token that is refused', () => {
  it.each<[string, object]>([
    ['for another audience', { aud: 'urn:other' }],
    ['for an audience that begins alike', { aud: `${API_AUDIENCE}:more` }],
    ['for none', { aud: undefined }],
    ['of another issuer', { iss: 'https://attacker.example' }],
    ['of an issuer with a slash more', { iss: `${ISSUER}/` }],
    ['of none', { iss: undefined }],
    ['without an end', { exp: undefined }],
    ['without a beginning', { iat: undefined }],
    ['that is not yet valid', { nbf: now() + 600 }],
    ['without a client', { client_id: undefined }],
    ['without an agency', { agency: undefined }],
    ['without a role', { role: undefined }],
    ['with an unknown role', { role: 'admin' }],
    ['with a role of every object', { role: 'constructor' }],
    ['with two agencies', { agency: ['pensions', 'council'] }],
    ['with a client that is no text', { client_id: 1 }],
    ['with the client of another agency', { client_id: 'council.system' }],
    ['that is bound to a key, of which nobody asks a proof', { cnf: { jkt: 'x' } }],
  ])('%s', async (_, changes) => expect(await bearer(changes)).toBe('invalid-token'));

  it('that has expired, by its own code', async () => {
    expect(await bearer({ exp: now() - 1 })).toBe('expired-token');
  });

  it.each(['JWT', 'id+jwt', 'dsa+jws', undefined])('of type %j', async (typ) => {
    expect(await bearer({}, { typ })).toBe('invalid-token');
  });

  it('by a key that the issuer does not have', async () => {
    const stranger = await generateKeyPair('EdDSA');
    expect(await bearer({}, {}, stranger)).toBe('invalid-token');
    expect(await bearer({}, { kid: 'unknown' }, stranger)).toBe('invalid-token');
    expect(await codeOf(`Bearer ${await token()}`, tokenVerifier(ISSUER, `${base}/empty`))).toBe(
      'invalid-token',
    );
  });

  it('by a key that it brings along', async () => {
    const stranger = await generateKeyPair('EdDSA', { extractable: true });
    const jwk = await exportJWK(stranger.publicKey);
    expect(await bearer({}, { kid: 'x', jwk, jku: `${base}/empty` }, stranger)).toBe('invalid-token');
  });

  it('by RSA, though the issuer has such a key', async () => {
    expect(await bearer({}, { alg: 'RS256', kid: 'rsa' }, rsa)).toBe('invalid-token');
  });

  it('with no signature, or with the public key as a secret', async () => {
    const [, payload] = (await token()).split('.');
    const encode = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
    const none = `${encode({ typ: 'at+jwt', alg: 'none' })}.${payload}.`;
    expect(await codeOf(`Bearer ${none}`)).toBe('invalid-token');
    for (const kid of ['ed', 'ec', 'rsa']) {
      const input = `${encode({ typ: 'at+jwt', alg: 'HS256', kid })}.${payload}`;
      const secret = await exportSPKI({ ed, ec, rsa }[kid]!.publicKey);
      const mac = createHmac('sha256', secret).update(input).digest('base64url');
      expect(await codeOf(`Bearer ${input}.${mac}`)).toBe('invalid-token');
    }
  });

  it('with another payload under the same signature', async () => {
    const [header, , signature] = (await token()).split('.');
    const [, other] = (await token({ agency: 'council' })).split('.');
    expect(await codeOf(`Bearer ${header}.${other}.${signature}`)).toBe('invalid-token');
  });

  it.each(['x', 'a.b', 'a.b.c', 'a.b.c.d', '..'])('that is none: %s', async (text) => {
    expect(await codeOf(`Bearer ${text}`)).toBe('invalid-token');
  });
});

describe('no token', () => {
  it.each([undefined, '', 'Bearer', 'Bearer ', 'Basic cGVuc2lvbnM6eA==', 'x'])(
    'in %j',
    async (authorization) => {
      expect(await codeOf(authorization)).toBe('no-token');
    },
  );

  it('in two, or in a token behind two spaces', async () => {
    const one = await token();
    expect(await codeOf(`Bearer ${one} ${one}`)).toBe('no-token');
    expect(await codeOf(`Bearer  ${one}`)).toBe('no-token');
    expect(await codeOf(`bearer ${one}`)).toBeTypeOf('object');
  });
});

it.each(['/down', '/wrong', '/html'])(
  'an issuer whose keys cannot be read (%s) is no fault of the token',
  async (path) => {
    expect(await codeOf(`Bearer ${await token()}`, tokenVerifier(ISSUER, `${base}${path}`))).toBe(
      'unavailable',
    );
  },
);

it('nor is one that is not there', async () => {
  expect(await codeOf(`Bearer ${await token()}`, tokenVerifier(ISSUER, 'http://127.0.0.1:1/jwks'))).toBe(
    'unavailable',
  );
});
