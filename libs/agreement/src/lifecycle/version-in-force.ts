import type { CompareVersions } from './standing-types.js';
import { firmParties, hasEverSigned, type SignedVersion } from './signed-version.js';
import { whyNoSuccessor } from './successor.js';

/**
 * The versions that have come into force, ascending; the last one is in force. Each is one that everyone whom it
 * needs has signed. One that was signed by everyone but of which a signature does not hold (any more) counts
 * too, and then stops everything: otherwise a signature that is lost would bring an older and perhaps wider
 * version back.
 *
 * A version takes the place of an older one only if all who had to sign that one had to sign it as well: neither
 * strangers nor some of the parties can take over an agreement by its name.
 *
 * @param versions ascending
 */
export function succession(versions: readonly SignedVersion[]): SignedVersion[] {
  const line: SignedVersion[] = [];
  for (const version of versions) {
    const last = line.at(-1);
    if (isSignedByAll(version) && (last === undefined || succeeds(last, version))) line.push(version);
  }
  return line;
}

/** Whether everyone needed has signed it, whether all of that holds or not. */
const isSignedByAll = ({ completedAt, spoiled }: SignedVersion): boolean =>
  completedAt !== undefined || spoiled;

const succeeds = (last: SignedVersion, version: SignedVersion): boolean =>
  whyNoSuccessor(last.agreement, version.agreement).length === 0;

/**
 * Newer versions that everyone signed, and that could have taken the place of one before the version in force, but
 * cannot take that of the one in force, since that names a party or a role more. Which was signed first nobody can
 * say: so a last signature under the older one, given late, must not push out the newer one.
 *
 * @param line as `succession` gives it
 */
export function rivalsOf(
  line: readonly SignedVersion[],
  versions: readonly SignedVersion[],
): SignedVersion[] {
  const number = line.at(-1)?.reference.version ?? 0;
  const earlier = line.slice(0, -1);
  return versions.filter(
    (version) =>
      version.reference.version > number &&
      isSignedByAll(version) &&
      earlier.some((one) => succeeds(one, version)),
  );
}

/** Newer versions that restrict what the one in force releases, before everyone has signed them. */
export interface Narrowing {
  /** The version whose grants apply: the one in force when nothing narrows it. */
  readonly applied: SignedVersion;
  /** Versions of which none lies within the other, so that none can be applied. */
  readonly differ: readonly SignedVersion[];
}

/**
 * What narrows the version in force. A newer version that could take its place does as soon as one firm party has
 * signed it and it is nowhere wider. Of several the narrowest applies, so that no party can undo another's narrowing by itself. A
 * rejection does not undo it either: then what is released would depend on which of the two was told first. Nor
 * does it that a key has lost its force since.
 *
 * @param versions ascending
 */
export function narrowingOf(
  inForce: SignedVersion,
  versions: readonly SignedVersion[],
  compare: CompareVersions,
): Narrowing {
  const isWithin = (narrow: SignedVersion, wide: SignedVersion): boolean =>
    WITHIN.has(compare(wide.agreement, narrow.agreement).overall);
  const narrowing = versions.filter(
    (version) =>
      version.reference.version > inForce.reference.version &&
      succeeds(inForce, version) &&
      firmParties(inForce).some(({ agency }) => hasEverSigned(version, agency)) &&
      isWithin(version, inForce),
  );
  // If one lies within all others, this finds it in one pass; of two that say the same, the newer.
  let narrowest = inForce;
  for (const one of narrowing) if (isWithin(one, narrowest)) narrowest = one;
  const isNarrowest = narrowing.every((other) => other === narrowest || isWithin(narrowest, other));
  return isNarrowest ? { applied: narrowest, differ: [] } : { applied: inForce, differ: narrowing };
}

const WITHIN: ReadonlySet<string> = new Set(['none', 'administrative', 'narrows']);
