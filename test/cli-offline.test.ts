/** The command line without a broker: what it answers, where it says it, and the code that it ends with. */
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { endorseKey, freezeAgreement, type EndorsedKey, type PrivateKey } from '@concordat/agreement';
import { canonicalise, parseStrictText, type Json, type JsonObject } from '@concordat/record';
import { loadSampleAgreements, loadSampleSchemas } from '@concordat/sample';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { answerOf, concordat, concordatProcess } from './support/concordat.js';

const folder = mkdtempSync(join(tmpdir(), 'concordat-cli-'));
const at = (name: string): string => join(folder, name);
const write = (name: string, value: unknown): string => {
  writeFileSync(at(name), typeof value === 'string' ? value : JSON.stringify(value, null, 2));
  return at(name);
};
const read = <T>(name: string): T => JSON.parse(readFileSync(at(name), 'utf8')) as T;

const SAMPLE = loadSampleAgreements()[0]!;
const SIGNATORIES = ['register-office/information-asset-owner', 'register-office/legal', 'pensions/legal'];

/** A bundle signed by everyone, as the registry gives it; a new one each time. */
interface Bundle {
  id: string;
  versions: { version: number; text: string; signatures: { protected: string; signature: string }[] }[];
  notices: { text: string; signature: { protected: string; signature: string } }[];
  keys: EndorsedKey[];
}
let bundle: Bundle;
const copy = (): Bundle => structuredClone(bundle);
const nameOf = (signatory: string): string => signatory.replace('/', '.');
const by = (signatory: string): string[] => {
  const [party = '', role = ''] = signatory.split('/');
  return ['--key', at(`${nameOf(signatory)}.json`), '--party', party, '--role', role];
};

const FROM = '2026-01-01T00:00:00Z';

/** A key, vouched for by its agency's first where there is one. */
async function vouchedFor(key: EndorsedKey, keys: readonly EndorsedKey[]): Promise<EndorsedKey> {
  const first = keys.find(({ agency }) => agency === key.agency);
  if (first === undefined) return key;
  const privateKey = read<PrivateKey>(`${first.agency}.${first.role}.json`);
  const by = { role: first.role, kid: first.kid, time: FROM };
  return { ...key, endorsement: await endorseKey(key, by, privateKey) };
}

beforeAll(async () => {
  const { agreement, text } = freezeAgreement(SAMPLE);
  const draft = write('draft.json', SAMPLE);
  const keys: EndorsedKey[] = [];
  const signatures = [];
  for (const signatory of SIGNATORIES) {
    const [agency = '', role = ''] = signatory.split('/');
    const file = at(`${nameOf(signatory)}.json`);
    const algorithm = role === 'legal' ? 'EdDSA' : 'ES256';
    const { kid } = await answerOf<{ kid: string }>(['keys', 'new', file, '--algorithm', algorithm]);
    const jwk = read<EndorsedKey['jwk']>(`${nameOf(signatory)}.pub.json`);
    keys.push(await vouchedFor({ agency, role, use: 'signing', kid, jwk, validFrom: FROM }, keys));
    const signed = await answerOf<Bundle['versions'][0]['signatures'][0]>([
      'agreement',
      'sign',
      draft,
      ...by(signatory),
      '--yes',
    ]);
    signatures.push({ protected: signed.protected, signature: signed.signature });
  }
  bundle = { id: agreement.id, versions: [{ version: 1, text, signatures }], notices: [], keys };
});
afterAll(() => rmSync(folder, { recursive: true }));

describe('exit codes and errors', () => {
  it.each([
    ['no command', []],
    ['an unknown command', ['agreements']],
    ['no subcommand', ['agreement']],
    ['a missing argument', ['agreement', 'text']],
    ['an unknown option', ['agreement', 'text', at('draft.json'), '--pdf']],
    ['a missing option', ['agreement', 'sign', at('draft.json')]],
    ['a choice that is none', ['agreement', 'diff', 'a', 'b', '--fail-on', 'narrows']],
    ['no such file', ['agreement', 'text', at('nowhere.json')]],
    ['a folder', ['agreement', 'text', folder]],
  ])('%s is wrong use: 2', async (_, args) => {
    const { code, out, err } = await concordat(args);
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err.length).toBeGreaterThan(20);
  });

  it.each([
    ['no JSON', '{ "dsa": "1.0",\n  "id": oops }', 'line 2, column 9'],
    ['a member twice', '{\n"id": "a",\n"id": "b" }', 'line 3, column 1'],
    ['a comma too many', '{"id": "a",}', 'line 1, column 12'],
    ['a byte order mark', '\uFEFF{}', 'byte order mark'],
    ['a list', '[]', 'JSON object'],
    ['a number that reading changes', '{"a": 9007199254740993}', 'cannot be held exactly'],
  ])('%s cannot be read: 2, and where', async (_, input, where) => {
    const { code, err } = await concordat(['agreement', 'text', '-'], { input });
    expect(code).toBe(2);
    expect(err).toContain(where);
  });

  it('bytes that are not UTF-8 cannot be read: 2', async () => {
    const { code, err } = await concordat(['agreement', 'text', '-'], { input: Buffer.from([0x7b, 0xff]) });
    expect(code).toBe(2);
    expect(err).toContain('UTF-8');
  });

  it('an agreement that breaks the rules is answered with no: 1, and each finding', async () => {
    const { code, err } = await concordat(['agreement', 'text', '-'], {
      input: JSON.stringify({ ...SAMPLE, title: 7 }),
    });
    expect(code).toBe(1);
    expect(err).toContain('/title must be string');
  });

  it('a broker that is not there: 4', async () => {
    const file = at('credentials.json');
    await answerOf(['keys', 'new', file, '--client', 'pensions.legal', '--url', 'http://127.0.0.1:9']);
    const { code, err } = await concordat(['keys', 'list', 'pensions', '--credentials', file]);
    expect(code).toBe(4);
    expect(err).toContain('cannot be reached');
  });

  it('with --json every error is one JSON object on standard error', async () => {
    for (const [args, input, exitCode] of [
      [['agreement', 'text', '-'], '{', 2],
      [['agreement', 'text', '-'], '{}', 1],
      [['agreement', 'text'], '', 2],
      [['agreement', 'verify', '-'], '{}', 2],
    ] as const) {
      const { code, out, err } = await concordat([...args, '--json'], { input });
      expect(out).toBe('');
      const report = JSON.parse(err) as { error: string; exitCode: number };
      expect(report).toMatchObject({ error: expect.any(String), exitCode });
      expect(code).toBe(exitCode);
    }
  });

  it('a problem of the documents is told as a problem document', async () => {
    const { err } = await concordat(['agreement', 'text', '-', '--json'], { input: '{}' });
    expect(JSON.parse(err)).toMatchObject({ problem: { type: 'urn:concordat:problem:agreement-invalid' } });
  });

  it('every command has help with an example', async () => {
    const leaves = await commandsBelow([]);
    expect(leaves.length).toBeGreaterThan(15);
    for (const leaf of leaves) {
      const { code, out, err } = await concordat([...leaf, '--help']);
      expect({ leaf, code, err }).toEqual({ leaf, code: 0, err: '' });
      if (['agreement', 'keys', 'simulate'].includes(leaf[0]!))
        expect(out, leaf.join(' ')).toContain('Example:\n  concordat');
    }
  });

  it('the help tells the exit codes', async () => {
    const { out } = await concordat(['--help']);
    for (const word of ['0  all is well', '1  the answer is no', '2  wrong use', '3  ', '4  '])
      expect(out).toContain(word);
  });
});

/** The commands that have none below them, as the help lists them. */
async function commandsBelow(above: readonly string[]): Promise<string[][]> {
  const { out } = await concordat([...above, '--help']);
  const listed = out.split('Commands:\n')[1]?.split('\n\n')[0] ?? '';
  const names = [...listed.matchAll(/^ {2}(\S+)/gmu)]
    .map(([, name]) => name!)
    .filter((name) => name !== 'help');
  if (names.length === 0) return [[...above]];
  return (await Promise.all(names.map((name) => commandsBelow([...above, name])))).flat();
}

describe('as a process', () => {
  it('reads standard input, and keeps the answer apart from what is said beside it', async () => {
    const input = JSON.stringify(SAMPLE);
    const { code, out, err } = await concordatProcess(['agreement', 'freeze', '-'], { input });
    expect(code).toBe(0);
    expect(out).toBe(freezeAgreement(SAMPLE).text);
    expect(err).toBe(`Digest: ${freezeAgreement(SAMPLE).digest}\n`);
  });

  it('ends with the code of the error, and draws no colours for a pipe', async () => {
    const { code, out, err } = await concordatProcess(['agreement', 'verify', write('bundle.json', bundle)]);
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(out).toMatch(/^VERIFIED: /u);
    expect(await concordatProcess(['agreement', 'text', '-'], { input: '{' })).toMatchObject({
      code: 2,
      out: '',
    });
  });
});

describe('keys new', () => {
  it('keeps the private key from everyone else, and never writes over one', async () => {
    const file = at('one.json');
    await answerOf(['keys', 'new', file]);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    const before = readFileSync(file, 'utf8');
    expect(await concordat(['keys', 'new', file])).toMatchObject({ code: 2, out: '' });
    expect(readFileSync(file, 'utf8')).toBe(before);
    expect(JSON.parse(readFileSync(at('one.pub.json'), 'utf8'))).not.toHaveProperty('d');
  });

  it('makes credentials only with a client and an address', async () => {
    expect(await concordat(['keys', 'new', at('c.json'), '--client', 'pensions.legal'])).toMatchObject({
      code: 2,
    });
    await answerOf([
      'keys',
      'new',
      at('d.json'),
      '--client',
      'pensions.legal',
      '--url',
      'http://127.0.0.1:1/',
    ]);
    expect(read('d.json')).toMatchObject({ url: 'http://127.0.0.1:1', clientId: 'pensions.legal' });
  });

  it('a private key is not registered, wherever the broker is', async () => {
    const args = ['--use', 'signing', '--role', 'legal', '--credentials', at('d.json')];
    const { code, err } = await concordat(['keys', 'register', at('one.json'), ...args]);
    expect(code).toBe(2);
    expect(err).toContain('must never leave you');
  });
});

describe('agreement new', () => {
  it('a blank agreement says everywhere what belongs there, and cannot be used as it is', async () => {
    const { code, err } = await concordat(['agreement', 'new', at('blank.json')]);
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(read<JsonObject>('blank.json')).toMatchObject({
      dsa: '1.0',
      version: 1,
      title: /^TO DO: / as never,
    });
    const read1 = await concordat(['agreement', 'text', at('blank.json')]);
    expect(read1.code).toBe(1);
    expect(read1.err).toContain('/purpose/necessity is still to be written');
  });

  it('nothing is written over', async () => {
    expect(await concordat(['agreement', 'new', at('draft.json')])).toMatchObject({ code: 2 });
    expect(read('draft.json')).toEqual(SAMPLE);
  });

  it('a template gives its values to fill in, then an agreement', async () => {
    const template = new URL('../agreements/templates/death-notification.json', import.meta.url).pathname;
    const values = template.replace('.json', '.example-values.json');
    await answerOf(['agreement', 'new', at('values.json'), '--template', template]);
    const unfinished = [
      'agreement',
      'new',
      at('made.json'),
      '--template',
      template,
      '--values',
      at('values.json'),
    ];
    expect(await concordat(unfinished)).toMatchObject({
      code: 1,
      err: expect.stringContaining('/recipient'),
    });
    await answerOf(['agreement', 'new', at('made.json'), '--template', template, '--values', values]);
    expect(freezeAgreement(read('made.json')).agreement.template?.id).toBe('death-notification');
  });
});

describe('agreement sign', () => {
  const args = (): string[] => ['agreement', 'sign', at('draft.json'), ...by('pensions/legal')];

  it('shows what is signed before it signs: the text in short and both digests', async () => {
    const { code, err } = await concordat(args(), { says: 'yes' });
    expect(code).toBe(0);
    const { digest } = await answerOf<{ digest: string }>(['agreement', 'text', at('draft.json')]);
    for (const part of ['1. In short', 'What is not given', freezeAgreement(SAMPLE).digest, digest])
      expect(err).toContain(part);
    expect(err).not.toContain('2. The parties');
  });

  it.each(['no', '', 'y', 'yes please'])('signs nothing when the person says %j', async (says) => {
    expect(await concordat(args(), { says })).toMatchObject({ code: 1, out: '' });
  });

  it('--yes asks nobody', async () => {
    const { code, err } = await concordat([...args(), '--yes'], { says: 'no' });
    expect(code).toBe(0);
    expect(err).not.toContain('Type yes');
  });

  it('signs nothing where nobody can be asked, whatever comes in: 2', async () => {
    for (const input of ['', 'no\n', 'yes\n']) {
      const { code, out, err } = await concordat(args(), { input });
      expect({ code, out }).toEqual({ code: 2, out: '' });
      expect(err).toContain('--yes');
    }
  });

  it('signs for nobody whom the agreement does not name', async () => {
    const { code, err } = await concordat([
      ...['agreement', 'sign', at('draft.json'), '--key', at('pensions.legal.json')],
      ...['--party', 'pensions', '--role', 'secretary'],
    ]);
    expect(code).toBe(1);
    expect(err).toContain('pensions/legal');
  });

  it.each([
    ['a public key', 'pensions.legal.pub.json'],
    ['credentials', 'd.json'],
    ['an agreement', 'draft.json'],
  ])('%s is no key to sign with: 2', async (_, file) => {
    const { code, out } = await concordat([
      ...['agreement', 'sign', at('draft.json'), '--key', at(file), '--party', 'pensions', '--role', 'legal'],
    ]);
    expect({ code, out }).toEqual({ code: 2, out: '' });
  });
});

describe('agreement verify', () => {
  const verify = (value: unknown, ...more: string[]) =>
    concordat(['agreement', 'verify', '-', '--json', ...more], { input: JSON.stringify(value) });

  interface Seen {
    readonly verified: boolean;
    readonly keysFrom: string;
    readonly versions: readonly { signatories: readonly { signatory: string; verdict: string }[] }[];
    readonly standing?: { state: string; causes: readonly { kind: string }[] };
    readonly refused: readonly { of: string; why: string }[];
  }
  const seen = async (value: unknown, ...more: string[]): Promise<Seen & { code: number }> => {
    const { code, out } = await verify(value, ...more);
    return { code, ...(JSON.parse(out) as Seen) };
  };

  it('a bundle that everyone signed is verified', async () => {
    const verdict = await seen(bundle);
    expect(verdict).toMatchObject({ code: 0, verified: true, keysFrom: 'bundle', refused: [] });
    expect(verdict.versions[0]?.signatories.map(({ verdict: one }) => one)).toEqual([
      'signed',
      'signed',
      'signed',
    ]);
    expect(verdict.standing?.state).toBe('active');
  });

  it('says how it stands at another time', async () => {
    expect((await seen(bundle, '--at', '2099-01-01')).standing?.state).toBe('expired');
    const late = await seen(bundle, '--at', '2030-12-31T00:00:00Z');
    expect(late.standing?.causes.map(({ kind }) => kind)).toContain('review-overdue');
    expect((await verify(bundle, '--at', 'tomorrow')).code).toBe(2);
  });

  it.each([1, 2, 3, 4, 5, 6, 7])('tells who is missing: %i', async (mask) => {
    const less = copy();
    less.versions[0]!.signatures = less.versions[0]!.signatures.filter(
      (_, index) => ((mask >> index) & 1) === 0,
    );
    const verdict = await seen(less);
    expect(verdict).toMatchObject({ code: 1, verified: false });
    const missing = verdict.versions[0]?.signatories.filter((one) => one.verdict === 'missing');
    expect(missing?.map(({ signatory }) => signatory)).toEqual(
      SIGNATORIES.filter((_, index) => (mask >> index) & 1),
    );
  });

  const changed = (member: string, value: Json) => (one: Bundle) => {
    const document = parseStrictText(one.versions[0]!.text) as JsonObject;
    one.versions[0]!.text = canonicalise({ ...document, [member]: value });
  };
  const signatureOf = (one: Bundle, index: number) => one.versions[0]!.signatures[index]!;
  const tamperings: readonly (readonly [string, (one: Bundle) => void])[] = [
    ['another word in the text', changed('title', 'Something else')],
    ['another version in the text', changed('version', 2)],
    ['another name in the text', changed('id', 'another')],
    ['a space in the text', (one) => (one.versions[0]!.text = one.versions[0]!.text.replace(',', ', '))],
    ['an end of line after the text', (one) => (one.versions[0]!.text += '\n')],
    [
      'members in another order',
      (one) => {
        const document = parseStrictText(one.versions[0]!.text) as JsonObject;
        one.versions[0]!.text = JSON.stringify(Object.fromEntries(Object.entries(document).reverse()));
      },
    ],
    [
      'a member twice',
      (one) => (one.versions[0]!.text = one.versions[0]!.text.replace('{', '{"dsa":"1.0",')),
    ],
    ['the bundle’s own number of the version', (one) => (one.versions[0]!.version = 2)],
    ['the bundle’s own name', (one) => (one.id = 'another')],
    [
      'a signature of somebody else in its place',
      (one) => (one.versions[0]!.signatures[0]!.signature = signatureOf(one, 1).signature),
    ],
    [
      'a header of somebody else in its place',
      (one) => (one.versions[0]!.signatures[0]!.protected = signatureOf(one, 1).protected),
    ],
    [
      'a header with another time',
      (one) => {
        const { protected: header } = signatureOf(one, 2);
        const members = JSON.parse(Buffer.from(header, 'base64url').toString('utf8')) as JsonObject;
        one.versions[0]!.signatures[2]!.protected = Buffer.from(
          JSON.stringify({ ...members, time: '2026-05-01T00:00:00Z' }),
        ).toString('base64url');
      },
    ],
    ['base64 with padding', (one) => (one.versions[0]!.signatures[0]!.signature += '=')],
    ['one signature twice', (one) => (one.versions[0]!.signatures[0] = signatureOf(one, 2))],
    ['no keys', (one) => (one.keys = [])],
    ['a key under another’s name', (one) => Object.assign(one.keys[0]!, { kid: one.keys[2]!.kid })],
    ['a key of another agency', (one) => Object.assign(one.keys[2]!, { agency: 'driver-licensing' })],
    ['a key of another role', (one) => Object.assign(one.keys[2]!, { role: 'secretary' })],
    ['a key to sign in with', (one) => Object.assign(one.keys[2]!, { use: 'authentication' })],
    ['a key of later', (one) => Object.assign(one.keys[2]!, { validFrom: '2090-01-01T00:00:00Z' })],
    ['a key that had run out', (one) => Object.assign(one.keys[2]!, { validUntil: '2026-01-02T00:00:00Z' })],
    ['a key that was revoked', (one) => Object.assign(one.keys[2]!, { revokedAt: '2026-01-02T00:00:00Z' })],
    [
      'a key that was stolen',
      (one) => Object.assign(one.keys[2]!, { compromisedSince: '2026-01-02T00:00:00Z' }),
    ],
    [
      'a notice that nobody signed',
      (one) => one.notices.push({ text: '{"notice":"1.0"}', signature: signatureOf(one, 0) }),
    ],
  ];
  it.each(tamperings)('%s: the verdict is no', async (_, tamper) => {
    const tampered = copy();
    tamper(tampered);
    expect(canonicalise(tampered as unknown as Json)).not.toBe(canonicalise(bundle as unknown as Json));
    expect(await seen(tampered)).toMatchObject({ code: 1, verified: false });
  });

  it('the keys that one knows count, not those in the bundle', async () => {
    await answerOf(['keys', 'new', at('forger.json')]);
    const forged = copy();
    const { kid } = read<{ kid: string }>('forger.json');
    forged.keys[2] = { ...forged.keys[2]!, kid, jwk: read('forger.pub.json') };
    const signature = await answerOf<Bundle['versions'][0]['signatures'][0]>([
      ...['agreement', 'sign', at('draft.json'), '--key', at('forger.json')],
      ...['--party', 'pensions', '--role', 'legal', '--yes'],
    ]);
    forged.versions[0]!.signatures[2] = { protected: signature.protected, signature: signature.signature };
    // In itself a bundle with other keys is whole: it is for the reader to ask whether the first keys are right.
    expect((await seen(forged)).code).toBe(0);
    const own = `pensions:${bundle.keys[2]!.kid}`;
    expect(await seen(forged, '--trust', own)).toMatchObject({ code: 1 });
    expect((await verify(forged, '--trust', 'pensions')).code).toBe(2);
    const both = copy();
    both.keys.push(forged.keys[2]);
    both.versions[0]!.signatures[2] = forged.versions[0]!.signatures[2]!;
    expect((await seen(both)).code).toBe(1);
    expect((await seen(both, '--trust', own)).code).toBe(1);
    expect((await seen({ ...bundle, keys: both.keys }, '--trust', own)).code).toBe(0);
    const known = write('known.json', { keys: bundle.keys });
    expect(await seen(forged, '--keys', known)).toMatchObject({ code: 1, keysFrom: 'files' });
  });

  it('takes an agreement with its signatures, in canonical bytes alone', async () => {
    const keys = write('keys.json', bundle.keys);
    const signatures = bundle.versions[0]!.signatures.map((one, index) =>
      write(`signature-${index}.json`, one),
    );
    const args = (file: string) => [
      'agreement',
      'verify',
      file,
      '--keys',
      keys,
      '--signatures',
      ...signatures,
    ];
    const canonical = write('canonical.json', freezeAgreement(SAMPLE).text);
    expect((await concordat(args(canonical))).code).toBe(0);
    const pretty = await concordat(args(at('draft.json')));
    expect(pretty.code).toBe(2);
    expect(pretty.err).toContain('not canonical');
    expect((await concordat(['agreement', 'verify', canonical])).code).toBe(2);
  });

  it('what is no bundle cannot be read: 2', async () => {
    for (const value of [{ versions: [] }, { ...bundle, keys: {} }, { ...bundle, versions: [{}] }])
      expect((await verify(value)).code).toBe(2);
    const broken = copy();
    Object.assign(broken.keys[0]!.jwk, { x: 'AAAA' });
    expect((await verify(broken)).code).toBe(2);
  });
});

describe('agreement notice', () => {
  interface Printed {
    readonly text: string;
    readonly signature: { protected: string; signature: string };
  }
  const notice = (kind: string, signatory: string, file: string, ...more: string[]): string[] => [
    ...[
      'agreement',
      'notice',
      kind,
      file,
      '--because',
      'A test of the notice',
      ...by(signatory),
      '--yes',
      ...more,
    ],
  ];

  it('suspends, lists what is to be lifted, and resumes once everyone has consented', async () => {
    const life = copy();
    const file = (): string => write('life.json', life);
    const state = async (): Promise<string> => {
      const { out } = await concordat(['agreement', 'verify', file(), '--json']);
      return (JSON.parse(out) as { standing: { state: string } }).standing.state;
    };
    life.notices.push(await answerOf<Printed>(notice('suspend', 'pensions/legal', file())));
    expect(await state()).toBe('suspended');
    for (const [index, signatory] of SIGNATORIES.entries()) {
      expect(await state(), `before ${signatory}`).toBe('suspended');
      const { out, err } = await concordat(notice('resume', signatory, file()));
      expect(err).toContain('Suspended by pensions/legal');
      const given = JSON.parse(out) as Printed;
      expect(JSON.parse(given.text)).toMatchObject({
        kind: 'resume',
        lifts: [expect.stringMatching(/^sha256:/u)],
      });
      life.notices.push(given);
      if (index === 0) {
        // Having consented, there is nothing left for this one to consent to.
        expect(await concordat(notice('resume', signatory, file()))).toMatchObject({ code: 1, out: '' });
      }
    }
    expect(await state()).toBe('active');
  });

  it('a notice is worth nothing under another signature', async () => {
    const forged = copy();
    const given = await answerOf<Printed>(notice('suspend', 'pensions/legal', write('f.json', forged)));
    const other = await answerOf<Printed>(notice('suspend', 'register-office/legal', at('f.json')));
    forged.notices.push({ text: given.text, signature: other.signature });
    expect((await concordat(['agreement', 'verify', write('f.json', forged)])).code).toBe(1);
  });

  it('ends, reviews and rejects', async () => {
    const file = write('whole.json', bundle);
    const ended = await answerOf<Printed>(
      notice('terminate', 'pensions/legal', file, '--effective', '2027-04-01'),
    );
    expect(JSON.parse(ended.text)).toMatchObject({ kind: 'terminate', effective: '2027-04-01T00:00:00Z' });
    const review = await answerOf<Printed>(
      notice('review', 'pensions/legal', file, '--review-by', '2030-01-31'),
    );
    expect(JSON.parse(review.text)).toMatchObject({ kind: 'review', reviewBy: '2030-01-31' });
    // Everyone has signed: there is nothing to reject.
    expect((await concordat(notice('reject', 'pensions/legal', file))).code).toBe(2);
    const proposed = copy();
    proposed.versions[0]!.signatures.pop();
    const rejected = await answerOf<Printed>(notice('reject', 'pensions/legal', write('p.json', proposed)));
    expect(JSON.parse(rejected.text)).toMatchObject({ kind: 'reject' });
  });

  it.each([
    ['terminate', '--effective', 'soon'],
    ['terminate', '--effective', '2020-01-01'],
    ['review', '--review-by', '31/03/2029'],
    ['review', '--review-by', '2029-02-30'],
  ])('%s %s %s cannot be', async (kind, option, value) => {
    const { code, out } = await concordat(notice(kind, 'pensions/legal', at('draft.json'), option, value));
    expect(code).toBeGreaterThan(0);
    expect(out).toBe('');
  });

  it('the text alone does not say what suspends: 2; no file and no broker: 2', async () => {
    expect((await concordat(notice('resume', 'pensions/legal', at('draft.json')))).code).toBe(2);
    expect((await concordat(notice('suspend', 'pensions/legal', 'death-notification-pensions'))).code).toBe(
      2,
    );
  });
});

describe('agreement diff', () => {
  it('answers no where it was asked to, and tells it in words and as data', async () => {
    const [grant] = SAMPLE['grants'] as JsonObject[];
    const fields = grant!['fields'] as JsonObject[];
    const grants = [{ ...grant, fields: fields.slice(1) }, ...(SAMPLE['grants'] as JsonObject[]).slice(1)];
    const narrower = write('narrower.json', { ...SAMPLE, version: 2, grants });
    const schemas = ['--schemas', new URL('../schemas/events', import.meta.url).pathname];
    const compare = (older: string, newer: string, ...more: string[]) =>
      concordat(['agreement', 'diff', older, newer, ...schemas, ...more]);
    expect((await compare(narrower, at('draft.json'), '--fail-on', 'widens')).code).toBe(1);
    expect((await compare(narrower, at('draft.json'))).code).toBe(0);
    expect((await compare(at('draft.json'), narrower, '--fail-on', 'changes')).code).toBe(0);
    const told = JSON.parse((await compare(at('draft.json'), narrower, '--json')).out) as { overall: string };
    expect(told.overall).toBe('narrows');
  });
});

describe('simulate', () => {
  const SCHEMAS = loadSampleSchemas();
  const schemas = SCHEMAS.flatMap(({ schema }, index) => ['--schema', write(`schema-${index}.json`, schema)]);
  const REGISTERED = 'uk.register-office.death.registered';
  const event = (deceased: JsonObject, type = REGISTERED): string =>
    JSON.stringify({
      specversion: '1.0',
      id: 'trial-1',
      source: 'urn:trial',
      type,
      data: {
        registration: { urn: 'urn:death:1', time: '2026-06-01T10:00:00Z', district: 'Northshire' },
        deceased: { names: [{ kind: 'registered', family: 'Zzyzx' }], ...deceased },
      },
    });
  const trial = ['simulate', '--agreement', '', ...schemas, '--event', '-', '--now', '2026-06-01'];
  const args = (more: readonly string[] = []): string[] => trial.with(2, at('draft.json')).concat(more);

  it('says that it is a trial, what is given and why, and what is not', async () => {
    const { code, out, err } = await concordat(args(), { input: event({ ageAtDeath: 74 }) });
    expect({ code, err }).toEqual({ code: 0, err: '' });
    for (const words of ['A TRIAL of death-notification-pensions', 'as if everyone had signed'])
      expect(out).toContain(words);
    expect(out).toContain('pensions: the record is given.');
    expect(out).toContain('/registration/district. This grant does not list it.');
    // What is given is shown, and it is no other secret's: a trial's stand-in is of no use elsewhere.
    expect(out.split('What it would get:')[1]).toContain('Zzyzx');
    expect(out.split('What it would get:')[0]).not.toContain('Zzyzx');
  });

  it('with --json gives the explanations; a denial is an answer', async () => {
    const { code, out } = await concordat(args(['--json', '--now', '2020-01-01']), {
      input: event({ ageAtDeath: 74 }),
    });
    expect(code).toBe(0);
    expect(JSON.parse(out)).toMatchObject({
      trial: true,
      now: '2020-01-01T00:00:00.000Z',
      refused: [],
      explanations: [{ decision: { outcome: 'withheld', reason: 'before-term' } }],
    });
    expect(out).not.toContain('Zzyzx');
  });

  it('makes up another secret each time', async () => {
    const ids = new Set<string>();
    for (let index = 0; index < 3; index += 1) {
      const { explanations } = await answerOf<{ explanations: { decision: { id: string } }[] }>(args(), {
        input: event({ ageAtDeath: 74 }),
      });
      ids.add(explanations[0]!.decision.id);
    }
    expect(ids.size).toBe(3);
  });

  it('says when the broker would not take the event', async () => {
    const { code, out } = await concordat(args(), { input: event({ ageAtDeath: 'old' }) });
    expect(code).toBe(0);
    expect(out).toContain('THE BROKER WOULD NOT TAKE THIS EVENT');
    expect(out).toContain('/data/deceased/ageAtDeath must be integer');
  });

  it('nobody gets anything of a type that no grant is about: 1', async () => {
    const { code, out } = await concordat(args(), { input: event({}, 'uk.example.birth') });
    expect(code).toBe(1);
    expect(out).toContain('Nobody gets anything: no grant is about events of the type uk.example.birth');
  });

  it.each([
    ['no such recipient', ['--recipient', 'tax-office'], 2, 'It names: pensions'],
    ['no moment', ['--now', 'tomorrow'], 2, 'is no moment'],
    ['no event', ['--event', at('draft.json')], 1, 'specversion must be'],
  ])('%s', async (_, more, exitCode, words) => {
    const { code, err } = await concordat(args(more), { input: event({}) });
    expect(code).toBe(exitCode);
    expect(err).toContain(words);
  });

  it('without the schema that the agreement names: 2, and how to give it', async () => {
    const other = write('other-schema.json', { type: 'object' });
    const { code, err } = await concordat(
      ['simulate', '--agreement', at('draft.json'), '--schema', other, '--event', '-'],
      { input: event({}) },
    );
    expect(code).toBe(2);
    expect(err).toContain('Add it with --schema');
  });
});
