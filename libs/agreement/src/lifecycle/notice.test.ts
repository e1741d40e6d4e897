import { describe, expect, it } from 'vitest';
import { BrokerError, type Finding } from '@concordat/problem';
import { digestOfText, type Json, type JsonObject } from '@concordat/record';
import { freezeNotice, noticeSchema, readFrozenNotice } from './notice.js';

const DIGEST = `sha256:${'1'.repeat(64)}`;

const noticeOf = (part: JsonObject): JsonObject => ({
  notice: '1.0',
  agreement: { id: 'death-notification', version: 1, digest: DIGEST },
  party: 'pensions',
  role: 'legal',
  time: '2026-05-01T09:00:00Z',
  because: 'Records were sent to the wrong office',
  ...part,
});

const KINDS: Record<string, JsonObject> = {
  suspend: noticeOf({ kind: 'suspend' }),
  resume: noticeOf({ kind: 'resume', lifts: [DIGEST] }),
  terminate: noticeOf({ kind: 'terminate', effective: '2026-06-01T09:00:00Z' }),
  reject: noticeOf({ kind: 'reject' }),
  review: noticeOf({ kind: 'review', reviewBy: '2028-04-01' }),
};

function findings(value: JsonObject): readonly Finding[] | 'taken' {
  try {
    freezeNotice(value);
    return 'taken';
  } catch (error) {
    if (error instanceof BrokerError && error.code === 'notice-invalid') return error.findings;
    throw error;
  }
}

describe.each(Object.entries(KINDS))('a notice to %s', (kind, notice) => {
  it('is taken, as canonical text with its digest, and read again from no other spelling', () => {
    const frozen = freezeNotice(notice);
    expect(frozen.notice).toEqual(notice);
    expect(frozen.digest).toBe(digestOfText(frozen.text));
    expect(readFrozenNotice(frozen.text)).toEqual(frozen);
    for (const other of [
      JSON.stringify(notice, null, 1),
      `${frozen.text}\n`,
      frozen.text.replace('"kind"', '"\\u006bind"'),
    ])
      expect(() => readFrozenNotice(other)).toThrow(/canonical/u);
    expect(() => readFrozenNotice(frozen.text.replace('{', '{"kind":"reject",'))).toThrow(BrokerError);
  });

  it.each(Object.keys(notice))('without %s is refused', (name) => {
    const { [name]: _, ...rest } = notice;
    expect(findings(rest)).not.toBe('taken');
  });

  it('with a member that it does not know is refused', () => {
    expect(findings({ ...notice, extra: true })).not.toBe('taken');
    const agreement = { ...(notice['agreement'] as JsonObject), extra: true };
    expect(findings({ ...notice, agreement })).not.toBe('taken');
  });

  it('has no member of another kind', () => {
    for (const [name, value] of [
      ['lifts', [DIGEST]],
      ['effective', '2026-06-01T09:00:00Z'],
      ['reviewBy', '2028-04-01'],
    ] as const)
      if (!(name in notice)) expect(findings({ ...notice, [name]: value as Json }), kind).not.toBe('taken');
  });
});

it.each<[string, JsonObject]>([
  ['another version of the format', { ...KINDS['suspend'], notice: '1.1' }],
  ['another kind', { ...KINDS['suspend'], kind: 'pause' }],
  ['no reason', { ...KINDS['suspend'], because: '' }],
  ['a time in another zone', { ...KINDS['suspend'], time: '2026-05-01T10:00:00+01:00' }],
  ['a day that does not exist', { ...KINDS['suspend'], time: '2026-02-30T09:00:00Z' }],
  ['a leap second', { ...KINDS['suspend'], time: '2026-12-31T23:59:60Z' }],
  ['no suspension to lift', { ...KINDS['resume'], lifts: [] }],
  ['a suspension twice', { ...KINDS['resume'], lifts: [DIGEST, DIGEST] }],
  ['a digest in capitals', { ...KINDS['resume'], lifts: [`sha256:${'A'.repeat(64)}`] }],
  ['an end before the notice', { ...KINDS['terminate'], effective: '2026-05-01T08:59:59Z' }],
  ['an end on no day', { ...KINDS['terminate'], effective: '2026-06-31T09:00:00Z' }],
  ['a review on no day', { ...KINDS['review'], reviewBy: '2028-02-30' }],
  [
    'a version that is no number',
    { ...KINDS['suspend'], agreement: { id: 'a', version: '1', digest: DIGEST } },
  ],
])('%s is refused', (_, value) => expect(findings(value)).not.toBe('taken'));

it('is no notice: a list, a text, nothing', () => {
  for (const text of ['[]', '"suspend"', 'null', '1', ''])
    expect(() => readFrozenNotice(text)).toThrow(BrokerError);
});

it('the schema has a sentence for every member', () => {
  const silent: string[] = [];
  const visit = (schema: JsonObject, at: string): void => {
    for (const [name, member] of Object.entries((schema['properties'] ?? {}) as JsonObject)) {
      const place = `${at}/${name}`;
      const sentence = (member as JsonObject)['description'];
      if (typeof sentence !== 'string' || !sentence.endsWith('.')) silent.push(place);
      visit(member as JsonObject, place);
    }
  };
  visit(noticeSchema, '');
  expect(silent).toEqual([]);
});
