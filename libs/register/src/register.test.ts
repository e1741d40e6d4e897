import { describe, expect, it } from 'vitest';
import { BrokerError } from '@concordat/problem';
import { decodeRegisterRecord, encodeRegisterRecord, registerKey, type RegisterRecord } from './records.js';
import { ownsSource, Register } from './register.js';

const agency = {
  kind: 'agency',
  id: 'pensions',
  name: 'Pensions',
  sources: ['urn:a'],
  oversight: false,
} as const;
const key = {
  kind: 'key',
  agency: 'pensions',
  use: 'authentication',
  role: 'system',
  kid: 'kid-1',
  jwk: { kty: 'OKP', crv: 'Ed25519', x: 'x' },
  validFrom: '2026-03-01T00:00:00Z',
} as const;
const schema = {
  kind: 'schema',
  type: 't',
  digest: 'sha256:1',
  owner: 'pensions',
  schema: { type: 'object' },
} as const;
const agreement = { kind: 'agreement', id: 'deaths', version: 1, text: '{}', signatures: [] } as const;
const records: RegisterRecord[] = [
  agency,
  key,
  schema,
  agreement,
  { kind: 'heartbeat', at: '2026-03-01T00:00:00Z' },
];

const folded = (...list: RegisterRecord[]): Register => {
  const register = new Register();
  for (const record of list) register.apply(record);
  return register;
};

describe('a record', () => {
  it.each(records)('of kind $kind comes back from its bytes', (record) => {
    expect(decodeRegisterRecord(encodeRegisterRecord(record).value)).toEqual(record);
  });

  it('has a key of its own for each thing that it is about', () => {
    const more: RegisterRecord[] = [
      { ...agency, id: 'council' },
      { ...key, kid: 'kid-2' },
      { ...schema, digest: 'sha256:2' },
      { ...schema, type: 'u' },
      { ...agreement, version: 2 },
      { ...agreement, id: 'births' },
    ];
    expect(new Set([...records, ...more].map(registerKey)).size).toBe(records.length + more.length);
    expect(registerKey({ ...key, revokedAt: '2026-04-01T00:00:00Z' })).toBe(registerKey(key));
  });

  it.each(['{"kind":"key","kind":"agency"}', '{"a":1e400}', 'x', ''])('%j is none', (text) => {
    expect(() => decodeRegisterRecord(Buffer.from(text))).toThrow(BrokerError);
  });
});

describe('the fold', () => {
  it('starts empty', () => {
    const register = folded();
    expect(register.agency('pensions')).toBeUndefined();
    expect(register.key('constructor')).toBeUndefined();
    expect(register.agreements()).toEqual([]);
  });

  it('keeps what it was told last of each thing, and is the same when told again', () => {
    const renamed = { ...agency, name: 'Pensions Service' };
    const once = folded(...records, renamed);
    expect(once.agency('pensions')?.name).toBe('Pensions Service');
    expect(folded(...records, renamed, ...records, renamed)).toEqual(once);
  });

  it('gives a key by its name, and says that it is revoked', () => {
    const revoked = { ...key, revokedAt: '2026-04-01T00:00:00Z' };
    expect(folded(key, revoked).key('kid-1')?.revokedAt).toBe('2026-04-01T00:00:00Z');
  });

  it('never takes a revocation back', () => {
    const revoked = { ...key, revokedAt: '2026-04-01T00:00:00Z' };
    expect(folded(revoked, key).key('kid-1')?.revokedAt).toBe('2026-04-01T00:00:00Z');
  });

  it('gives for authentication only keys of that agency, role and use that are not revoked', () => {
    const register = folded(
      key,
      { ...key, kid: 'other-agency', agency: 'council' },
      { ...key, kid: 'other-role', role: 'legal' },
      { ...key, kid: 'signing', use: 'signing' },
      { ...key, kid: 'revoked', revokedAt: '2026-04-01T00:00:00Z' },
      { ...key, kid: 'second' },
    );
    expect(register.authenticationKeys('pensions', 'system').map(({ kid }) => kid)).toEqual([
      'kid-1',
      'second',
    ]);
  });

  it('keeps every schema by its digest, and the one registered last by its type', () => {
    const newer = { ...schema, digest: 'sha256:2' } as const;
    const register = folded(schema, newer);
    expect(register.schema('t', 'sha256:1')).toEqual(schema);
    expect(register.schema('u', 'sha256:1')).toBeUndefined();
    expect(register.newestSchema('t')).toEqual(newer);
    expect(register.newestSchema('u')).toBeUndefined();
  });

  it('keeps every version of an agreement, with the signatures that it was told last', () => {
    const signed = { ...agreement, signatures: [{ protected: 'a', signature: 'b' }] };
    const register = folded(agreement, { ...agreement, version: 2 }, signed);
    expect(register.agreements().map(({ version, signatures }) => [version, signatures.length])).toEqual([
      [1, 1],
      [2, 0],
    ]);
  });
});

describe('a source', () => {
  const owner = { ...agency, sources: ['urn:a', 'https://a.example/deaths'] };

  it.each(['urn:a', 'urn:a:b', 'urn:a/b', 'https://a.example/deaths', 'https://a.example/deaths/north'])(
    '%s is the agency’s own',
    (source) => expect(ownsSource(owner, source)).toBe(true),
  );

  it.each([
    '',
    'urn',
    'urn:',
    'urn:ab',
    'urn:a-b',
    'urn:a.b',
    'urn:a?b',
    'urn:a#b',
    'urn:A',
    ' urn:a',
    'urn:b:urn:a',
    'https://a.example',
    'https://a.example/deaths2',
    'https://a.example.attacker.example/deaths',
  ])('%j is not', (source) => expect(ownsSource(owner, source)).toBe(false));

  it('belongs to nobody when the agency has none', () => {
    expect(ownsSource({ ...agency, sources: [] }, 'urn:a')).toBe(false);
  });
});
