import { createHash } from 'node:crypto';
import type { Digest } from '@concordat/record';
import { readFrozenAgreement, type FrozenAgreement } from '../document/document.js';
import { asItStoodFirst } from '../keys/validity.js';
import { readHeader, type DetachedSignature, type FindKey } from '../signatures/jws.js';
import { READING, TYP, verifySignature } from '../signatures/signature.js';
import { readFrozenNotice, type FrozenNotice, type Notice } from './notice.js';
import { verifyNotice } from './sign-notice.js';
import type { SignedBy, VerifiedNotice, VerifiedVersion } from './standing-types.js';

/** What is kept of one agreement, as it came: nothing of it has been checked. */
export interface AgreementToVerify {
  readonly id: string;
  readonly versions: readonly {
    readonly version: number;
    /** Canonical text (RFC 8785). */
    readonly text: string;
    readonly signatures: readonly DetachedSignature[];
  }[];
  readonly notices: readonly { readonly text: string; readonly signature: DetachedSignature }[];
}

/** Something that counts for nothing, and why: worth an alarm. */
export interface Refusal {
  readonly of: 'version' | 'signature' | 'notice';
  /** The number of the version that it belongs to, where that is known. */
  readonly version?: number;
  readonly notice?: Digest;
  /** `party/role`, as the refused thing itself says. */
  readonly signatory?: string;
  readonly why: string;
}

/** What holds of one agreement, and what does not. */
export interface VerifiedRecord {
  readonly versions: readonly VerifiedVersion[];
  readonly notices: readonly VerifiedNotice[];
  readonly refused: readonly Refusal[];
}

/** What came of verifying one signature with one key: who signed, or why it was refused. */
export type Verification =
  { readonly holds: true; readonly by: SignedBy } | { readonly holds: false; readonly why: string };

/**
 * Verifies what is kept of one agreement: each version's signatures, and each notice with the version that it
 * names. What does not hold is left out and told; it never throws for it.
 *
 * Times are not compared with the clock here: `standingOf` leaves out consent from the future, but lets a
 * suspension count at once, whatever time it states.
 *
 * @param known what came of earlier verifications; it is added to, so that news costs only what is new. Each is
 * named by the text, the signature and all that the register says about the key, so that none outlives a change
 * of the key.
 * @param documents agreements that were read before, by their text; it is added to, since reading one costs most
 * @param findKeyForStops finds the keys by which what stops is judged, as they stood first. What stops is not
 * undone by what is said of a key later: a notice to suspend, to end or to reject holds if it was genuine when it
 * was made, and so does a signature under a version that narrows. Whoever wants to lift it needs everyone.
 */
export async function verifyAgreementRecord(
  { id, versions, notices }: AgreementToVerify,
  findKey: FindKey,
  known = new Map<string, Verification>(),
  documents = new Map<string, FrozenAgreement>(),
  findKeyForStops: FindKey = stopsBy(findKey),
): Promise<VerifiedRecord> {
  const refused: Refusal[] = [];
  const verified: VerifiedVersion[] = [];
  for (const { version, text, signatures } of versions) {
    const frozen = readVersion(id, version, text, documents, refused);
    if (frozen === undefined) continue;
    verified.push(await verifyVersion(frozen, signatures, { findKey, findKeyForStops, known, refused }));
  }
  const read = notices.flatMap(({ text, signature }) => {
    const frozen = readNotice(text, refused);
    return frozen === undefined ? [] : [{ frozen, signature }];
  });
  const holding = new Map<Digest, VerifiedNotice>();
  for (const { frozen, signature } of read) {
    const { digest, notice } = frozen;
    const about = verified.find((version) => version.frozen.digest === notice.agreement.digest);
    const find = STOPS.has(notice.kind) ? findKeyForStops : findKey;
    const result =
      about === undefined
        ? { holds: false as const, why: 'The notice is about a version that is not known' }
        : await remembered(known, digest, signature, find, () =>
            verifyNotice(frozen, signature, about.frozen, find, END_OF_TIME),
          );
    if (result.holds) holding.set(digest, { notice, digest });
    else {
      const signatory = `${notice.party}/${notice.role}`;
      refused.push({ of: 'notice', notice: digest, signatory, why: result.why });
    }
  }
  return { versions: verified, notices: [...holding.values()], refused };
}

/** The kinds of notice that stop something. */
const STOPS: ReadonlySet<Notice['kind']> = new Set(['suspend', 'terminate', 'reject']);

const stopsBy =
  (findKey: FindKey): FindKey =>
  (kid) => {
    const key = findKey(kid);
    return key === undefined ? undefined : asItStoodFirst(key);
  };

/** Nothing is in the future of this. */
const END_OF_TIME = '9999-12-31T23:59:59Z';

function readVersion(
  id: string,
  version: number,
  text: string,
  documents: Map<string, FrozenAgreement>,
  refused: Refusal[],
): FrozenAgreement | undefined {
  try {
    const frozen = documents.get(text) ?? readFrozenAgreement(text);
    documents.set(text, frozen);
    if (frozen.agreement.id === id && frozen.agreement.version === version) return frozen;
    refused.push({ of: 'version', version, why: 'It is kept under another name than its own' });
  } catch (error) {
    refused.push({ of: 'version', version, why: messageOf(error) });
  }
  return undefined;
}

interface Verifier {
  readonly findKey: FindKey;
  readonly findKeyForStops: FindKey;
  readonly known: Map<string, Verification>;
  readonly refused: Refusal[];
}

async function verifyVersion(
  frozen: FrozenAgreement,
  signatures: readonly DetachedSignature[],
  { findKey, findKeyForStops, known, refused }: Verifier,
): Promise<VerifiedVersion> {
  const { version } = frozen.agreement;
  const verify = (signature: DetachedSignature, find: FindKey): Promise<Verification> =>
    remembered(known, frozen.digest, signature, find, () =>
      verifySignature(frozen, signature, find, END_OF_TIME),
    );
  const holding: SignedBy[] = [];
  const lapsed: SignedBy[] = [];
  const claimed: { party: string; role: string }[] = [];
  for (const signature of signatures) {
    const result = await verify(signature, findKey);
    if (result.holds) {
      holding.push(result.by);
      continue;
    }
    const once = await verify(signature, findKeyForStops);
    if (once.holds) lapsed.push(once.by);
    const claim = claimOf(signature);
    if (claim !== undefined) claimed.push(claim);
    const signatory = claim && `${claim.party}/${claim.role}`;
    refused.push({ of: 'signature', version, ...(signatory && { signatory }), why: result.why });
  }
  return { frozen, signatures: holding, refused: claimed, lapsed };
}

function readNotice(text: string, refused: Refusal[]): FrozenNotice | undefined {
  try {
    return readFrozenNotice(text);
  } catch (error) {
    refused.push({ of: 'notice', why: messageOf(error) });
    return undefined;
  }
}

/** Who a signature that does not hold says that it is from. */
function claimOf({ protected: header }: DetachedSignature): { party: string; role: string } | undefined {
  try {
    const { party, role } = readHeader({ protected: header, signature: 'AAAA' }, TYP, READING);
    return { party, role };
  } catch {
    return undefined;
  }
}

async function remembered(
  known: Map<string, Verification>,
  digest: Digest,
  signature: DetachedSignature,
  findKey: FindKey,
  verify: () => Promise<SignedBy>,
): Promise<Verification> {
  const name = nameOf(digest, signature, findKey);
  const before = known.get(name);
  if (before !== undefined) return before;
  const result = await verify().then(
    ({ party, role, time }) => ({ holds: true, by: { party, role, time } }) as const,
    (error: unknown) => ({ holds: false, why: messageOf(error) }) as const,
  );
  known.set(name, result);
  return result;
}

function nameOf(digest: Digest, signature: DetachedSignature, findKey: FindKey): string {
  const key = findKey(kidOf(signature));
  return createHash('sha256')
    .update(JSON.stringify([digest, signature.protected, signature.signature, key]))
    .digest('base64url');
}

/** The key that a signature says it was made with, or an empty text. Nothing about it has been verified. */
export function kidOf({ protected: header }: DetachedSignature): string {
  try {
    const { kid } = JSON.parse(Buffer.from(header, 'base64url').toString('utf8')) as { kid?: unknown };
    return typeof kid === 'string' ? kid : '';
  } catch {
    return '';
  }
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
