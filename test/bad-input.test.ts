import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { BrokerClient, newKeyPair, type KeyPair } from '@concordat/cli';
import type { CloudEvent } from '@concordat/record';
import { deathRegistrations } from '@concordat/sample';
import { whatIsKept } from './support/database.js';
import { CANARY, expectProblem, expectProblemDocument, type SeenProblem } from './support/problem.js';
import { batchPost, eventPost, send, sendBytes, type RawRequest } from './support/raw.js';
import { startStandalone, type Standalone } from './support/standalone.js';
import {
  accessToken,
  clientAssertion,
  forgeToken,
  requestToken,
  tokenClaims,
  unsignedToken,
} from './support/tokens.js';
import { until } from './support/wait.js';

let broker: Standalone;
/** Access tokens of the sample's clients. */
let tokens: Readonly<Record<Client, string>>;
let stranger: KeyPair;

/** The sample's clients that act here, and what they ask for. */
const SCOPES = {
  'register-office.system': 'events:publish schemas:write',
  'register-office.legal': 'agreements:write keys:write',
  'register-office.officer': 'audit:read',
  'pensions.system': 'events:publish deliveries:receive schemas:write',
  'pensions.legal': 'agreements:write keys:write keys:revoke templates:write',
  'concordat.operator': 'agencies:write keys:write',
} as const;
type Client = keyof typeof SCOPES;

beforeAll(async () => {
  broker = await startStandalone({ sample: true, env: { LOG_LEVEL: 'trace' } });
  const all = Object.entries(SCOPES).map(async ([client, scope]) => [
    client,
    await accessToken(broker.credentials(client), scope),
  ]);
  tokens = Object.fromEntries(await Promise.all(all)) as Record<Client, string>;
  stranger = await newKeyPair('ES256');
});
afterAll(async () => {
  await broker?.stop();
});

/** Events that nobody has sent yet, each different from all the others. */
const fresh = deathRegistrations({ seed: 20_261, count: 400 }).filter(
  (event, at, all) => all.findIndex(({ id }) => id === event.id) === at,
);
const nextEvent = (): CloudEvent => fresh.shift()!;
const marked = (event: CloudEvent): CloudEvent => ({
  ...event,
  data: { ...event.data, certifiedBy: CANARY },
});
const text = (value: unknown): string => JSON.stringify(value);

/** Does something that must be refused, and holds the broker to having kept nothing of it. */
async function keepingNothing<T>(work: () => Promise<T>): Promise<T> {
  const before = await settled();
  const result = await work();
  expect(await whatIsKept(broker.databaseUrl())).toEqual(before);
  return result;
}

/** What is kept, once nothing is on its way any more. */
async function settled(): Promise<Record<string, number>> {
  let last = await whatIsKept(broker.databaseUrl());
  return until('rest', async () => {
    const now = await whatIsKept(broker.databaseUrl());
    const same = JSON.stringify(now) === JSON.stringify(last);
    // A row that is in the log already stays in its outbox until the relay looks again.
    const isWaiting = Object.entries(now).some(([table, rows]) => table.endsWith('_outbox') && rows > 0);
    last = now;
    return same && !isWaiting && now;
  });
}

interface BadCase {
  readonly name: string;
  readonly request: () => RawRequest | Promise<RawRequest>;
  readonly status: number;
  readonly code: string;
}

function refuses(cases: readonly BadCase[]): void {
  it.each(cases)('$name: $status $code', async ({ request, status, code }) => {
    const prepared = await request();
    await keepingNothing(async () => {
      await expectProblem(await send(broker.url, prepared), status, code);
    });
  });
}

const publisher = (): string => tokens['register-office.system'];
/** A case about the body of one event. */
const body = (
  name: string,
  make: () => string | Uint8Array<ArrayBuffer>,
  status: number,
  code: string,
): BadCase => ({
  name,
  request: () => eventPost(publisher(), make()),
  status,
  code,
});
/** A case about one event that is JSON as it should be. */
const event = (name: string, change: (event: CloudEvent) => unknown, status: number, code: string): BadCase =>
  body(name, () => text(change(marked(nextEvent()))), status, code);

describe('a body that is not JSON as it should be', () => {
  const withData = (members: string): string => {
    const { data, ...rest } = nextEvent();
    return `${text(rest).slice(0, -1)},"data":${text(data).slice(0, -1)},${members}}}`;
  };
  refuses([
    body('no JSON at all', () => `deceased: ${CANARY}`, 400, 'malformed-json'),
    body('cut off in the middle', () => text(marked(nextEvent())).slice(0, -20), 400, 'malformed-json'),
    body('bytes after the end', () => `${text(marked(nextEvent()))} "${CANARY}"`, 400, 'malformed-json'),
    body('a NUL after the end', () => `${text(marked(nextEvent()))}\u0000`, 400, 'malformed-json'),
    body('a second document', () => text(nextEvent()) + text(marked(nextEvent())), 400, 'malformed-json'),
    body('a byte order mark', () => `\ufeff${text(marked(nextEvent()))}`, 400, 'malformed-json'),
    body('UTF-16', () => new Uint8Array(Buffer.from(text(nextEvent()), 'utf16le')), 400, 'malformed-json'),
    body(
      'bytes that are no UTF-8',
      () => new Uint8Array(Buffer.from(text(marked(nextEvent())).replace(CANARY, '\u00ff'), 'latin1')),
      400,
      'malformed-json',
    ),
    body(
      'a lone surrogate',
      () => text(marked(nextEvent())).replace(CANARY, '\\ud800'),
      400,
      'malformed-json',
    ),
    body(
      'a raw control character in a string',
      () => text(marked(nextEvent())).replace(CANARY, 'a\u0001b'),
      400,
      'malformed-json',
    ),
    body('single quotes', () => text(marked(nextEvent())).replaceAll('"', "'"), 400, 'malformed-json'),
    body('a trailing comma', () => `${text(marked(nextEvent())).slice(0, -1)},}`, 400, 'malformed-json'),
    body('a comment', () => `/* ${CANARY} */${text(nextEvent())}`, 400, 'malformed-json'),
    body('NaN', () => withData('"retired":NaN'), 400, 'malformed-json'),
    body('an empty body', () => '', 400, 'malformed-json'),
    body('white space alone', () => ' \n\t ', 400, 'malformed-json'),
    body(
      'a member twice',
      () => withData(`"causeOfDeath":"a","causeOfDeath":"${CANARY}"`),
      400,
      'duplicate-key',
    ),
    body(
      'a member twice, once escaped',
      () => withData(`"caus\\u0065OfDeath":"${CANARY}","causeOfDeath":"b"`),
      400,
      'duplicate-key',
    ),
    body(
      'the id twice',
      () => text(marked(nextEvent())).replace('{', '{"id":"other",'),
      400,
      'duplicate-key',
    ),
    body('a whole number beyond 2^53', () => withData('"age":9007199254740993'), 400, 'unsafe-number'),
    body(
      'more digits than a double has',
      () => withData('"age":0.12345678901234567890123'),
      400,
      'unsafe-number',
    ),
    body('a number beyond all', () => withData('"age":1e999'), 400, 'unsafe-number'),
    body('__proto__', () => withData(`"__proto__":{"retired":"${CANARY}"}`), 400, 'forbidden-key'),
    body('__proto__, escaped', () => withData(`"\\u005f_proto__":{"a":"${CANARY}"}`), 400, 'forbidden-key'),
    body('65 levels', () => '['.repeat(65) + ']'.repeat(65), 400, 'too-deep'),
    body('a hundred thousand levels', () => '{"a":'.repeat(100_000), 400, 'too-deep'),
  ]);

  it('is refused unread when it is said to be larger than 4 MiB', async () => {
    const answer = await keepingNothing(() =>
      sendBytes(
        broker.url,
        `POST /v1/events HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${publisher()}\r\n` +
          `content-type: application/cloudevents+json\r\ncontent-length: ${(4 << 20) + 1}\r\n\r\n${CANARY}`,
      ),
    );
    const [head = '', content = ''] = answer.split('\r\n\r\n');
    expect(head).toMatch(/^HTTP\/1\.1 413 .*\r\ncontent-type: application\/problem\+json/isu);
    expectProblemDocument(JSON.parse(content) as SeenProblem, 413, 'body-too-large');
  });

  it('takes "constructor" and "prototype" as members like others', async () => {
    const seen = await send(broker.url, eventPost(publisher(), withData('"constructor":{"prototype":1}')));
    await expectProblem(seen, 422, 'invalid-data');
  });
});

describe('a body that is JSON, but no event that may be published', () => {
  refuses([
    event('a string', () => CANARY, 400, 'not-a-cloudevent'),
    event('null', () => null, 400, 'not-a-cloudevent'),
    event('a list, where one event is due', (one) => [one], 400, 'not-a-cloudevent'),
    event('no specversion', ({ specversion: _, ...rest }) => rest, 400, 'not-a-cloudevent'),
    event('another specversion', (one) => ({ ...one, specversion: '0.3' }), 400, 'not-a-cloudevent'),
    event('no id', ({ id: _, ...rest }) => rest, 400, 'not-a-cloudevent'),
    event('an empty id', (one) => ({ ...one, id: '' }), 400, 'not-a-cloudevent'),
    event('an id that is a number', (one) => ({ ...one, id: 7 }), 400, 'not-a-cloudevent'),
    event('an id of 1,025 characters', (one) => ({ ...one, id: 'x'.repeat(1025) }), 400, 'not-a-cloudevent'),
    event('an id with a NUL', (one) => ({ ...one, id: `${CANARY}\u0000` }), 400, 'not-a-cloudevent'),
    event('a subject with a NUL', (one) => ({ ...one, subject: `${CANARY}\u0000` }), 400, 'not-a-cloudevent'),
    event('a type with a NUL', (one) => ({ ...one, type: `${one.type}\u0000` }), 400, 'not-a-cloudevent'),
    event('an extension with a NUL', (one) => ({ ...one, partitionkey: '\u0000' }), 400, 'not-a-cloudevent'),
    event('no data', ({ data: _, ...rest }) => rest, 400, 'not-a-cloudevent'),
    event('data that is text', (one) => ({ ...one, data: CANARY }), 400, 'not-a-cloudevent'),
    event(
      'data_base64',
      ({ data: _, ...rest }) => ({ ...rest, data_base64: 'AAAA' }),
      400,
      'not-a-cloudevent',
    ),
    event('an extension with a capital', (one) => ({ ...one, [`x${CANARY}`]: 'a' }), 400, 'not-a-cloudevent'),
    event(
      'an extension that is an object',
      (one) => ({ ...one, extra: { a: CANARY } }),
      400,
      'not-a-cloudevent',
    ),
    event('a time that is none', (one) => ({ ...one, time: 'yesterday' }), 400, 'not-a-cloudevent'),
    event(
      'another content type of the data',
      (one) => ({ ...one, datacontenttype: 'text/xml' }),
      400,
      'not-a-cloudevent',
    ),
    event('a type that nobody registered', (one) => ({ ...one, type: `uk.${CANARY}` }), 422, 'unknown-type'),
    event(
      'a source of another agency',
      (one) => ({ ...one, source: 'urn:concordat:agency:pensions' }),
      403,
      'foreign-source',
    ),
    event(
      'a source with a segment of dots',
      (one) => ({ ...one, source: `${one.source}/../pensions` }),
      400,
      'not-a-cloudevent',
    ),
    event('a source of nobody', (one) => ({ ...one, source: `urn:${CANARY}` }), 403, 'foreign-source'),
    event(
      'a source that only begins like its own',
      (one) => ({ ...one, source: `${one.source}x` }),
      403,
      'foreign-source',
    ),
    event(
      'data without what the schema requires',
      (one) => ({ ...one, data: { certifiedBy: CANARY } }),
      422,
      'invalid-data',
    ),
    event(
      'data with a member too many',
      (one) => ({ ...one, data: { ...one.data, note: CANARY } }),
      422,
      'invalid-data',
    ),
    event(
      'data with a value out of bounds',
      (one) => ({
        ...one,
        data: { ...one.data, deceased: { names: [{ family: CANARY, kind: 'registered' }], ageAtDeath: 151 } },
      }),
      422,
      'invalid-data',
    ),
    event(
      'data with a value in the wrong form',
      (one) => ({
        ...one,
        data: { ...one.data, deceased: { names: [{ family: 'A', kind: 'registered' }], nhsNumber: CANARY } },
      }),
      422,
      'invalid-data',
    ),
    event(
      'an event of more than 256 KiB',
      (one) => ({ ...one, data: { ...one.data, certifiedBy: CANARY.repeat(30_000) } }),
      422,
      'event-too-large',
    ),
  ]);

  it('names what is wrong by place', async () => {
    const one = nextEvent();
    const wrong = { ...one, data: { ...one.data, certifiedBy: 5 } };
    const problem = await expectProblem(
      await send(broker.url, eventPost(publisher(), text(wrong))),
      422,
      'invalid-data',
    );
    expect(problem.findings).toEqual([{ path: '/certifiedBy', message: 'must be string' }]);
  });
});

describe('a request in the wrong dress', () => {
  const post = (name: string, type: string | undefined, status: number, code: string): BadCase => ({
    name,
    request: () => ({
      path: '/v1/events',
      token: publisher(),
      ...(type === undefined ? {} : { type }),
      body: text(marked(nextEvent())),
    }),
    status,
    code,
  });
  const call = (
    name: string,
    method: string,
    path: string,
    status: number,
    code: string,
    client: Client = 'register-office.system',
  ): BadCase => ({
    name,
    request: () => ({ method, path, token: tokens[client] }),
    status,
    code,
  });
  const json = (
    name: string,
    path: string,
    client: Client,
    value: unknown,
    status: number,
    code: string,
  ): BadCase => ({
    name,
    request: () => ({ path, token: tokens[client], type: 'application/json', body: text(value) }),
    status,
    code,
  });

  describe('media types', () => {
    refuses([
      post('no content type', undefined, 415, 'unsupported-media-type'),
      post('text/plain', 'text/plain', 415, 'unsupported-media-type'),
      post('a form', 'application/x-www-form-urlencoded', 415, 'unsupported-media-type'),
      post(
        'plain JSON, which does not say that it is an event',
        'application/json',
        415,
        'unsupported-media-type',
      ),
      post('a content type that is none', '????', 415, 'unsupported-media-type'),
      call('headers alone', 'POST', '/v1/events', 400, 'malformed-json'),
    ]);
    it('takes a content type with a parameter, in capitals', async () => {
      const request = {
        ...eventPost(publisher(), text(nextEvent())),
        type: 'Application/CloudEvents+JSON; charset=utf-8',
      };
      expect((await send(broker.url, request)).status).toBe(202);
    });
  });

  describe('addresses', () => {
    refuses([
      call('an unknown path', 'GET', `/v1/${CANARY}`, 404, 'not-found'),
      call('an unknown path, posted to', 'POST', '/v2/events', 404, 'not-found'),
      call('a method that the address does not take', 'DELETE', '/v1/events', 404, 'not-found'),
      call(
        'an unknown query parameter',
        'GET',
        `/v1/deliveries?${CANARY.toLowerCase()}=1`,
        400,
        'invalid-parameter',
        'pensions.system',
      ),
      call(
        'a parameter twice',
        'GET',
        '/v1/deliveries?after=0&after=1',
        400,
        'invalid-parameter',
        'pensions.system',
      ),
      call('a percent sign alone', 'GET', '/v1/agencies/%', 400, 'invalid-parameter'),
      call('percent-encoded bytes that are no UTF-8', 'GET', '/v1/agencies/%ff%fe', 400, 'invalid-parameter'),
      call('a percent-encoded way up', 'GET', '/v1/agencies/..%2f..%2fetc%2fpasswd', 404, 'not-found'),
      call('a percent-encoded NUL', 'GET', '/v1/agencies/pensions%00', 400, 'invalid-parameter'),
      call('a NUL in an agency’s keys', 'GET', '/v1/agencies/%00/keys', 400, 'invalid-parameter'),
      call('a NUL in a digest', 'GET', '/v1/schemas/sha256:%00', 400, 'invalid-parameter'),
      call('a NUL in an agreement’s id', 'GET', '/v1/agreements/%00/versions/1', 400, 'invalid-parameter'),
      call('a NUL in a parameter', 'GET', '/v1/schemas?type=%00', 400, 'invalid-parameter'),
      call('a NUL in a page’s beginning', 'GET', '/v1/agencies?after=%00', 400, 'invalid-parameter'),
      call('a name that is too long', 'GET', `/v1/agencies/${'a'.repeat(5000)}`, 404, 'not-found'),
      call(
        'a version that is no number',
        'GET',
        '/v1/agreements/mortality-statistics/versions/one',
        400,
        'invalid-parameter',
      ),
      call(
        'a version that no database holds',
        'GET',
        '/v1/agreements/mortality-statistics/versions/99999999999',
        404,
        'not-found',
      ),
      call(
        'a version with more digits than any',
        'GET',
        `/v1/agreements/mortality-statistics/versions/${'9'.repeat(200)}`,
        400,
        'invalid-parameter',
      ),
      call(
        'a version below zero',
        'GET',
        '/v1/agreements/mortality-statistics/versions/-1',
        404,
        'not-found',
      ),
      ...['text', 'document', 'bundle', 'notices', 'diff/2', 'exports/odrl'].flatMap((path) => [
        call(
          `the ${path} of a version that is not there`,
          'GET',
          `/v1/agreements/mortality-statistics/versions/77777777777/${path}`,
          404,
          'not-found',
        ),
        call(
          `the ${path} of an agreement that is not there`,
          'GET',
          `/v1/agreements/none/versions/1/${path}`,
          404,
          'not-found',
        ),
      ]),
      call('an agreement that is not there', 'GET', '/v1/agreements/none', 404, 'not-found'),
      call('a bundle that is not there', 'GET', '/v1/agreements/none/bundle', 404, 'not-found'),
      call(
        'a template that is not there',
        'GET',
        '/v1/templates/none/versions/99999999999',
        404,
        'not-found',
      ),
      call('a state that is none', 'GET', '/v1/agreements?state=signed', 400, 'invalid-parameter'),
      call('a page of agreements from nowhere', 'GET', '/v1/agreements?after=%00', 400, 'invalid-parameter'),
      call('a page of templates from nowhere', 'GET', '/v1/templates?after=../1', 400, 'invalid-parameter'),
    ]);
  });

  describe('limits and cursors', () => {
    const pull = (query: string): BadCase =>
      call(query, 'GET', `/v1/deliveries?${query}`, 400, 'invalid-parameter', 'pensions.system');
    const audit = (query: string, status = 400, code = 'invalid-parameter'): BadCase =>
      call(`audit ${query}`, 'GET', `/v1/audit/${query}`, status, code, 'register-office.officer');
    refuses([
      ...[
        'limit=0',
        'limit=-1',
        'limit=1001',
        'limit=1e9',
        'limit=1.5',
        'limit=',
        'limit=all',
        'limit=NaN',
        'limit=Infinity',
      ].map(pull),
      ...[
        'after=-1',
        'after=',
        'after=01',
        'after=1.0',
        'after=9999999999999999999',
        // Well formed, but never given out: whoever holds it would wait for ever.
        'after=9007199254740993',
        'after=0x10',
        'after=%00',
        'after=1%20or%201=1',
      ].map(pull),
      ...['wait=-1', 'wait=61', 'wait=1e300'].map(pull),
      ...[
        'entries?from=-1',
        'entries?from=1e300',
        'entries?from=9007199254740993',
        'entries?from=x',
        'entries?limit=0',
        'entries?limit=1001',
      ].map((query) => audit(query)),
      ...[
        'entries/-1/proof',
        'entries/x/proof',
        'entries/0/proof?size=0',
        'entries/0/proof?size=1e300',
        'entries/0/proof?size=99999999',
      ].map((query) => audit(query)),
      audit('entries/99999999999999999999/proof', 404, 'not-found'),
      ...[
        'consistency',
        'consistency?from=1',
        'consistency?from=-1&to=1',
        'consistency?from=2&to=1',
        'consistency?from=1&to=1e300',
      ].map((query) => audit(query)),
      call('agencies limit=-5', 'GET', '/v1/agencies?limit=-5', 400, 'invalid-parameter'),
      json(
        'an acknowledgement of what was never handed out',
        '/v1/deliveries/acknowledgements',
        'pensions.system',
        { upTo: '999999999999' },
        400,
        'invalid-parameter',
      ),
      json(
        'an acknowledgement that is a number',
        '/v1/deliveries/acknowledgements',
        'pensions.system',
        { upTo: 1 },
        400,
        'invalid-parameter',
      ),
      json(
        'an acknowledgement of nothing',
        '/v1/deliveries/acknowledgements',
        'pensions.system',
        {},
        400,
        'invalid-parameter',
      ),
      json(
        'an acknowledgement that is a list',
        '/v1/deliveries/acknowledgements',
        'pensions.system',
        ['1'],
        400,
        'invalid-parameter',
      ),
      json(
        'an acknowledgement that is null',
        '/v1/deliveries/acknowledgements',
        'pensions.system',
        null,
        400,
        'invalid-parameter',
      ),
    ]);
  });

  describe('registrations', () => {
    const agency = { id: 'new-agency', name: 'New', sources: ['urn:new:agency'] };
    const agencies = (name: string, change: object, status = 400, code = 'invalid-parameter'): BadCase =>
      json(name, '/v1/agencies', 'concordat.operator', { ...agency, ...change }, status, code);
    refuses([
      agencies('an agency with a NUL in its name', { name: `${CANARY}\u0000` }),
      agencies('an agency with a NUL in its source', { sources: [`urn:${CANARY}\u0000:x`] }),
      agencies('an agency with a NUL in its id', { id: 'a\u0000b' }),
      agencies('an agency whose name is an object', { name: { a: CANARY } }),
      agencies('an agency without sources', { sources: undefined }),
      agencies('an agency with a source that is no string', { sources: [{ a: 1 }] }),
      agencies(
        'an agency with another’s source',
        { sources: ['urn:concordat:agency:pensions:sub'] },
        409,
        'already-exists',
      ),
      agencies('an agency in other words', { id: 'pensions', name: CANARY }, 409, 'already-exists'),
      agencies('an agency with a member too many', { [CANARY.toLowerCase()]: 1 }),
      json(
        'a key that is none',
        '/v1/agencies/pensions/keys',
        'pensions.legal',
        { jwk: { kty: CANARY }, use: 'signing', role: 'legal' },
        422,
        'key-invalid',
      ),
      json(
        'a key with NULs',
        '/v1/agencies/pensions/keys',
        'pensions.legal',
        { jwk: { kty: 'OKP', crv: 'Ed25519', x: '\u0000' }, use: 'signing', role: 'legal' },
        422,
        'key-invalid',
      ),
      json(
        'a schema with an unknown keyword',
        '/v1/schemas',
        'register-office.system',
        { type: 'uk.new', schema: { typ: 'object' } },
        422,
        'schema-invalid',
      ),
      json(
        'a schema with a reference outside',
        '/v1/schemas',
        'register-office.system',
        { type: 'uk.new', schema: { $ref: 'http://127.0.0.1/secret' } },
        422,
        'schema-invalid',
      ),
      json(
        'a schema that is a list',
        '/v1/schemas',
        'register-office.system',
        { type: 'uk.new', schema: [] },
        400,
        'invalid-parameter',
      ),
      json(
        'a schema for another’s event type',
        '/v1/schemas',
        'pensions.system',
        { type: 'uk.register-office.death.registered', schema: { type: 'object' } },
        403,
        'foreign-agency',
      ),
      json(
        'an agreement that is a list',
        '/v1/agreements',
        'register-office.legal',
        [CANARY],
        422,
        'agreement-invalid',
      ),
      json(
        'an agreement that is empty',
        '/v1/agreements',
        'register-office.legal',
        {},
        422,
        'agreement-invalid',
      ),
      json(
        'an agreement with a NUL in its id',
        '/v1/agreements',
        'register-office.legal',
        { dsa: '1.0', id: `a\u0000`, version: 1 },
        422,
        'agreement-invalid',
      ),
      json(
        'a key that is valid until a day that is not there',
        '/v1/agencies/pensions/keys',
        'pensions.legal',
        { jwk: {}, use: 'signing', role: 'legal', validUntil: '2031-02-30T00:00:00Z' },
        400,
        'invalid-parameter',
      ),
      json(
        'a revocation with a NUL',
        '/v1/agencies/pensions/keys/none/revocations',
        'pensions.legal',
        { because: `${CANARY}\u0000` },
        400,
        'invalid-parameter',
      ),
      json(
        'a revocation of a key that is not there',
        `/v1/agencies/pensions/keys/${'A'.repeat(43)}/revocations`,
        'pensions.legal',
        { because: 'It was lost' },
        404,
        'not-found',
      ),
      json(
        'a notice that is a list',
        '/v1/agreements/mortality-statistics/versions/1/notices',
        'pensions.legal',
        { notice: [CANARY], signature: { protected: 'a', signature: 'b' } },
        400,
        'invalid-parameter',
      ),
      json(
        'a notice that is empty',
        '/v1/agreements/mortality-statistics/versions/1/notices',
        'pensions.legal',
        { notice: {}, signature: { protected: 'a', signature: 'b' } },
        422,
        'notice-invalid',
      ),
      json(
        'a notice whose signature is a text',
        '/v1/agreements/mortality-statistics/versions/1/notices',
        'pensions.legal',
        { notice: {}, signature: CANARY },
        400,
        'invalid-parameter',
      ),
      json('a template that is a list', '/v1/templates', 'pensions.legal', [CANARY], 422, 'template-invalid'),
      json('a template that is empty', '/v1/templates', 'pensions.legal', {}, 422, 'template-invalid'),
      json(
        'a draft that is a text',
        '/v1/agreements/lint',
        'pensions.legal',
        CANARY,
        422,
        'agreement-invalid',
      ),
      json(
        'a signature of an agreement that is not there',
        '/v1/agreements/none/versions/1/signatures',
        'pensions.legal',
        { protected: 'e30', signature: 'AA' },
        404,
        'not-found',
      ),
      json(
        'a signature that is none',
        '/v1/agreements/mortality-statistics/versions/1/signatures',
        'pensions.legal',
        { protected: CANARY, signature: CANARY },
        422,
        'signature-invalid',
      ),
      json(
        'a signature with NULs',
        '/v1/agreements/mortality-statistics/versions/1/signatures',
        'pensions.legal',
        { protected: '\u0000', signature: '\u0000' },
        422,
        'signature-invalid',
      ),
    ]);
  });

  it('takes no second schema for an event type, and no agency by the operator’s name', async () => {
    const json = { type: 'application/json' };
    await keepingNothing(async () => {
      const schema = { type: 'uk.register-office.death.registered', schema: { type: 'object' } };
      await expectProblem(
        await send(broker.url, { ...json, path: '/v1/schemas', token: publisher(), body: text(schema) }),
        409,
        'already-exists',
      );
      const agency = { id: 'concordat', name: 'Another Concordat', sources: ['urn:another:concordat'] };
      const token = tokens['concordat.operator'];
      await expectProblem(
        await send(broker.url, { ...json, path: '/v1/agencies', token, body: text(agency) }),
        409,
        'already-exists',
      );
    });
  });

  it.each([
    ['compressed', { 'content-encoding': 'gzip' }],
    ['in another charset', { 'content-type': 'application/cloudevents+json; charset=utf-16' }],
  ])('refuses a body that is %s by its head alone', async (_, headers) => {
    const response = await fetch(`${broker.url}/v1/events`, {
      method: 'POST',
      body: text(nextEvent()),
      headers: {
        authorization: `Bearer ${publisher()}`,
        'content-type': 'application/cloudevents+json',
        ...headers,
      },
    });
    expect(response.status).toBe(415);
    expect(await response.json()).toMatchObject({ type: 'urn:concordat:problem:unsupported-media-type' });
  });

  it('asks for a token before it reads a body', async () => {
    const response = await fetch(`${broker.url}/v1/events`, {
      method: 'POST',
      body: 'not JSON',
      headers: { 'content-type': 'application/cloudevents+json' },
    });
    expect(response.status).toBe(401);
  });

  it('answers a request that is not HTTP as HTTP has it, and keeps nothing', async () => {
    await keepingNothing(async () => {
      const head = `POST /v1/events HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${publisher()}\r\ncontent-type: application/cloudevents+json\r\n`;
      const answered = await sendBytes(broker.url, `${CANARY}\r\n\r\n`);
      expect(answered).toMatch(/^HTTP\/1\.1 400/u);
      expect(answered).toContain('urn:concordat:problem:not-http');
      expect(answered).not.toContain(CANARY);
      expect(await sendBytes(broker.url, `${head}content-length: -5\r\n\r\n`)).toMatch(/^HTTP\/1\.1 400/u);
      expect(
        await sendBytes(broker.url, `${head}content-length: 2\r\ntransfer-encoding: chunked\r\n\r\n`),
      ).toMatch(/^HTTP\/1\.1 400/u);
      expect(
        await sendBytes(broker.url, `GET /v1/${CANARY.repeat(3000)} HTTP/1.1\r\nhost: x\r\n\r\n`),
      ).toMatch(/^HTTP\/1\.1 431/u);
      // The connection goes before the body is whole.
      await sendBytes(
        broker.url,
        `${head}content-length: 5000\r\n\r\n${text(marked(nextEvent())).slice(0, 300)}`,
        true,
      );
    });
    expect((await fetch(`${broker.url}/health/ready`)).status).toBe(200);
  });
});

describe('an access token that must not be accepted', () => {
  const withToken = (
    name: string,
    make: () => string | Promise<string>,
    code: string,
    status = 401,
  ): BadCase => ({
    name,
    request: async () => eventPost(await make(), text(marked(nextEvent()))),
    status,
    code,
  });
  const claims = (more = {}) => tokenClaims(broker.url, more);
  const issuerKey = () => broker.secrets().identityKey;
  const now = () => Math.floor(Date.now() / 1000);
  const issued = (more: object, header = {}) => forgeToken(issuerKey(), claims(more), header);

  it('accepts what these are made from', async () => {
    const response = await send(broker.url, eventPost(await issued({}), text(nextEvent())));
    expect(response.status).toBe(202);
  });

  refuses([
    {
      name: 'no token',
      request: () => ({
        ...eventPost('', text(marked(nextEvent()))),
        token: undefined as never,
        headers: {},
      }),
      status: 401,
      code: 'no-token',
    },
    {
      name: 'another scheme',
      request: () => ({
        path: '/v1/events',
        type: 'application/cloudevents+json',
        body: text(marked(nextEvent())),
        headers: { authorization: `Basic ${CANARY}` },
      }),
      status: 401,
      code: 'no-token',
    },
    withToken('no JWT', () => CANARY, 'invalid-token'),
    withToken('two words', () => `${CANARY} ${CANARY}`, 'no-token'),
    withToken('another key', () => forgeToken(stranger.privateKey, claims()), 'invalid-token'),
    withToken(
      'another key under the issuer’s name',
      () => forgeToken({ ...stranger.privateKey, kid: issuerKey().kid! }, claims()),
      'invalid-token',
    ),
    withToken(
      'a client’s own key',
      () => forgeToken(broker.credentials('register-office.system').key, claims(), { alg: 'EdDSA' }),
      'invalid-token',
    ),
    withToken('no signature', () => unsignedToken(claims(), issuerKey().kid!), 'invalid-token'),
    withToken('a signature that was cut', async () => (await issued({})).slice(0, -8), 'invalid-token'),
    withToken(
      'a claim that was changed',
      async () => {
        const [header, payload = '', signature] = (await issued({ agency: 'pensions' })).split('.');
        const changed = {
          ...(JSON.parse(Buffer.from(payload, 'base64url').toString()) as object),
          agency: 'register-office',
        };
        return [header, Buffer.from(text(changed)).toString('base64url'), signature].join('.');
      },
      'invalid-token',
    ),
    withToken(
      'HS256 with the public key as the secret',
      async () => {
        const { keys } = (await (await fetch(`${broker.url}/oauth/jwks`)).json()) as { keys: object[] };
        return forgeToken(new TextEncoder().encode(text(keys[0])), claims(), {
          alg: 'HS256',
          kid: issuerKey().kid!,
        });
      },
      'invalid-token',
    ),
    withToken('expired', () => issued({ iat: now() - 600, exp: now() - 300 }), 'expired-token'),
    withToken('not yet valid', () => issued({ nbf: now() + 300 }), 'invalid-token'),
    withToken('no expiry', () => issued({ exp: undefined }), 'invalid-token'),
    withToken('another audience', () => issued({ aud: 'urn:other:api' }), 'invalid-token'),
    withToken('another issuer', () => issued({ iss: 'http://127.0.0.1:1' }), 'invalid-token'),
    withToken('an ID token’s type', () => issued({}, { typ: 'JWT' }), 'invalid-token'),
    withToken('no agency', () => issued({ agency: undefined }), 'invalid-token'),
    withToken('a role that there is not', () => issued({ role: 'administrator' }), 'invalid-token'),
    withToken(
      'a client assertion',
      () =>
        clientAssertion(
          'register-office.system',
          broker.credentials('register-office.system').key,
          broker.url,
        ),
      'invalid-token',
    ),
    withToken('no scope', () => issued({ scope: undefined }), 'missing-scope', 403),
    withToken(
      'another scope',
      () => issued({ scope: 'deliveries:receive events:publish2' }),
      'missing-scope',
      403,
    ),
    withToken('a legal team’s', () => tokens['register-office.legal'], 'missing-scope', 403),
    withToken('an officer’s', () => tokens['register-office.officer'], 'missing-scope', 403),
    withToken('the operator’s', () => tokens['concordat.operator'], 'missing-scope', 403),
    withToken('another agency’s', () => tokens['pensions.system'], 'foreign-source', 403),
    withToken(
      'an agency’s that is not registered',
      () => issued({ agency: 'no-such-agency', client_id: 'no-such-agency.system' }),
      'foreign-source',
      403,
    ),
  ]);

  it('is not given by the token endpoint either', async () => {
    const { clientId, key } = broker.credentials('register-office.system');
    const assertion = (jti?: string) => clientAssertion(clientId, key, broker.url, jti);
    const refused = async (response: Response): Promise<void> => {
      const seen = await response.text();
      expect(response.status, seen).toBeGreaterThanOrEqual(400);
      expect(response.status, seen).toBeLessThan(500);
      // RFC 6749 §5.2 gives the token endpoint errors of its own kind.
      expect(Object.keys(JSON.parse(seen) as object)).toEqual(
        expect.arrayContaining(['error', 'error_description']),
      );
      expect(seen).not.toContain(CANARY);
    };
    const again = await assertion();
    expect((await requestToken(broker.url, again, clientId)).status).toBe(200);
    await refused(await requestToken(broker.url, again, clientId));
    await refused(await requestToken(broker.url, await assertion(), 'pensions.system'));
    await refused(await requestToken(broker.url, await assertion(), `${CANARY}\u0000`));
    await refused(await requestToken(broker.url, await assertion(), clientId, 'audit:read'));
    await refused(await requestToken(broker.url, CANARY, clientId));
    await refused(
      await requestToken(
        broker.url,
        await clientAssertion(clientId, stranger.privateKey, broker.url),
        clientId,
      ),
    );
    await refused(
      await requestToken(broker.url, await clientAssertion(clientId, key, 'http://127.0.0.1:1'), clientId),
    );
    await refused(await fetch(`${broker.url}/oauth/token`, { method: 'POST', body: CANARY }));
    await refused(
      await send(broker.url, { path: '/oauth/token', type: 'application/json', body: text({ a: CANARY }) }),
    );
    await expectProblem(await fetch(`${broker.url}/oauth/token`), 404, 'not-found');
    await expectProblem(await fetch(`${broker.url}/oauth/${CANARY}`), 404, 'not-found');
    // An id of an assertion is the client's to choose, whatever characters it has.
    const odd = await requestToken(broker.url, await assertion(`${CANARY}\u0000`), clientId);
    expect(odd.status).toBeLessThan(500);
  });
});

describe('the same event again', () => {
  const publish = async (one: unknown) => {
    const response = await send(broker.url, eventPost(publisher(), text(one)));
    return { status: response.status, body: (await response.json()) as { receipt: string } };
  };
  const reversed = (one: object): object =>
    Object.fromEntries(
      Object.entries(one)
        .reverse()
        .map(([name, value]: [string, unknown]) => [
          name,
          value !== null && typeof value === 'object' && !Array.isArray(value) ? reversed(value) : value,
        ]),
    );

  it('gets its first receipt, with its members in whatever order', async () => {
    const one = nextEvent();
    const first = await publish(one);
    const before = await settled();
    expect(first.status).toBe(202);
    expect(await publish(one)).toEqual(first);
    expect(text(reversed(one))).not.toBe(text(one));
    expect(await publish(reversed(one))).toEqual(first);
    expect(await settled()).toEqual(before);
  });

  it('gets one receipt when it comes twenty times at once', async () => {
    const before = await settled();
    const one = nextEvent();
    const all = await Promise.all(
      Array.from({ length: 20 }, (_, at) => publish(at % 2 ? one : reversed(one))),
    );
    expect(new Set(all.map(({ status }) => status))).toEqual(new Set([202]));
    expect(new Set(all.map(({ body: { receipt } }) => receipt)).size).toBe(1);
    expect((await settled())['intake.receipt']).toBe(before['intake.receipt']! + 1);
    expect((await settled())['log: events']).toBe(before['log: events']! + 1);
  });

  it('is refused when it has other content', async () => {
    const one = nextEvent();
    await publish(one);
    await keepingNothing(async () => {
      for (const other of [marked(one), { ...one, time: '2026-04-02T00:00:00Z' }, { ...one, extra: 1 }]) {
        await expectProblem(await send(broker.url, eventPost(publisher(), text(other))), 409, 'id-reused');
      }
    });
  });

  it('is taken once, with one content, when two contents race', async () => {
    const one = nextEvent();
    const all = await Promise.all(Array.from({ length: 20 }, (_, at) => publish(at % 2 ? one : marked(one))));
    const accepted = all.filter(({ status }) => status === 202);
    expect(accepted).toHaveLength(10);
    expect(new Set(accepted.map(({ body: { receipt } }) => receipt)).size).toBe(1);
    expect(all.filter(({ status }) => status === 409)).toHaveLength(10);
  });
});

describe('a batch', () => {
  type Result = { status: number; receipt?: string; problem?: SeenProblem };
  const publish = async (batch: unknown): Promise<{ status: number; results: Result[] }> => {
    const response = await send(broker.url, batchPost(publisher(), text(batch)));
    return { status: response.status, ...((await response.json()) as { results: Result[] }) };
  };

  it('is answered for each event by itself', async () => {
    const known = nextEvent();
    const [receipt] = (await publish([known])).results;
    const good = nextEvent();
    const before = await settled();
    const { status, results } = await publish([
      good,
      { ...nextEvent(), id: '' },
      { ...nextEvent(), type: 'uk.nobody' },
      { ...nextEvent(), source: 'urn:concordat:agency:pensions' },
      { ...nextEvent(), data: { certifiedBy: CANARY } },
      CANARY,
      good,
      known,
      marked(known),
    ]);
    expect(status).toBe(207);
    expect(results.map((result) => result.status)).toEqual([202, 400, 422, 403, 422, 400, 202, 202, 409]);
    const codes = [
      undefined,
      'not-a-cloudevent',
      'unknown-type',
      'foreign-source',
      'invalid-data',
      'not-a-cloudevent',
      undefined,
      undefined,
      'id-reused',
    ];
    for (const [at, code] of codes.entries()) {
      if (code !== undefined) expectProblemDocument(results[at]!.problem!, results[at]!.status, code);
    }
    expect(results[6]!.receipt).toBe(results[0]!.receipt);
    expect(results[7]!.receipt).toBe(receipt!.receipt);
    expect((await settled())['intake.receipt']).toBe(before['intake.receipt']! + 1);
  });

  it('is accepted when all of it is', async () => {
    const { status, results } = await publish(Array.from({ length: 50 }, nextEvent));
    expect(status).toBe(202);
    expect(new Set(results.map(({ receipt }) => receipt)).size).toBe(50);
  });

  it('gives both of two events with one id and two contents their answer', async () => {
    const one = nextEvent();
    const { status, results } = await publish([one, marked(one)]);
    expect([status, ...results.map((result) => result.status)]).toEqual([207, 202, 409]);
  });

  it('may come twice at once, in two orders', async () => {
    const batch = Array.from({ length: 30 }, nextEvent);
    const all = await Promise.all(
      Array.from({ length: 8 }, (_, at) => publish(at % 2 ? batch : batch.toReversed())),
    );
    const receipts = all.map(({ results }, at) =>
      text((at % 2 ? results : results.toReversed()).map(({ receipt }) => receipt)),
    );
    expect(new Set(receipts).size).toBe(1);
  });

  const batch = (name: string, make: () => string, status: number, code: string): BadCase => ({
    name,
    request: () => batchPost(publisher(), make()),
    status,
    code,
  });
  refuses([
    batch('that is empty', () => '[]', 400, 'invalid-parameter'),
    batch('that is one event', () => text(marked(nextEvent())), 400, 'invalid-parameter'),
    batch(
      'of 1,001',
      () => text(Array.from({ length: 1001 }, () => ({ a: CANARY }))),
      400,
      'invalid-parameter',
    ),
    batch(
      'with a member twice in one event',
      () => `[${text(nextEvent())},{"id":"a","id":"${CANARY}"}]`,
      400,
      'duplicate-key',
    ),
    batch(
      'that is cut off',
      () => text([nextEvent(), marked(nextEvent())]).slice(0, -9),
      400,
      'malformed-json',
    ),
  ]);
});

describe('characters that trouble databases', () => {
  const ODD = 'Nul\u0000 \u0001\u001f\u007f\ufffe\uffff\u{10ffff} \\ " \' ; -- \u2028';

  it('are kept as they are in an event’s data', async () => {
    const council = new BrokerClient(broker.credentials('northshire-council.system'));
    const end = await endOfMailbox(council);
    const data = {
      registration: (nextEvent().data as { registration: object }).registration,
      deceased: {
        names: [{ family: 'A', kind: 'registered' }],
        address: { lines: ['B'], postcode: 'NS1 1AA' },
      },
      informant: { phone: ODD },
    };
    const one = { ...nextEvent(), type: 'uk.register-office.death.registered', data };
    expect((await send(broker.url, eventPost(publisher(), text(one)))).status).toBe(202);
    const [delivery] = await until('the delivery', async () => {
      const { deliveries } = await council.pull(end, 10, 5);
      return deliveries.length > 0 && deliveries;
    });
    expect(delivery!.event['data']).toMatchObject({ informant: { phone: ODD } });
  });

  it('are kept as they are in a schema', async () => {
    const schema = { type: 'object', description: ODD, properties: { [ODD]: { const: ODD } } };
    const request = {
      path: '/v1/schemas',
      token: publisher(),
      type: 'application/json',
      body: text({ type: 'uk.odd', schema }),
    };
    const response = await send(broker.url, request);
    expect(response.status).toBe(201);
    const { digest } = (await response.json()) as { digest: string };
    const found = await send(broker.url, { path: `/v1/schemas/${digest}`, token: publisher() });
    expect(await found.json()).toMatchObject({ type: 'uk.odd', schema });
    const event = { ...nextEvent(), type: 'uk.odd', data: { [ODD]: ODD } };
    const accepted = await until('the schema being known', async () => {
      const tried = await send(broker.url, eventPost(publisher(), text(event)));
      return tried.status !== 422 && tried;
    });
    expect(accepted.status).toBe(202);
  });
});

describe('after all of this', () => {
  it('the broker is ready, has logged no failure and nothing that was in a request', async () => {
    expect((await fetch(`${broker.url}/health/ready`)).status).toBe(200);
    const lines = broker.output().split('\n');
    expect(lines.filter((line) => /"level":"(error|fatal)"/u.test(line))).toEqual([]);
    expect(lines.filter((line) => line.includes(CANARY))).toEqual([]);
  });
});

async function endOfMailbox(client: BrokerClient): Promise<string> {
  for (let after = '0'; ;) {
    const { deliveries, next } = await client.pull(after, 1000, 1);
    if (deliveries.length === 0) return next;
    after = next;
  }
}
