import { Command } from 'commander';
import {
  asItStoodFirst,
  freezeAgreement,
  readNamedRoots,
  traceAgencies,
  type EndorsedKey,
  type TracedKeys,
} from '@concordat/agreement';
import { parseStrictText, type JsonObject } from '@concordat/record';
import {
  isBundle,
  readKeys,
  readNotices,
  readSignatures,
  toBundle,
  type Bundle,
} from '../../documents/bundle.js';
import { nameOf, parseNamed, readText } from '../../documents/read.js';
import { findSchemas, SCHEMAS_HELP } from '../../documents/schemas.js';
import { answer, answering, type AnswerOptions } from '../../terminal/answer.js';
import { EXIT, WrongUse, type End } from '../../terminal/exit-code.js';
import { toMoment } from '../../terminal/moment.js';
import type { Terminal } from '../../terminal/terminal.js';
import { verdictInWords } from '../../verification/verdict-in-words.js';
import { agreementsIn, verdictOn } from '../../verification/verdict.js';

interface VerifyOptions extends AnswerOptions {
  readonly signatures?: readonly string[];
  readonly notices?: readonly string[];
  readonly keys?: readonly string[];
  readonly trust?: readonly string[];
  readonly schemas?: string;
  readonly at?: string;
}

/** `concordat agreement verify`: who has signed, and how it stands, without asking anybody. */
export function verifyCommand(terminal: Terminal, end: End): Command {
  const command = new Command('verify')
    .description(
      'Verify offline who has signed an agreement, and how it stands. It shows what is there: what somebody left out of a bundle nobody can see.',
    )
    .argument('<file>', 'a bundle, or the agreement’s canonical bytes; "-" for standard input')
    .option('--signatures <files...>', 'the signatures, when the file is an agreement')
    .option('--notices <files...>', 'signed notices, when the file is an agreement')
    .option('--keys <files...>', 'the parties’ public keys, as you know them; else those in the bundle')
    .option(
      '--trust <agency:kid...>',
      'first keys, as the agencies themselves told you: the keys of such an agency are traced to that one alone',
    )
    .option('--schemas <path>', SCHEMAS_HELP.replace('; else the broker is asked', ', to tell what narrows'))
    .option('--at <time>', 'how it stood or will stand then, such as 2027-04-01; else now')
    .action(async (file: string, options: VerifyOptions) => {
      const bundle = readBundle(terminal, file, options);
      const at = options.at === undefined ? new Date().toISOString() : toMoment(options.at);
      const readable = agreementsIn(bundle).map(({ agreement }) => agreement);
      const findSchema =
        options.schemas === undefined
          ? () => undefined
          : await findSchemas(terminal, { schemas: options.schemas }, readable);
      const trust = await trustOf(bundle, options);
      const verdict = await verdictOn(bundle, trust, at, findSchema);
      const { roots, untraced } = trust;
      answer(
        terminal,
        options,
        { ...verdict, keysFrom: options.keys === undefined ? 'bundle' : 'files', roots, untraced },
        `${verdictInWords(verdict, terminal)}\n\n${trustInWords(trust, options)}`,
      );
      if (!verdict.verified) end(EXIT.no);
    });
  return answering(command, [
    'concordat agreement verify bundle.json',
    'concordat agreement verify bundle.json --trust pensions:KID register-office:KID',
    'concordat agreement verify agreement.json --signatures pensions.json registry.json --keys keys.json',
  ]);
}

/** Keys that the user gave are believed as they are; those of a bundle are traced to each agency's first. */
function trustOf(bundle: Bundle, { keys, trust = [] }: VerifyOptions): Promise<TracedKeys> {
  const named = readNamedRoots(trust);
  if (named === undefined) throw new WrongUse('--trust takes agency:kid, such as pensions:kX0…');
  if (keys === undefined) return traceAgencies(bundle.keys, named, new Date().toISOString());
  if (trust.length > 0) throw new WrongUse('With --keys you say which keys are right: leave out --trust.');
  const given = new Map(bundle.keys.map((key) => [key.kid, key]));
  const findForStops: TracedKeys['findForStops'] = (kid) => {
    const key = given.get(kid);
    return key === undefined ? undefined : asItStoodFirst(key);
  };
  return Promise.resolve({ find: (kid) => given.get(kid), findForStops, roots: [], untraced: [] });
}

function trustInWords(
  { roots, untraced }: TracedKeys,
  { keys, trust = [] }: Pick<VerifyOptions, 'keys' | 'trust'>,
): string {
  if (keys !== undefined) return 'The keys are those that you gave.';
  const named = (agency: string): boolean => trust.some((one) => one.startsWith(`${agency}:`));
  const lines = [
    'The keys are those in the bundle, each traced to the first of its agency:',
    ...roots.map(({ agency, kid }) => `  ${agency}: ${kid}${named(agency) ? ', which you named' : ''}`),
    ...untraced.map(({ agency, kid }) => `  ${agency}: ${kid} cannot be traced, and signs nothing here`),
  ];
  if (roots.some(({ agency }) => !named(agency)))
    lines.push('Ask each agency whether its first key is right, and name it with --trust.');
  return lines.join('\n');
}

function readBundle(terminal: Terminal, file: string, options: VerifyOptions): Bundle {
  const text = readText(terminal, file);
  const value = parseNamed(nameOf(file), text);
  const keys = options.keys === undefined ? undefined : readKeys(terminal, options.keys);
  if (!isBundle(value)) return fromParts(terminal, file, text, keys, options);
  if (options.signatures !== undefined || options.notices !== undefined)
    throw new WrongUse(
      'A bundle has its signatures and notices in it: leave out --signatures and --notices.',
    );
  const bundle = toBundle(value, file);
  return keys === undefined ? bundle : { ...bundle, keys };
}

function fromParts(
  terminal: Terminal,
  file: string,
  text: string,
  keys: readonly EndorsedKey[] | undefined,
  { signatures = [], notices = [] }: VerifyOptions,
): Bundle {
  if (keys === undefined) throw new WrongUse('Whose keys sign? Add --keys with the parties’ public keys.');
  const frozen = freezeAgreement(parseStrictText(text) as JsonObject);
  if (frozen.text !== text)
    throw new WrongUse(
      `The bytes of ${nameOf(file)} are not canonical, so nobody signed them. "concordat agreement freeze" makes them so.`,
    );
  const { id, version } = frozen.agreement;
  return {
    id,
    versions: [{ version, text, signatures: readSignatures(terminal, signatures) }],
    notices: readNotices(terminal, notices),
    keys,
  };
}
