import { describe, expect, it } from 'vitest';
import { BrokerError } from '@concordat/problem';
import { digestOf, type Digest } from '@concordat/record';
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
const D3: Digest = `sha256:${'3'.repeat(64)}`;
const D4: Digest = `sha256:${'4'.repeat(64)}`;
const content = { type: 'object' } as const;
const schema = {
  kind: 'schema',
  type: 't',
  digest: digestOf(content),
  owner: 'pensions',
  schema: content,
} as const;
const agreement = { kind: 'agreement', id: 'deaths', version: 1, text: '{}', signatures: [] } as const;
const notice = {
  kind: 'notice',
  id: 'deaths',
  digest: D3,
  text: '{}',
  signature: { protected: 'a', signature: 'b' },
} as const;
const enforced = {
  kind: 'enforced',
  id: 'deaths',
  version: 1,
  digest: D3,
  state: 'active',
  notices: [D3],
  at: '2026-03-01T00:00:00Z',
  enforcer: 'one',
} as const;
const records: RegisterRecord[] = [
  agency,
  key,
  schema,
  agreement,
  notice,
  enforced,
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
      { ...schema, digest: D4 },
      { ...schema, type: 'u' },
      { ...agreement, version: 2 },
      { ...agreement, id: 'births' },
      { ...notice, digest: D4 },
      { ...notice, id: 'births' },
      { ...enforced, id: 'births' },
    ];
    expect(new Set([...records, ...more].map(registerKey)).size).toBe(records.length + more.length);
  });

  it('displaces nothing that must not be forgotten, whatever it says about the same thing', () => {
    for (const [before, after] of [
      [key, { ...key, revokedAt: '2026-04-01T00:00:00Z' }],
      [key, { ...key, endorsement: { protected: 'a', signature: 'b' } }],
      [schema, { ...schema, schema: { type: 'array' } }],
      [agreement, { ...agreement, signatures: [] as const, text: '[]' }],
      [notice, { ...notice, text: 'x' }],
    ] as const) {
      expect(registerKey(after)).not.toBe(registerKey(before));
      expect(registerKey({ ...before })).toBe(registerKey(before));
    }
    expect(registerKey({ ...enforced, state: 'suspended' })).toBe(registerKey(enforced));
  });

  it.each(['{"kind":"key","kind":"agency"}', '{"a":1e400}', 'x', ''])('%j is none', (text) => {
    expect(() => decodeRegisterRecord(Buffer.from(text))).toThrow(BrokerError);
  });

  it.each<[string, unknown]>([
    ['null', null],
    ['a number', 7],
    ['a list', [key]],
    ['of no kind', { ...key, kind: undefined }],
    ['of an unknown kind', { kind: 'x' }],
    ['of a kind of every object', { kind: 'constructor' }],
    ['a key without a beginning', { ...key, validFrom: undefined }],
    ['a key revoked never', { ...key, revokedAt: 'never', compromisedSince: 'never' }],
    ['a key revoked in a leap second', { ...key, revokedAt: '2016-12-31T23:59:60Z' }],
    ['a key vouched for by a number', { ...key, endorsement: 5 }],
    ['a schema that is null', { ...schema, schema: null }],
    ['an agreement with a text that is none', { ...agreement, text: 1 }],
    ['an agreement with a signature that is none', { ...agreement, signatures: [1] }],
    ['a heartbeat at no time', { kind: 'heartbeat', at: 'now' }],
  ])('%s is none', (_, value) => {
    expect(() => decodeRegisterRecord(Buffer.from(JSON.stringify(value)))).toThrow(/form/u);
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

  it('lets the end of a key come nearer, and never further away, in whatever order it is told', () => {
    const news: Partial<typeof key & Record<'revokedAt' | 'compromisedSince', string>>[] = [
      { revokedAt: '2026-06-01T00:00:00Z' },
      { revokedAt: '2026-05-01T00:00:00Z', compromisedSince: '2026-04-01T00:00:00Z' },
      { compromisedSince: '2026-04-15T00:00:00Z' },
    ];
    for (const order of [news, [...news].reverse()]) {
      const register = folded(key, ...order.map((change) => ({ ...key, ...change })), key);
      expect(register.key('kid-1')).toMatchObject({
        revokedAt: '2026-05-01T00:00:00Z',
        compromisedSince: '2026-04-01T00:00:00Z',
      });
    }
  });

  it.each<[string, Partial<Extract<RegisterRecord, { kind: 'key' }>>]>([
    ['another agency’s', { agency: 'council' }],
    ['for another role', { role: 'legal' }],
    ['for another use', { use: 'signing' }],
    ['another point', { jwk: { kty: 'OKP', crv: 'Ed25519', x: 'y' } }],
    ['valid from an earlier day on', { validFrom: '2020-01-01T00:00:00Z' }],
    ['running out, though it did not', { validUntil: '2027-01-01T00:00:00Z' }],
    ['vouched for by another, though it stood alone', { endorsement: { protected: 'a', signature: 'b' } }],
  ])('leaves out a record that says that a key is %s, and tells of it', (_, change) => {
    const refused: unknown[] = [];
    const register = new Register((what) => refused.push(what));
    register.apply(key);
    register.apply({ ...key, ...change });
    expect(register.key('kid-1')).toEqual(expect.objectContaining({ agency: 'pensions', role: 'system' }));
    expect(register.key('kid-1')?.validFrom).toBe(key.validFrom);
    expect(refused).toEqual([{ record: 'key', name: 'kid-1', why: expect.any(String) }]);
  });

  it('leaves out a schema under the digest of another', () => {
    const refused: unknown[] = [];
    const register = new Register((what) => refused.push(what));
    register.apply({ ...schema, schema: { type: 'object', title: 'looser' } });
    expect(register.schema('t', schema.digest)).toBeUndefined();
    register.apply(schema);
    register.apply({ ...schema, schema: { type: 'object', title: 'looser' } });
    expect(register.schema('t', schema.digest)).toEqual(schema);
    expect(refused).toHaveLength(2);
  });

  it('gives for authentication only keys of that agency, role and use that are not revoked', () => {
    const register = folded(
      key,
      { ...key, kid: 'other-agency', agency: 'council' },
      { ...key, kid: 'other-role', role: 'legal' },
      { ...key, kid: 'signing', use: 'signing' },
      { ...key, kid: 'revoked', revokedAt: '2026-04-01T00:00:00Z' },
      { ...key, kid: 'stolen', compromisedSince: '2026-04-01T00:00:00Z' },
      { ...key, kid: 'second' },
    );
    expect(register.authenticationKeys('pensions', 'system').map(({ kid }) => kid)).toEqual([
      'kid-1',
      'second',
    ]);
  });

  it('keeps every schema by its digest, and the one registered last by its type', () => {
    const more = { type: 'object', title: 'more' };
    const newer = { ...schema, digest: digestOf(more), schema: more } as const;
    const register = folded(schema, newer);
    expect(register.schema('t', schema.digest)).toEqual(schema);
    expect(register.schema('u', schema.digest)).toBeUndefined();
    expect(register.newestSchema('t')).toEqual(newer);
    expect(register.newestSchema('u')).toBeUndefined();
  });

  it('keeps every version of an agreement, with every signature that it was ever told', () => {
    const [one, two] = ['b', 'c'].map((signature) => ({ protected: 'a', signature }));
    const register = folded(
      agreement,
      { ...agreement, version: 2 },
      { ...agreement, signatures: [one!] },
      { ...agreement, signatures: [two!, one!] },
      agreement,
      { ...agreement, id: 'births' },
    );
    expect(register.versions('deaths')).toEqual([
      { id: 'deaths', version: 1, text: '{}', signatures: [one, two] },
      { id: 'deaths', version: 2, text: '{}', signatures: [] },
    ]);
    expect(register.agreementIds()).toEqual(['deaths', 'births']);
    expect(register.agreements()).toHaveLength(3);
  });

  it('leaves out other words for a version that it knows, and tells of it', () => {
    const refused: unknown[] = [];
    const register = new Register((what) => refused.push(what));
    register.apply(agreement);
    register.apply({ ...agreement, text: '{"changed":true}' });
    expect(register.versions('deaths')[0]?.text).toBe('{}');
    expect(refused).toEqual([{ record: 'agreement', name: 'deaths/1', why: expect.any(String) }]);
  });

  it('keeps every notice, and lets no other signature take the place of the first', () => {
    const other = { ...notice, signature: { protected: 'x', signature: 'y' } };
    const register = folded(notice, other, notice);
    expect(register.notices('deaths')).toEqual([
      { text: '{}', signature: notice.signature },
      { text: '{}', signature: other.signature },
    ]);
    expect(register.notices('births')).toEqual([]);
  });

  it.each([
    ['a notice without a signature', { ...notice, signature: undefined }],
    ['a notice with half of one', { ...notice, signature: { protected: 'a' } }],
    ['a notice without a text', { ...notice, text: 1 }],
    ['an agreement whose signatures are no list', { ...agreement, signatures: {} }],
    ['an agreement with half of a signature', { ...agreement, signatures: [{ signature: 'b' }] }],
  ])('leaves out %s, and tells of it', (_, record) => {
    const refused: unknown[] = [];
    const register = new Register((what) => refused.push(what));
    register.apply(record as unknown as RegisterRecord);
    expect([register.notices('deaths'), register.versions('deaths')]).toEqual([[], []]);
    expect(refused).toHaveLength(1);
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
