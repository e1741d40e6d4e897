import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { BrokerError } from '@concordat/problem';
import { algorithmOf, thumbprint, toPublicJwk } from './key.js';

type Jwk = Record<string, unknown>;

const publicJwk = (key: { publicKey: { export(options: { format: 'jwk' }): object } }): Jwk => ({
  ...key.publicKey.export({ format: 'jwk' }),
});
const ed25519 = publicJwk(generateKeyPairSync('ed25519'));
const p256 = publicJwk(generateKeyPairSync('ec', { namedCurve: 'P-256' }));

const code = (value: unknown): string => {
  try {
    toPublicJwk(value);
  } catch (error) {
    if (error instanceof BrokerError) return error.code;
    throw error;
  }
  return 'taken';
};

const base64url = (hex: string): string => Buffer.from(hex, 'hex').toString('base64url');

describe('a public key', () => {
  it.each(['ed25519', 'ec'] as const)('of kind %s is taken, member by member', (kind) => {
    for (let round = 0; round < 50; round += 1) {
      const pair =
        kind === 'ec' ? generateKeyPairSync('ec', { namedCurve: 'P-256' }) : generateKeyPairSync('ed25519');
      expect(toPublicJwk(publicJwk(pair))).toEqual(publicJwk(pair));
    }
  });

  it('is used with one algorithm', () => {
    expect(algorithmOf(toPublicJwk(ed25519))).toBe('EdDSA');
    expect(algorithmOf(toPublicJwk(p256))).toBe('ES256');
  });

  it('is named by its thumbprint (RFC 8037, appendix A.3)', async () => {
    const jwk = toPublicJwk({ kty: 'OKP', crv: 'Ed25519', x: '11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo' });
    expect(await thumbprint(jwk)).toBe('kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k');
  });
});

describe('a key that is refused', () => {
  it.each<[string, unknown]>([
    ['nothing', null],
    ['a text', 'key'],
    ['a list', [ed25519]],
    ['an empty object', {}],
    ['a private Ed25519 key', { ...generateKeyPairSync('ed25519').privateKey.export({ format: 'jwk' }) }],
    [
      'a private P-256 key',
      { ...generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({ format: 'jwk' }) },
    ],
    ['a private member that is empty', { ...ed25519, d: '' }],
    ['a symmetric key', { kty: 'oct', k: 'c2VjcmV0' }],
    ['an RSA key', publicJwk(generateKeyPairSync('rsa', { modulusLength: 2048 }))],
    ['an X25519 key', publicJwk(generateKeyPairSync('x25519'))],
    ['an Ed448 key', publicJwk(generateKeyPairSync('ed448'))],
    ['a P-384 key', publicJwk(generateKeyPairSync('ec', { namedCurve: 'P-384' }))],
    ['a secp256k1 key', publicJwk(generateKeyPairSync('ec', { namedCurve: 'secp256k1' }))],
    ['a key type that does not suit the curve', { ...p256, kty: 'OKP' }],
    ['a curve that does not suit the key type', { ...ed25519, crv: 'P-256' }],
    ['a curve in other letters', { ...ed25519, crv: 'ed25519' }],
    ['a kid of its own', { ...ed25519, kid: 'mine' }],
    ['an alg of its own', { ...ed25519, alg: 'none' }],
    ['a use', { ...ed25519, use: 'sig' }],
    ['a certificate', { ...p256, x5c: [] }],
    ['no x', { kty: 'OKP', crv: 'Ed25519' }],
    ['no y', { kty: 'EC', crv: 'P-256', x: p256['x'] }],
    ['a y on Ed25519', { ...ed25519, y: ed25519['x'] }],
    ['a number for x', { ...ed25519, x: 1 }],
    ['31 bytes', { ...ed25519, x: base64url('01'.repeat(31)) }],
    ['33 bytes', { ...ed25519, x: base64url('01'.repeat(33)) }],
    ['padding', { ...ed25519, x: `${ed25519['x'] as string}=` }],
    ['a line end', { ...ed25519, x: `${ed25519['x'] as string}\n` }],
    ['base64 of the other alphabet', { ...ed25519, x: `+/${(ed25519['x'] as string).slice(2)}` }],
    ['bits left over', { ...ed25519, x: `${'A'.repeat(42)}B` }],
  ])('%s', (_, value) => expect(code(value)).toBe('key-invalid'));
});

describe('points of P-256 that are refused', () => {
  const zero = base64url('00'.repeat(32));
  const p = base64url('ffffffff00000001000000000000000000000000ffffffffffffffffffffffff');

  it.each<[string, Jwk]>([
    [
      'x and y of two keys',
      { ...p256, y: publicJwk(generateKeyPairSync('ec', { namedCurve: 'P-256' }))['y'] },
    ],
    ['x and y exchanged', { ...p256, x: p256['y'], y: p256['x'] }],
    ['zero', { ...p256, x: zero, y: zero }],
    ['a coordinate as large as the field', { ...p256, x: p }],
    ['a point of a curve with another constant', { ...p256, x: base64url(`${'00'.repeat(31)}01`), y: zero }],
  ])('%s', (_, value) => expect(code(value)).toBe('key-invalid'));
});

describe('points of Ed25519 that are refused', () => {
  /** Every encoding that libraries take for one of the eight points of small order. */
  const SMALL_ORDER = [
    '0100000000000000000000000000000000000000000000000000000000000000',
    '0000000000000000000000000000000000000000000000000000000000000000',
    '26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05',
    'c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a',
    'ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
    'edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
    'eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
  ];
  const withSign = (hex: string): string => {
    const bytes = Buffer.from(hex, 'hex');
    bytes[31] = (bytes[31] ?? 0) | 0x80;
    return bytes.toString('hex');
  };
  const jwkOf = (hex: string): Jwk => ({ kty: 'OKP', crv: 'Ed25519', x: base64url(hex) });

  it.each(SMALL_ORDER)('of small order: %s, with either sign', (hex) => {
    expect(code(jwkOf(hex))).toBe('key-invalid');
    expect(code(jwkOf(withSign(hex)))).toBe('key-invalid');
  });

  it('beside the curve: about half of all bytes', () => {
    const taken = Array.from({ length: 256 }, (_, index) =>
      code(jwkOf(`02${index.toString(16).padStart(2, '0')}${'11'.repeat(30)}`)),
    ).filter((result) => result === 'taken').length;
    expect(taken).toBeGreaterThan(90);
    expect(taken).toBeLessThan(166);
  });

  it('in an encoding that is not the only one', () => {
    // y = 3 is on the curve; p + 3 is the same y again.
    expect(code(jwkOf(`03${'00'.repeat(31)}`))).toBe('taken');
    expect(code(jwkOf(`f0${'ff'.repeat(30)}7f`))).toBe('key-invalid');
  });
});
