import type { Agreement, Party } from '../document/agreement.js';
import type { FrozenAgreement } from '../document/document.js';
import { renderAgreement, type Rendering } from '../plain-english/render.js';
import {
  readHeader,
  refuse,
  signDetached,
  verifyDetached,
  type DetachedSignature,
  type FindKey,
  type PrivateKey,
  type SignatoryHeader,
} from './jws.js';

export const TYP = 'dsa+jws';
export const READING = ['rendering', 'text'] as const;

/**
 * What a signature's protected header says; with `typ`, exactly these members and no other. It names the
 * plain-English text that the signatory read, so that what was read and what was signed cannot part.
 */
export interface SignatureHeader extends SignatoryHeader {
  /** The version of the rendering that made the text. */
  readonly rendering: string;
  /** The digest of the plain-English text, `sha256:…`. */
  readonly text: string;
}

/**
 * Signs an agreement. The private key stays with the caller: this runs in the agency's tools, never in the
 * broker.
 */
export function signAgreement(
  { agreement, text }: FrozenAgreement,
  signatory: { readonly party: string; readonly role: string; readonly kid: string; readonly time: string },
  privateKey: PrivateKey,
): Promise<DetachedSignature> {
  const { party, role, kid, time } = signatory;
  const { rendering, digest } = readingOf(agreement);
  return signDetached(text, { typ: TYP, party, role, kid, time, rendering, text: digest }, privateKey);
}

/**
 * Verifies one signature by itself: header, key, bytes, and the text that was read.
 *
 * @param now RFC 3339; signatures from the future are refused
 * @returns the protected header, which can then be trusted
 * @throws BrokerError `signature-invalid`
 */
export async function verifySignature(
  { agreement, text }: FrozenAgreement,
  signature: DetachedSignature,
  findKey: FindKey,
  now: string,
): Promise<SignatureHeader> {
  const header = readHeader(signature, TYP, READING);
  requireSignatory(agreement, header);
  requireReading(agreement, header);
  await verifyDetached(text, signature, header, findKey, now);
  return header;
}

/** Who has signed an agreement. Signatories are named `party/role`. */
export interface Signed {
  /** Those whose signature holds. */
  readonly signed: ReadonlySet<string>;
  /** Whether they are all whom the agreement needs to be in force: every signatory but those of later joiners. */
  readonly complete: boolean;
  /** The agencies all of whose signatories have signed. */
  readonly joined: ReadonlySet<string>;
  /** Signatures that do not hold, and why. They count for nothing. */
  readonly refused: readonly { readonly signature: DetachedSignature; readonly why: Error }[];
}

/**
 * Who has signed: each signature is verified by itself, and a signatory counts once.
 *
 * @param now RFC 3339
 */
export async function verifyAllSignatures(
  frozen: FrozenAgreement,
  signatures: readonly DetachedSignature[],
  findKey: FindKey,
  now: string,
): Promise<Signed> {
  const signed = new Set<string>();
  const refused: Signed['refused'][number][] = [];
  for (const signature of signatures) {
    try {
      const { party, role } = await verifySignature(frozen, signature, findKey, now);
      const name = signatoryName(party, role);
      if (signed.has(name)) throw refuse('the same signatory has signed twice');
      signed.add(name);
    } catch (error) {
      refused.push({ signature, why: error as Error });
    }
  }
  const whole = (party: Party): boolean => signatoriesOf(party).every((name) => signed.has(name));
  return {
    signed,
    complete: requiredSignatories(frozen.agreement).every((name) => signed.has(name)),
    joined: new Set(frozen.agreement.parties.filter(whole).map(({ agency }) => agency)),
    refused,
  };
}

/** The signatories without whom an agreement is not in force, as `party/role`. */
export const requiredSignatories = (agreement: Agreement): string[] =>
  agreement.parties.filter(({ mayJoinLater }) => mayJoinLater !== true).flatMap(signatoriesOf);

/** Everyone whom an agreement names as a signatory, later joiners included, as `party/role`. */
export const allSignatories = (agreement: Agreement): string[] => agreement.parties.flatMap(signatoriesOf);

const signatoriesOf = ({ agency, signatories }: Party): string[] =>
  signatories.map(({ role }) => signatoryName(agency, role));

const signatoryName = (party: string, role: string): string => `${party}/${role}`;

function requireSignatory(agreement: Agreement, { party, role }: SignatureHeader): void {
  if (!allSignatories(agreement).includes(signatoryName(party, role)))
    throw refuse('the agreement does not name this party and role as a signatory');
}

/** Rendering takes a while, and everybody signs the same text. */
const READINGS = new WeakMap<Agreement, Pick<Rendering, 'rendering' | 'digest'>>();

function readingOf(agreement: Agreement): Pick<Rendering, 'rendering' | 'digest'> {
  const known = READINGS.get(agreement);
  if (known !== undefined) return known;
  const { rendering, digest } = renderAgreement(agreement);
  READINGS.set(agreement, { rendering, digest });
  return { rendering, digest };
}

function requireReading(agreement: Agreement, header: SignatureHeader): void {
  const { rendering, digest } = readingOf(agreement);
  if (header.rendering !== rendering) throw refuse('it was made over a rendering that is not known here');
  if (header.text !== digest) throw refuse('the text that was read is not the text of this agreement');
}
