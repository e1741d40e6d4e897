import { existsSync } from 'node:fs';
import {
  traceAgencies,
  type FrozenAgreement,
  type Standing,
  type VersionReference,
} from '@concordat/agreement';
import { BrokerClient } from '../client/broker-client.js';
import { readCredentials } from '../client/credentials.js';
import { toAgreement } from '../documents/agreement-file.js';
import { isBundle, toBundle, type Bundle } from '../documents/bundle.js';
import { readObject } from '../documents/read.js';
import { WrongUse } from '../terminal/exit-code.js';
import type { Terminal } from '../terminal/terminal.js';
import { agreementsIn, verdictOn } from './verdict.js';

/** One version of an agreement that a command is about. */
export interface Subject {
  readonly frozen: FrozenAgreement;
  /** How it stands now, by all that is known; absent when only the agreement's text is at hand. */
  readonly standing?: Standing;
}

export interface SubjectOptions {
  readonly credentials?: string;
  /** The number of the version; else the one that the command prefers. */
  readonly version?: string;
}

/** Picks the version that a command is about, when nobody said which. */
export type Prefer = (standing: Standing) => VersionReference | undefined;

/**
 * Finds what a command is about: an agreement or a bundle in a file, or an id that the broker knows. How it stands
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
  return isBundle(value)
    ? fromBundle(toBundle(value, given), options, prefer)
    : { frozen: toAgreement(value, given) };
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
  const now = new Date().toISOString();
  const keys = await traceAgencies(bundle.keys, new Map(), now);
  const { standing } = await verdictOn(bundle, keys, now, () => undefined);
  if (standing === undefined) throw new WrongUse(`No version of ${bundle.id} can be read.`);
  const wanted =
    version === undefined
      ? prefer(standing)
      : standing.versions.find((one) => one.version === Number(version));
  if (wanted === undefined)
    throw new WrongUse(
      version === undefined
        ? `${bundle.id} has no version that this could be about. Name one with --version.`
        : `${bundle.id} has no version ${version}.`,
    );
  const frozen = agreementsIn(bundle).find(({ digest }) => digest === wanted.digest);
  if (frozen === undefined) throw new WrongUse(`Version ${wanted.version} of ${bundle.id} cannot be read.`);
  return { frozen, standing };
}
