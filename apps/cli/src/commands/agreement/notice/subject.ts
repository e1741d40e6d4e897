import { existsSync } from 'node:fs';
import { freezeAgreement, type Agreement, type Standing, type VersionReference } from '@concordat/agreement';
import { BrokerClient } from '../../../client/broker-client.js';
import { readCredentials } from '../../../client/credentials.js';
import { isBundle, toBundle, type Bundle } from '../../../documents/bundle.js';
import { readObject } from '../../../documents/read.js';
import { WrongUse } from '../../../terminal/exit-code.js';
import type { Terminal } from '../../../terminal/terminal.js';
import { agreementsIn, verdictOn } from '../../../verification/verdict.js';

/** What a notice is about. */
export interface Subject {
  readonly reference: VersionReference;
  readonly agreement: Agreement;
  /** How it stands now, by all that is known; absent when only the agreement's text is at hand. */
  readonly standing?: Standing;
}

export interface SubjectOptions {
  readonly credentials?: string;
  /** The number of the version; else the one that such a notice is about. */
  readonly version?: string;
}

/** Picks the version that a notice is about, when nobody said which. */
export type Prefer = (standing: Standing) => VersionReference | undefined;

/**
 * Finds what a notice is about: an agreement or a bundle in a file, or an id that the broker knows. How it stands
 * is worked out here from signatures and notices; nobody's word is taken for it.
 */
export async function findSubject(
  terminal: Terminal,
  given: string,
  options: SubjectOptions,
  prefer: Prefer,
): Promise<Subject> {
  if (given !== '-' && !existsSync(given)) return fromBroker(terminal, given, options, prefer);
  const value = readObject(terminal, given);
  if (isBundle(value)) return fromBundle(toBundle(value, given), options, prefer);
  const { agreement, digest } = freezeAgreement(value);
  return { reference: { id: agreement.id, version: agreement.version, digest }, agreement };
}

async function fromBroker(
  terminal: Terminal,
  id: string,
  options: SubjectOptions,
  prefer: Prefer,
): Promise<Subject> {
  if (options.credentials === undefined)
    throw new WrongUse(
      `There is no file ${id}. Give a file, or the name of an agreement and --credentials to ask the broker.`,
    );
  const client = new BrokerClient(readCredentials(options.credentials, terminal));
  return fromBundle(toBundle(await client.bundle(id), 'The broker’s answer'), options, prefer);
}

async function fromBundle(bundle: Bundle, { version }: SubjectOptions, prefer: Prefer): Promise<Subject> {
  const keys = new Map(bundle.keys.map((key) => [key.kid, key]));
  const { standing } = await verdictOn(
    bundle,
    (kid) => keys.get(kid),
    new Date().toISOString(),
    () => undefined,
  );
  if (standing === undefined) throw new WrongUse(`No version of ${bundle.id} can be read.`);
  const wanted =
    version === undefined
      ? prefer(standing)
      : standing.versions.find((one) => one.version === Number(version));
  if (wanted === undefined)
    throw new WrongUse(
      version === undefined
        ? `${bundle.id} has no version that such a notice could be about. Name one with --version.`
        : `${bundle.id} has no version ${version}.`,
    );
  const agreement = agreementsIn(bundle).find((one) => one.version === wanted.version);
  if (agreement === undefined)
    throw new WrongUse(`Version ${wanted.version} of ${bundle.id} cannot be read.`);
  const { id, version: number, digest } = wanted;
  return { reference: { id, version: number, digest }, agreement, standing };
}
