/** The command line against a running broker: from keys to an agreement that is suspended and resumed. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BrokerClient } from '@concordat/cli';
import type { JsonObject } from '@concordat/record';
import { loadSampleAgreements, loadSampleSchemas } from '@concordat/sample';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { known } from './support/agencies.js';
import { answerOf, concordat, type Ran } from './support/concordat.js';
import { startStandalone, type Standalone } from './support/standalone.js';
import { until } from './support/wait.js';

const folder = mkdtempSync(join(tmpdir(), 'concordat-legal-'));
const at = (name: string): string => join(folder, name);
const write = (name: string, value: unknown): string => {
  writeFileSync(at(name), typeof value === 'string' ? value : JSON.stringify(value));
  return at(name);
};
const read = <T>(name: string): T => JSON.parse(readFileSync(at(name), 'utf8')) as T;

const DOCUMENT = loadSampleAgreements()[0]!;
const ID = DOCUMENT['id'] as string;
const AGENCIES = ['register-office', 'pensions'];
const SIGNATORIES = ['register-office/legal', 'register-office/information-asset-owner', 'pensions/legal'];

let broker: Standalone;

const credentials = (agency: string, role = 'legal'): string[] => [
  '--credentials',
  at(`${agency}.${role}.json`),
];
const by = (signatory: string): string[] => {
  const [party = '', role = ''] = signatory.split('/');
  return ['--key', at(`${party}.${role}.key.json`), '--party', party, '--role', role, '--yes'];
};
const asLegal = (signatory: string): string[] => [...by(signatory), ...credentials(signatory.split('/')[0]!)];

beforeAll(async () => {
  broker = await startStandalone({ sample: false });
  write('operator.json', {
    url: broker.url,
    clientId: 'concordat.operator',
    key: broker.secrets().operator.privateKey,
  });
});
afterAll(async () => {
  await broker?.stop();
  rmSync(folder, { recursive: true });
});

interface Shown {
  readonly state: string;
  readonly missing: readonly string[];
  readonly enforced: boolean;
  readonly standing: { readonly state: string };
}
const shown = (): Promise<Shown> => answerOf<Shown>(['agreement', 'show', ID, ...credentials('pensions')]);
const untilState = (state: string): Promise<Shown> =>
  until(`the state ${state}`, async () => {
    const view = await shown();
    return view.standing.state === state ? view : undefined;
  });

async function verified(): Promise<Ran & { state: string; sentence: string }> {
  rmSync(at('bundle.json'), { force: true });
  await answerOf(['agreement', 'fetch', ID, '--out', at('bundle.json'), ...credentials('pensions')]);
  const ran = await concordat(['agreement', 'verify', at('bundle.json'), '--json']);
  const verdict = JSON.parse(ran.out) as { standing: { state: string }; sentence: string };
  return { ...ran, state: verdict.standing.state, sentence: verdict.sentence };
}

describe('a legal team', () => {
  it('makes its keys, and registers their public halves', async () => {
    const operator = new BrokerClient({
      url: broker.url,
      clientId: 'concordat.operator',
      key: broker.secrets().operator.privateKey,
    });
    for (const agency of AGENCIES) {
      await operator.registerAgency({
        id: agency,
        name: agency,
        sources: [`urn:concordat:agency:${agency}`],
      });
      await answerOf([
        'keys',
        'new',
        at(`${agency}.legal.json`),
        '--client',
        `${agency}.legal`,
        '--url',
        broker.url,
      ]);
      await answerOf([
        ...['keys', 'register', at(`${agency}.legal.pub.json`), '--use', 'authentication', '--role', 'legal'],
        ...['--agency', agency, '--credentials', at('operator.json')],
      ]);
      await known(() => new BrokerClient(read(`${agency}.legal.json`)).keys(agency));
    }
    await answerOf([
      ...['keys', 'new', at('register-office.system.json'), '--client', 'register-office.system'],
      ...['--url', broker.url],
    ]);
    await answerOf([
      ...[
        'keys',
        'register',
        at('register-office.system.pub.json'),
        '--use',
        'authentication',
        '--role',
        'system',
      ],
      ...credentials('register-office'),
    ]);
    for (const signatory of SIGNATORIES) {
      const [agency = '', role = ''] = signatory.split('/');
      await answerOf(['keys', 'new', at(`${agency}.${role}.key.json`)]);
      const register = [
        ...['keys', 'register', at(`${agency}.${role}.key.pub.json`), '--use', 'signing', '--role', role],
        ...credentials(agency),
      ];
      if (role !== 'legal') {
        // A second signing key needs the word of the first.
        expect(await concordat(register)).toMatchObject({ code: 3, out: '' });
        register.push('--vouch-with', at(`${agency}.legal.key.json`), '--vouch-role', 'legal');
      }
      await answerOf(register);
    }
    const listed = await answerOf<{ keys: readonly { use: string; role: string }[] }>([
      ...['keys', 'list', 'register-office', ...credentials('pensions')],
    ]);
    expect(listed.keys.filter(({ use }) => use === 'signing').map(({ role }) => role)).toEqual([
      'legal',
      'information-asset-owner',
    ]);
    const provider = new BrokerClient(read('register-office.system.json'));
    for (const { type, schema } of loadSampleSchemas())
      await known(() => provider.registerSchema(type, schema));
  });

  it('begins with a blank page that has every field of the event', async () => {
    const event = 'uk.register-office.death.registered';
    await answerOf(['agreement', 'new', at('blank.json'), '--event', event, ...credentials('pensions')]);
    const { grants } = read<{ grants: { event: string; schema: string; fields: { field: string }[] }[] }>(
      'blank.json',
    );
    expect(grants[0]).toMatchObject({ event, schema: (DOCUMENT['grants'] as JsonObject[])[0]?.['schema'] });
    expect(grants[0]?.fields.map(({ field }) => field)).toContain('/deceased/address/postcode');
    const { code, out } = await concordat(['agreement', 'lint', at('blank.json'), '--json']);
    expect(code).toBe(1);
    expect((JSON.parse(out) as { findings: { code: string }[] }).findings[0]?.code).toBe('to-do');
  });

  it('is told by lint whom the broker does not know, and who could not sign', async () => {
    interface Linted {
      readonly fieldsChecked: boolean;
      readonly findings: readonly { code: string; path: string; severity: string }[];
    }
    const lint = async (change: (parties: Record<string, unknown>[]) => void): Promise<Linted> => {
      const draft = structuredClone(DOCUMENT) as { parties: Record<string, unknown>[] };
      change(draft.parties);
      const file = write('changed.json', draft);
      const { out } = await concordat(['agreement', 'lint', file, ...credentials('pensions'), '--json']);
      return JSON.parse(out) as Linted;
    };
    const role = await lint((parties) => {
      Object.assign((parties[1]!['signatories'] as object[])[0]!, { role: 'leagl' });
    });
    expect(role.fieldsChecked).toBe(true);
    expect(role.findings).toContainEqual(
      expect.objectContaining({
        code: 'no-signing-key',
        path: '/parties/1/signatories/0/role',
        severity: 'warning',
      }),
    );
    const name = await lint((parties) => {
      parties.push({ ...parties[1], agency: 'northshire-counsil', mayJoinLater: true });
    });
    expect(name.findings).toContainEqual(
      expect.objectContaining({ code: 'unknown-agency', path: '/parties/2/agency', severity: 'error' }),
    );
  });

  it('checks a draft, proposes it, and sees who has still to sign', async () => {
    const draft = write('draft.json', JSON.stringify(DOCUMENT, null, 2));
    await answerOf(['agreement', 'lint', draft, ...credentials('register-office')]);
    const wrong = structuredClone(DOCUMENT) as { grants: { fields: { field: string }[] }[] };
    wrong.grants[0]!.fields[0]!.field = '/deceased/shoeSize';
    const { code, out } = await concordat([
      ...['agreement', 'lint', write('wrong.json', wrong), ...credentials('register-office'), '--json'],
    ]);
    expect(code).toBe(1);
    expect(out).toContain('unknown-field');
    expect(
      await concordat(['agreement', 'propose', at('wrong.json'), ...credentials('pensions')]),
    ).toMatchObject({
      code: 3,
      out: '',
    });
    const view = await answerOf<Shown>(['agreement', 'propose', draft, ...credentials('register-office')]);
    expect([...view.missing].sort()).toEqual([...SIGNATORIES].sort());
    const other = write('other.json', { ...DOCUMENT, title: 'Other words' });
    const again = await concordat(['agreement', 'propose', other, ...credentials('pensions'), '--json']);
    expect(again.code).toBe(3);
    expect(JSON.parse(again.err)).toMatchObject({ exitCode: 3, problem: { status: 409 } });
    const listed = await answerOf<{ agreements: { id: string }[] }>([
      ...['agreement', 'list', '--party', 'pensions', '--state', 'proposed', ...credentials('pensions')],
    ]);
    expect(listed.agreements.map(({ id }) => id)).toEqual([ID]);
    expect((await verified()).code).toBe(1);
  });

  it('signs the bytes that the broker has, each with a key of its own', async () => {
    const document = at('agreement.json');
    await answerOf([
      'agreement',
      'fetch',
      ID,
      '--version',
      '1',
      '--out',
      document,
      ...credentials('pensions'),
    ]);
    const stranger = at('stranger.json');
    await answerOf(['keys', 'new', stranger]);
    const unknown = await concordat([
      ...['agreement', 'sign', document, '--key', stranger, '--party', 'pensions', '--role', 'legal'],
      ...credentials('pensions'),
    ]);
    expect(unknown).toMatchObject({ code: 1, out: '' });
    expect(unknown.err).toContain('not registered');
    const foreign = [...by('pensions/legal'), ...credentials('register-office')];
    expect(await concordat(['agreement', 'sign', document, ...foreign])).toMatchObject({ code: 3, out: '' });

    const [first, second, third] = SIGNATORIES as [string, string, string];
    await answerOf(['agreement', 'sign', document, ...asLegal(first)]);
    // The second signs on a machine that does not reach the broker; somebody else sends it.
    const { out } = await concordat(['agreement', 'sign', document, ...by(second)]);
    await answerOf(['agreement', 'send', write('offline.json', out), ...credentials('register-office')]);
    expect((await shown()).missing).toEqual([third]);
    const last = await answerOf<Shown>(['agreement', 'sign', document, ...asLegal(third)]);
    expect(last.missing).toEqual([]);
    await until('the enforcer', async () => ((await shown()).enforced ? true : undefined));
    expect(await verified()).toMatchObject({ code: 0, state: 'active' });
  });

  it('suspends at once, alone; resuming takes everyone', async () => {
    const because = ['--because', 'Records of the living were sent'];
    const suspended = await answerOf<{ standing: { state: string } }>([
      ...['agreement', 'notice', 'suspend', ID, ...because, ...asLegal('pensions/legal')],
    ]);
    expect(suspended.standing.state).toBe('suspended');
    expect(await verified()).toMatchObject({ code: 0, state: 'suspended' });
    for (const signatory of SIGNATORIES) {
      expect((await shown()).standing.state).toBe('suspended');
      const { code, err } = await concordat([
        ...['agreement', 'notice', 'resume', ID, '--because', 'The fault is repaired', ...asLegal(signatory)],
      ]);
      expect(code, err).toBe(0);
      expect(err).toContain('Records of the living were sent');
    }
    await untilState('active');
    expect(await verified()).toMatchObject({ code: 0, state: 'active' });
  });

  it('compares and rejects a next version, sets a review date, and may not end too soon', async () => {
    const next = write('version-2.json', { ...DOCUMENT, version: 2, title: 'Death notification, revised' });
    const { code, out } = await concordat([
      ...[
        'agreement',
        'diff',
        at('draft.json'),
        next,
        '--fail-on',
        'widens',
        '--json',
        ...credentials('pensions'),
      ],
    ]);
    expect(code).toBe(0);
    expect((JSON.parse(out) as { changes: unknown[] }).changes.length).toBeGreaterThan(0);
    await answerOf(['agreement', 'propose', next, ...credentials('pensions')]);
    await answerOf([
      'agreement',
      'notice',
      'reject',
      ID,
      '--because',
      'Not agreed',
      ...asLegal(SIGNATORIES[0]!),
    ]);
    expect(
      await answerOf(['agreement', 'show', ID, '--version', '2', ...credentials('pensions')]),
    ).toMatchObject({
      state: 'rejected',
    });
    const { reviewBy } = DOCUMENT['term'] as { reviewBy: string };
    const later = reviewBy.replace(/^\d+/u, (year) => String(Number(year) + 1));
    for (const signatory of SIGNATORIES) {
      await answerOf([
        ...['agreement', 'notice', 'review', ID, '--review-by', later, '--because', 'Reviewed, still needed'],
        ...asLegal(signatory),
      ]);
    }
    expect((await shown()).standing).toMatchObject({ state: 'active', reviewBy: later });
    const tomorrow = new Date(Date.now() + 86_400_000).toISOString().slice(0, 10);
    const tooSoon = await concordat([
      ...['agreement', 'notice', 'terminate', ID, '--effective', tomorrow, '--because', 'The service closes'],
      ...asLegal('pensions/legal'),
    ]);
    expect(tooSoon.code).toBe(3);
  });

  it('a key that was stolen signs nothing more, and takes its signatures with it', async () => {
    const { kid } = read<{ kid: string }>('pensions.legal.key.json');
    await answerOf([
      ...['keys', 'revoke', kid, '--because', 'The laptop was stolen', '--compromised-since', '2026-01-01'],
      ...credentials('pensions'),
    ]);
    const refused = await concordat([
      ...[
        'agreement',
        'notice',
        'suspend',
        ID,
        '--because',
        'By whoever has the key',
        ...asLegal('pensions/legal'),
      ],
    ]);
    expect(refused).toMatchObject({ code: 1, out: '' });
    expect(await verified()).toMatchObject({ code: 1, state: 'suspended' });
    expect((await concordat(['agreement', 'verify', at('bundle.json')])).out).toContain(
      'REFUSED  pensions/legal',
    );
  });
});
