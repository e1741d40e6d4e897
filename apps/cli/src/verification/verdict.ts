import {
  allSignatories,
  compareAgreements,
  readFrozenAgreement,
  renderAgreement,
  requiredSignatories,
  standingOf,
  verifyAgreementRecord,
  type AgreementToVerify,
  type FrozenAgreement,
  type Refusal,
  type Standing,
  type TracedKeys,
  type VerifiedVersion,
} from '@concordat/agreement';
import type { Digest, FindSchema } from '@concordat/record';

/** One signatory of a version, and whether its signature holds. */
export interface SignatoryVerdict {
  /** `party/role`. */
  readonly signatory: string;
  readonly verdict: 'signed' | 'missing' | 'refused';
  /** Whether the agreement is in force only with this signature; the others are of parties that may join later. */
  readonly needed: boolean;
  /** RFC 3339, as the signature states it. */
  readonly time?: string;
  /** Why a signature in this name was refused. */
  readonly why?: string;
}

/** One version, as its own bytes and signatures show it. */
export interface VersionVerdict {
  readonly version: number;
  readonly digest: Digest;
  /** Of the plain-English text, made again here. */
  readonly text: Digest;
  readonly signatories: readonly SignatoryVerdict[];
}

/** What came of verifying an agreement offline. */
export interface Verdict {
  /** A version is signed by everyone who must, and nothing is other than it says. */
  readonly verified: boolean;
  /** The verdict in a plain sentence. */
  readonly sentence: string;
  readonly id: string;
  /** RFC 3339: the moment for which it is told. */
  readonly at: string;
  readonly versions: readonly VersionVerdict[];
  /** How it stands by these versions and notices; absent when no version could be read. */
  readonly standing?: Standing;
  /** What is not what it says it is. */
  readonly refused: readonly Refusal[];
  /** What was genuine, and counts no more, because its key ran out, was revoked or was stolen. */
  readonly lapsed: readonly Refusal[];
}

/** Verifies all that there is of an agreement, and says how it stands at a moment. Trusts the keys alone. */
export async function verdictOn(
  record: AgreementToVerify,
  keys: Pick<TracedKeys, 'find' | 'findForStops'>,
  at: string,
  findSchema: FindSchema,
): Promise<Verdict> {
  const verify = (find: TracedKeys['find']): ReturnType<typeof verifyAgreementRecord> =>
    verifyAgreementRecord(record, find, undefined, undefined, keys.findForStops);
  const { versions, notices, refused: all } = await verify(keys.find);
  // What would hold if nothing had been said of its key since is genuine; it has only lost its force.
  const forged = new Set((await verify(keys.findForStops)).refused.map(nameOf));
  const refused = all.filter((one) => forged.has(nameOf(one)));
  const lapsed = all.filter((one) => !forged.has(nameOf(one)));
  const standing =
    versions.length === 0
      ? undefined
      : standingOf(versions, notices, at, (before, after) => compareAgreements(before, after, findSchema));
  return {
    ...judged(refused, standing),
    id: record.id,
    at,
    versions: versions.map((version) => versionVerdict(version, all)),
    ...(standing === undefined ? {} : { standing }),
    refused,
    lapsed,
  };
}

const nameOf = ({ of, version, notice, signatory }: Refusal): string =>
  JSON.stringify([of, version, notice, signatory]);

function judged(
  refused: readonly Refusal[],
  standing: Standing | undefined,
): Pick<Verdict, 'verified' | 'sentence'> {
  if (refused.length > 0)
    return {
      verified: false,
      sentence: `${refused.length === 1 ? 'One thing was' : `${refused.length} things were`} refused. Do not rely on this.`,
    };
  const cited = standing?.cited;
  const lost = standing?.causes.some(({ kind }) => kind === 'signatures-refused') === true;
  if (cited === undefined || lost)
    return { verified: false, sentence: 'No version is signed by everyone who must sign.' };
  return { verified: true, sentence: `Version ${cited.version} is signed by everyone who must sign.` };
}

function versionVerdict(
  { frozen: { agreement, digest }, signatures }: VerifiedVersion,
  refused: readonly Refusal[],
): VersionVerdict {
  const needed = new Set(requiredSignatories(agreement));
  const signatories = allSignatories(agreement).map((signatory): SignatoryVerdict => {
    const held = signatures.find(({ party, role }) => `${party}/${role}` === signatory);
    if (held !== undefined)
      return { signatory, verdict: 'signed', needed: needed.has(signatory), time: held.time };
    const refusal = refused.find(
      (one) => one.of === 'signature' && one.version === agreement.version && one.signatory === signatory,
    );
    return refusal === undefined
      ? { signatory, verdict: 'missing', needed: needed.has(signatory) }
      : { signatory, verdict: 'refused', needed: needed.has(signatory), why: refusal.why };
  });
  return { version: agreement.version, digest, text: renderAgreement(agreement).digest, signatories };
}

/** The agreements in a record that can be read at all. Nothing about them has been verified. */
export const agreementsIn = ({ versions }: AgreementToVerify): FrozenAgreement[] =>
  versions.flatMap(({ text }) => {
    try {
      return [readFrozenAgreement(text)];
    } catch {
      return [];
    }
  });
