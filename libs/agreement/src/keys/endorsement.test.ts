import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { beforeAll, describe, expect, it } from 'vitest';
import { endorseKey, traceKeys, verifyEndorsement, type EndorsedKey } from './endorsement.js';
import { thumbprint, toPublicJwk } from './key.js';

const FROM = '2026-01-01T00:00:00.000Z';
const LATER = '2026-02-01T00:00:00Z';
const NOW = '2026-06-01T00:00:00Z';

interface Pair {
  readonly key: EndorsedKey;
  readonly privateKey: KeyObject;
}

async function newPair(agency = 'pensions', role = 'legal', more: Partial<EndorsedKey> = {}): Promise<Pair> {
  const pair = generateKeyPairSync('ed25519');
  const jwk = toPublicJwk(pair.publicKey.export({ format: 'jwk' }));
  const key: EndorsedKey = {
    agency,
    use: 'signing',
    role,
    kid: await thumbprint(jwk),
    jwk,
    validFrom: FROM,
    ...more,
  };
  return { key, privateKey: pair.privateKey };
}

/** The key with another's word for it. */
async function vouchedFor({ key }: Pair, by: Pair, time = LATER): Promise<EndorsedKey> {
  const { role, kid } = by.key;
  const endorsement = await endorseKey(key, { role, kid, time }, by.privateKey.export({ format: 'jwk' }));
  return { ...key, endorsement };
}

const traced = async (keys: readonly EndorsedKey[], ...roots: Pair[]): Promise<string[]> =>
  [...(await traceKeys(keys, new Set(roots.map(({ key }) => key.kid)), NOW))].sort();
const kids = (...pairs: Pair[]): string[] => pairs.map(({ key }) => key.kid).sort();

let first: Pair;
let second: Pair;
let third: Pair;
let stranger: Pair;

beforeAll(async () => {
  [first, second, third, stranger] = await Promise.all([
    newPair(),
    newPair(),
    newPair('pensions', 'information-asset-owner'),
    newPair('tax-office'),
  ]);
});

describe('keys of an agency', () => {
  it('are trusted when they can be traced to the first, in any order', async () => {
    const keys = [first.key, await vouchedFor(second, first), await vouchedFor(third, second)];
    for (const order of [keys, [...keys].reverse()]) {
      expect(await traced(order, first)).toEqual(kids(first, second, third));
    }
  });

  it('are not trusted without anybody’s word', async () => {
    expect(await traced([first.key, second.key], first)).toEqual(kids(first));
  });

  it('do not vouch for themselves, nor for each other in a circle', async () => {
    expect(await traced([first.key, await vouchedFor(second, second)], first)).toEqual(kids(first));
    const circle = [await vouchedFor(second, third), await vouchedFor(third, second)];
    expect(await traced([first.key, ...circle], first)).toEqual(kids(first));
  });

  it('are not vouched for by another agency', async () => {
    const keys = [first.key, stranger.key, await vouchedFor(second, stranger)];
    expect(await traced(keys, first, stranger)).toEqual(kids(first, stranger));
  });

  it('are not trusted by the word of a key that is not traced', async () => {
    expect(await traced([first.key, second.key, await vouchedFor(third, second)], first)).toEqual(
      kids(first),
    );
  });

  it('are trusted under no root at all when none is known', async () => {
    expect(await traced([first.key, await vouchedFor(second, first)])).toEqual([]);
  });
});

describe('an endorsement', () => {
  it.each<[string, Partial<EndorsedKey>]>([
    ['another role', { role: 'clerk' }],
    ['another agency', { agency: 'tax-office' }],
    ['another use', { use: 'authentication' }],
    ['an earlier beginning', { validFrom: '2025-01-01T00:00:00.000Z' }],
    ['a later end', { validUntil: '2036-01-01T00:00:00.000Z' }],
  ])('does not hold for the same key with %s', async (_, change) => {
    const key = await vouchedFor(second, first);
    expect(await traced([first.key, key], first)).toEqual(kids(first, second));
    expect(await traced([first.key, { ...key, ...change }], first)).toEqual(kids(first));
  });

  it('does not hold for another key under the same name', async () => {
    const key = await vouchedFor(second, first);
    expect(await traced([first.key, { ...key, jwk: third.key.jwk }], first)).toEqual(kids(first));
  });

  it('holds if it was made before the key that made it was revoked, and not after', async () => {
    const key = await vouchedFor(second, first);
    const revoked = (revokedAt: string): EndorsedKey => ({ ...first.key, revokedAt });
    expect(await traced([revoked('2026-02-01T00:00:01Z'), key], first)).toEqual(kids(first, second));
    expect(await traced([revoked(LATER), key], first)).toEqual(kids(first));
  });

  it('does not hold if somebody else may have made it', async () => {
    const key = await vouchedFor(second, first);
    const stolen = { ...first.key, revokedAt: NOW, compromisedSince: '2026-01-15T00:00:00Z' };
    expect(await traced([stolen, key], first)).toEqual(kids(first));
  });

  it('is not made by a key that signs in', async () => {
    const door = await newPair('pensions', 'legal', { use: 'authentication' });
    expect(await traced([door.key, await vouchedFor(second, door)], door)).toEqual(kids(door));
  });

  it('says why it does not hold', async () => {
    const { endorsement } = await vouchedFor(second, first);
    const verify = (key: EndorsedKey): Promise<void> =>
      verifyEndorsement(key, endorsement!, (kid) => (kid === first.key.kid ? first.key : undefined), NOW);
    await expect(verify(second.key)).resolves.toBeUndefined();
    await expect(verify(stranger.key)).rejects.toThrow('only for its own keys');
    await expect(verify(third.key)).rejects.toThrow('not made over this text');
  });
});
