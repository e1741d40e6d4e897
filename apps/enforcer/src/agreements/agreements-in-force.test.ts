import { exportJWK, generateKeyPair } from 'jose';
import {
  allSignatories,
  endorseKey,
  freezeAgreement,
  freezeNotice,
  kidOf,
  readNamedRoots,
  signAgreement,
  signNotice,
  thumbprint,
  toPublicJwk,
  type DetachedSignature,
  type EndorsedKey,
  type FrozenAgreement,
  type PrivateKey,
} from '@concordat/agreement';
import { decide } from '@concordat/policy';
import type { JsonObject } from '@concordat/record';
import { Register, type RegisterRecord, type VersionRecord } from '@concordat/register';
import { deathRegistrations, loadSampleAgreements, loadSampleSchemas } from '@concordat/sample';
import { createLogger } from '@concordat/telemetry';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { AgreementsInForce } from './agreements-in-force.js';
import { TrustedKeys } from './trusted-keys.js';

const NOW = '2026-06-01T12:00:00Z';
const SIGNED = '2026-03-20T00:00:00Z';
const PROVIDER = 'register-office';
const TYPE = 'uk.register-office.death.registered';
const LATER = 'northshire-council';

/** The sample's agreement with Pensions, to which a council may join later. */
const document = withLaterJoiner(loadSampleAgreements()[0] ?? {});
const first = freezeAgreement(document);
const second = freezeAgreement({ ...document, version: 2, summary: 'The same, in other words' });
const wider = freezeAgreement({
  ...document,
  version: 2,
  term: { ...termOf(document), until: '2032-03-31' },
});
const narrower = freezeAgreement({
  ...document,
  version: 2,
  grants: (document['grants'] as JsonObject[]).filter((grant) => grant['event'] !== TYPE),
});

const [event] = deathRegistrations({ seed: 1, count: 5 }).filter(({ type }) => type === TYPE);

const signatories = new Map<string, { readonly key: EndorsedKey; readonly privateKey: PrivateKey }>();

/** A key of an agency, vouched for by the one that the agency has already. */
async function newKey(
  name: string,
  time = '2026-01-01T00:00:00Z',
): Promise<{ key: EndorsedKey; privateKey: PrivateKey }> {
  const [agency = '', role = ''] = name.split('/');
  const { publicKey, privateKey } = await generateKeyPair('EdDSA');
  const jwk = toPublicJwk(await exportJWK(publicKey));
  const key = { agency, use: 'signing', role, kid: await thumbprint(jwk), jwk, validFrom: time } as const;
  const by = [...signatories.values()].find((one) => one.key.agency === agency);
  if (by === undefined) return { key, privateKey };
  const endorsement = await endorseKey(key, { role: by.key.role, kid: by.key.kid, time }, by.privateKey);
  return { key: { ...key, endorsement }, privateKey };
}

beforeAll(async () => {
  for (const name of allSignatories(first.agreement)) signatories.set(name, await newKey(name));
});

const newInForce = (...named: string[]): AgreementsInForce => {
  const logger = createLogger('test', 'silent');
  return new AgreementsInForce(register, new TrustedKeys(register, readNamedRoots(named)!, logger), logger);
};

let register: CountingRegister;
let inForce: AgreementsInForce;

beforeEach(async () => {
  register = new CountingRegister();
  inForce = newInForce();
  for (const schema of loadSampleSchemas()) await tell({ kind: 'schema', ...schema });
  for (const { key } of signatories.values()) await tell({ kind: 'key', ...key });
});

/** Says for how many agreements' versions it was asked. */
class CountingRegister extends Register {
  asked: string[] = [];
  override versions(id: string): VersionRecord[] {
    this.asked.push(id);
    return super.versions(id);
  }
}

const LEGAL = { party: 'pensions', role: 'legal', time: SIGNED };

describe('an agreement is in force', () => {
  it('when everyone whom it needs has signed, and until then not', async () => {
    const signatures = await signaturesOf(first);
    for (let count = 0; count < signatures.length; count += 1) {
      await propose(first, signatures.slice(0, count));
      expect(outcomes()).toEqual([]);
    }
    await propose(first, signatures);
    expect(outcomes()).toEqual(['pensions v1 released']);
  });

  it('by signatures over its own text only', async () => {
    await propose(first, await signaturesOf(second));
    expect(outcomes()).toEqual(['pensions v1 signature-refused']);
  });

  it('by as many signatures as it needs, but of all who must sign', async () => {
    const [one] = await signaturesOf(first);
    await propose(
      first,
      Array.from({ length: signatories.size }, () => one as DetachedSignature),
    );
    expect(outcomes()).toEqual([]);
  });

  it('no longer once it is known that somebody else may have signed it', async () => {
    await propose(first, await signaturesOf(first));
    const { key } = signatories.get('pensions/legal')!;
    await tell({ kind: 'key', ...key, revokedAt: NOW });
    expect(outcomes()).toEqual(['pensions v1 released']);
    await tell({ kind: 'key', ...key, revokedAt: NOW, compromisedSince: '2026-03-10T00:00:00Z' });
    expect(outcomes()).toEqual(['pensions v1 signature-refused']);
    // The register would have to forget.
    await tell({ kind: 'key', ...key });
    expect(outcomes()).toEqual(['pensions v1 signature-refused']);
  });

  it('not by a key that somebody has slipped into the register', async () => {
    const rogue = await newKey('pensions/legal');
    const { endorsement: _, ...bare } = rogue.key;
    const own = signatories.get('pensions/legal')!;
    const forged = await signAgreement(first, { ...LEGAL, kid: bare.kid }, rogue.privateKey);
    const others = (await signaturesOf(first)).filter((signature) => kidOf(signature) !== own.key.kid);
    const genuine = (await signaturesOf(first)).filter((signature) => kidOf(signature) === own.key.kid);
    await tell({ kind: 'key', ...bare });
    await propose(first, [...others, forged]);
    expect(outcomes()).not.toContain('pensions v1 released');
    // Which of the two is the agency's own cannot be told any more, except by who knows it.
    await propose(first, genuine);
    expect(outcomes()).not.toContain('pensions v1 released');
    inForce = newInForce(`pensions:${own.key.kid}`);
    await inForce.refresh(NOW);
    expect(outcomes()).toEqual(['pensions v1 released']);
    // A key that stands in the place of the named one is not it.
    inForce = newInForce(`pensions:${'A'.repeat(43)}`);
    await inForce.refresh(NOW);
    expect(outcomes()).not.toContain('pensions v1 released');
  });

  it('by a later key that an earlier one vouches for, and no longer once that one proves to have been stolen', async () => {
    const next = await newKey('pensions/legal');
    const own = signatories.get('pensions/legal')!;
    const signature = await signAgreement(first, { ...LEGAL, kid: next.key.kid }, next.privateKey);
    const others = (await signaturesOf(first)).filter((one) => kidOf(one) !== own.key.kid);
    await propose(first, [...others, signature]);
    expect(outcomes()).not.toContain('pensions v1 released');
    await tell({ kind: 'key', ...next.key });
    expect(outcomes()).toEqual(['pensions v1 released']);
    await tell({ kind: 'key', ...own.key, revokedAt: NOW });
    expect(outcomes()).toEqual(['pensions v1 released']);
    await tell({ kind: 'key', ...own.key, revokedAt: NOW, compromisedSince: '2025-12-31T00:00:00Z' });
    expect(outcomes()).toEqual(['pensions v1 signature-refused']);
  });

  it('once the key or the schema is there, whichever comes last', async () => {
    register = new CountingRegister();
    inForce = newInForce();
    await propose(first, await signaturesOf(first));
    for (const { key } of signatories.values()) await tell({ kind: 'key', ...key });
    expect(outcomes()).toEqual(['pensions v1 agreement-unusable']);
    for (const schema of loadSampleSchemas()) await tell({ kind: 'schema', ...schema });
    expect(outcomes()).toEqual(['pensions v1 released']);
  });

  it('not under another name, nor with bytes that are not canonical', async () => {
    const signatures = await signaturesOf(first);
    await tell({ kind: 'agreement', id: 'another', version: 1, text: first.text, signatures });
    await tell({
      kind: 'agreement',
      id: first.agreement.id,
      version: 1,
      text: ` ${first.text}`,
      signatures,
    });
    expect(outcomes()).toEqual([]);
  });
});

describe('a newer version', () => {
  beforeEach(async () => propose(first, await signaturesOf(first)));

  it('takes the place of the older one when everyone has signed it, and not before', async () => {
    const signatures = await signaturesOf(wider);
    await propose(wider, signatures.slice(1));
    expect(outcomes()).toEqual(['pensions v1 released']);
    await propose(wider, signatures);
    expect(outcomes()).toEqual(['pensions v2 released']);
  });

  it('does not bring the older one back when one of its signatures stops to hold', async () => {
    const [one, ...others] = await signaturesOf(second);
    await propose(second, [{ ...one!, signature: 'AAAA' }, ...others]);
    expect(outcomes()).toEqual(['pensions v2 signature-refused']);
  });

  it('leaves the older one alone while it lacks signatures, even if those that it has do not hold', async () => {
    const [one] = await signaturesOf(first);
    await propose(second, [one!]);
    expect(outcomes()).toEqual(['pensions v1 released']);
  });

  it('is not made by a recipient and an accomplice, who take over the name without the provider', async () => {
    const name = 'accomplice/legal';
    signatories.set(name, await newKey(name));
    await tell({ kind: 'key', ...signatories.get(name)!.key });
    const [provider, recipient] = document['parties'] as [JsonObject, JsonObject];
    const taking = freezeAgreement({
      ...document,
      version: 2,
      parties: [{ ...provider, agency: 'accomplice', signatories: recipient['signatories']! }, recipient],
      grants: (document['grants'] as JsonObject[])
        .slice(0, 1)
        .map((grant) => ({ ...grant, provider: 'accomplice' })),
    });
    await propose(taking, await signaturesOf(taking));
    signatories.delete(name);
    expect(outcomes()).toEqual(['pensions v1 released']);
    expect(inForce.applied()).toMatchObject([{ version: 1, state: 'active' }]);
    expect(inForce.grantsFor('accomplice', TYPE, NOW)).toEqual([]);
  });

  it('narrows at once when one party has signed it, in the name of the one in force', async () => {
    const [owner, legal] = await signaturesOf(narrower);
    await propose(narrower, [owner!]);
    expect(outcomes()).toEqual(['pensions v1 released']);
    await propose(narrower, [owner!, legal!]);
    expect(outcomes()).toEqual(['pensions v1 grant-withdrawn']);
    expect(inForce.applied()).toMatchObject([
      { version: 1, digest: first.digest, narrowedBy: narrower.digest },
    ]);
  });
});

describe('a notice', () => {
  beforeEach(async () => propose(first, await signaturesOf(first)));

  it('to suspend stops everything at once; one to resume by everyone lets it go on', async () => {
    const suspended = await give('pensions/legal', { kind: 'suspend' });
    expect(outcomes()).toEqual(['pensions v1 agreement-suspended']);
    for (const name of ['register-office/legal', 'pensions/legal']) {
      await give(name, { kind: 'resume', lifts: [suspended] });
      expect(outcomes()).toEqual(['pensions v1 agreement-suspended']);
    }
    await give('register-office/information-asset-owner', { kind: 'resume', lifts: [suspended] });
    expect(outcomes()).toEqual(['pensions v1 released']);
    expect(inForce.applied()).toMatchObject([{ state: 'active', notices: { length: 4 } }]);
  });

  it('that does not verify changes nothing, and pushes out none that does', async () => {
    const { digest, text, signature } = await notice('pensions/legal', { kind: 'suspend' });
    const { id } = first.agreement;
    await tell({ kind: 'notice', id, digest, text, signature: { ...signature, signature: 'AAAA' } });
    expect(outcomes()).toEqual(['pensions v1 released']);
    await tell({ kind: 'notice', id, digest, text, signature });
    await tell({ kind: 'notice', id, digest, text, signature: { ...signature, signature: 'AAAA' } });
    await tell({ kind: 'notice', id: 'another', digest, text, signature });
    await tell({ kind: 'notice', id, digest, text: '{}', signature });
    await tell({ kind: 'notice', id, digest, text, signature: null } as unknown as RegisterRecord);
    expect(outcomes()).toEqual(['pensions v1 agreement-suspended']);
  });

  it('is known when it comes before the version that it is about', async () => {
    const about = await notice('pensions/legal', { kind: 'suspend' });
    const { id } = first.agreement;
    register = new CountingRegister();
    inForce = newInForce();
    await tell({ kind: 'notice', id, ...about });
    for (const schema of loadSampleSchemas()) await tell({ kind: 'schema', ...schema });
    for (const { key } of signatories.values()) await tell({ kind: 'key', ...key });
    await propose(first, await signaturesOf(first));
    expect(outcomes()).toEqual(['pensions v1 agreement-suspended']);
  });

  it('to end takes effect by the clock, with no record and no timer; its withholding is shown for 90 days', async () => {
    await give('pensions/legal', { kind: 'terminate', effective: '2026-07-01T12:00:00Z' });
    expect(outcomes()).toEqual(['pensions v1 released']);
    expect(outcomes('2026-07-01T11:59:59.999Z')).toEqual(['pensions v1 released']);
    expect(outcomes('2026-07-01T12:00:00Z')).toEqual(['pensions v1 agreement-ended']);
    expect(outcomes('2026-09-29T11:59:59Z')).toEqual(['pensions v1 agreement-ended']);
    expect(outcomes('2026-09-29T12:00:00Z')).toEqual([]);
    // A clock that was set back is believed as well.
    expect(outcomes(NOW)).toEqual(['pensions v1 released']);
  });
});

describe('what stops is not undone by what is said of a key later', () => {
  const SINCE = '2026-05-01T00:00:00Z';
  const NAME = 'register-office/legal';

  beforeEach(async () => propose(first, await signaturesOf(first)));

  it.each<[string, Partial<EndorsedKey>]>([
    ['revoked', { revokedAt: SINCE }],
    ['stolen', { revokedAt: NOW, compromisedSince: SINCE }],
  ])('a suspension, when its key proves to have been %s', async (_, change) => {
    const suspended = await give(NAME, { kind: 'suspend' });
    const stopped = () =>
      inForce
        .grantsFor(PROVIDER, TYPE, NOW)
        .flatMap(({ standing }) => standing.causes)
        .map((cause) => (cause.kind === 'suspended' ? cause.notice : cause.kind));
    const { key } = signatories.get(NAME)!;
    await tell({ kind: 'key', ...key, ...change });
    expect(stopped()).toContain(suspended);
    // Nor does a resumption by that key count.
    for (const name of signatories.keys()) await give(name, { kind: 'resume', lifts: [suspended] });
    expect(stopped()).toContain(suspended);
  });

  it('an end', async () => {
    await give(NAME, { kind: 'terminate', effective: '2026-05-25T00:00:00Z' });
    await tell({ kind: 'key', ...signatories.get(NAME)!.key, compromisedSince: SINCE });
    expect(outcomes()).toEqual(['pensions v1 agreement-ended']);
  });

  it('a narrowing', async () => {
    await propose(
      narrower,
      await Promise.all(
        ['register-office/information-asset-owner', NAME].map((name) =>
          signatureOf(name, narrower, '2026-05-20T00:00:00Z'),
        ),
      ),
    );
    expect(outcomes()).toEqual(['pensions v1 grant-withdrawn']);
    await tell({ kind: 'key', ...signatories.get(NAME)!.key, compromisedSince: SINCE });
    expect(outcomes()).toEqual(['pensions v1 grant-withdrawn']);
  });

  it('a suspension by a key for which a key vouched that proves to have been stolen', async () => {
    const own = signatories.get('pensions/legal')!;
    const next = await newKey('pensions/legal', '2026-05-10T00:00:00Z');
    await tell({ kind: 'key', ...next.key });
    const stop = await notice('pensions/legal', { kind: 'suspend' }, first, next);
    await tell({ kind: 'notice', id: first.agreement.id, ...stop });
    expect(outcomes()).toEqual(['pensions v1 agreement-suspended']);
    await tell({ kind: 'key', ...own.key, revokedAt: NOW, compromisedSince: SINCE });
    expect(outcomes()).toEqual(['pensions v1 agreement-suspended']);
    // Not so by a key for which nobody ever vouched.
    register = new CountingRegister();
    inForce = newInForce(`pensions:${own.key.kid}`);
    for (const schema of loadSampleSchemas()) await tell({ kind: 'schema', ...schema });
    for (const { key } of signatories.values()) await tell({ kind: 'key', ...key });
    const { endorsement: _, ...bare } = next.key;
    await tell({ kind: 'key', ...bare });
    await propose(first, await signaturesOf(first));
    await tell({ kind: 'notice', id: first.agreement.id, ...stop });
    expect(outcomes()).toEqual(['pensions v1 released']);
  });
});

describe('the clock alone', () => {
  it('begins the term, suspends for the review, and ends the term', async () => {
    await propose(first, await signaturesOf(first));
    expect(outcomes('2026-03-31T23:59:59Z')).toEqual(['pensions v1 before-term']);
    expect(outcomes('2026-06-01T00:00:00Z')).toEqual(['pensions v1 released']);
    expect(outcomes('2029-03-31T23:59:59Z')).toEqual(['pensions v1 released']);
    expect(outcomes('2029-04-01T00:00:00Z')).toEqual(['pensions v1 review-overdue']);
    expect(outcomes('2031-04-01T00:00:00Z')).toEqual(['pensions v1 after-term']);
    expect(outcomes('2031-07-01T00:00:00Z')).toEqual([]);
  });
});

describe('a party that may join later', () => {
  it('gets nothing until it has signed, and then needs nobody else’s signature', async () => {
    await propose(first, await signaturesOf(first));
    expect(outcomes()).toEqual(['pensions v1 released']);
    await propose(first, [await signatureOf(`${LATER}/legal`, first)]);
    expect(outcomes()).toEqual(['pensions v1 released', `${LATER} v1 released`]);
  });

  it('suspends and ends only its own part', async () => {
    await propose(first, [...(await signaturesOf(first)), await signatureOf(`${LATER}/legal`, first)]);
    await give(`${LATER}/legal`, { kind: 'suspend' });
    expect(outcomes()).toEqual(['pensions v1 released', `${LATER} v1 party-suspended`]);
    await give(`${LATER}/legal`, { kind: 'terminate', effective: NOW });
    expect(outcomes()).toEqual(['pensions v1 released', `${LATER} v1 party-left`]);
    expect(outcomes('2026-12-01T00:00:00Z')).toEqual(['pensions v1 released']);
  });
});

describe('the work', () => {
  it('that a notice makes is that of its own agreement', async () => {
    await propose(first, await signaturesOf(first));
    for (let other = 0; other < 20; other += 1) {
      const frozen = freezeAgreement({ ...document, id: `other-${other}` });
      await propose(frozen, await signaturesOf(frozen));
    }
    register.asked = [];
    await give('pensions/legal', { kind: 'suspend' });
    expect(register.asked).toEqual([first.agreement.id]);
    expect(outcomes()).toHaveLength(21);
  });
});

/** What happens to a death now, for each recipient and version by which it is decided. */
function outcomes(now = NOW): string[] {
  return inForce.grantsFor(PROVIDER, TYPE, now).map(({ program, standing }) => {
    const decision = decide(program, event!, {
      provider: PROVIDER,
      now,
      secret: Buffer.alloc(32, 1),
      standing,
    });
    const said = decision.outcome === 'withheld' ? decision.reason : decision.outcome;
    return `${program.recipient} v${program.agreement.version} ${said}`;
  });
}

/** What the registry tells of a change, as the enforcer hears it. */
async function tell(record: RegisterRecord): Promise<void> {
  register.apply(record);
  await inForce.take(record, NOW);
}

async function propose(frozen: FrozenAgreement, signatures: readonly DetachedSignature[]): Promise<void> {
  const { id, version } = frozen.agreement;
  await tell({ kind: 'agreement', id, version, text: frozen.text, signatures });
}

/** Of everyone but the party that may join later. */
const signaturesOf = (frozen: FrozenAgreement): Promise<DetachedSignature[]> =>
  Promise.all(
    allSignatories(frozen.agreement)
      .filter((name) => !name.startsWith(LATER))
      .map((name) => signatureOf(name, frozen)),
  );

function signatureOf(name: string, frozen: FrozenAgreement, time = SIGNED): Promise<DetachedSignature> {
  const { key, privateKey } = signatories.get(name)!;
  const { agency: party, role, kid } = key;
  return signAgreement(frozen, { party, role, kid, time }, privateKey);
}

async function notice(name: string, part: JsonObject, over = first, by = signatories.get(name)!) {
  const { key, privateKey } = by;
  const { id, version } = over.agreement;
  const frozen = freezeNotice({
    notice: '1.0',
    agreement: { id, version, digest: over.digest },
    party: key.agency,
    role: key.role,
    time: '2026-05-20T09:00:00Z',
    because: 'A test',
    ...part,
  });
  const signature = await signNotice(frozen, key.kid, privateKey);
  return { digest: frozen.digest, text: frozen.text, signature };
}

async function give(name: string, part: JsonObject): Promise<string> {
  const given = await notice(name, part);
  await tell({ kind: 'notice', id: first.agreement.id, ...given });
  return given.digest;
}

function termOf(agreement: JsonObject): JsonObject {
  return agreement['term'] as JsonObject;
}

function withLaterJoiner(agreement: JsonObject): JsonObject {
  const parties = agreement['parties'] as JsonObject[];
  const grants = agreement['grants'] as JsonObject[];
  const recipient = parties.find(({ role }) => role === 'recipient')!;
  const grant = grants.find((one) => one['event'] === TYPE)!;
  return {
    ...agreement,
    parties: [...parties, { ...recipient, agency: LATER, mayJoinLater: true }],
    grants: [...grants, { ...grant, id: 'later', recipient: LATER }],
  };
}
