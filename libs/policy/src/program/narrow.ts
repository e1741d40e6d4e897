import type { FrozenAgreement, Grant } from '@concordat/agreement';
import { citing, compile, type Compiled } from './compile.js';
import type { FindSchema } from '@concordat/record';
import type { Program } from './program.js';
import type { WithheldReason } from '../reasons.js';

/**
 * Compiles what applies of an agreement while a party has narrowed it: the narrower version's grants, under the
 * name of the version in force, which everyone signed. A grant that the narrower version leaves out becomes a
 * program that withholds, so that the ledger shows what no longer flows and why.
 *
 * @param narrower a newer version that releases nothing more than the one in force
 */
export function compileNarrowed(
  inForce: FrozenAgreement,
  narrower: FrozenAgreement,
  findSchema: FindSchema,
): Compiled {
  const compiled = compile(narrower, findSchema);
  if (compiled.programs === undefined) return compiled;
  const kept = new Map(compiled.programs.map((program) => [exchangeOf(program), program]));
  const programs = inForce.agreement.grants.map((grant): Program => {
    const program = kept.get(exchangeOf({ ...grant, eventType: grant.event }));
    const cited = withholdingProgram(inForce, grant, 'grant-withdrawn');
    const narrowedBy = narrower.digest;
    if (program === undefined) return { ...cited, narrowedBy };
    const { fields, leftOut, rows, attributes, data, from, until } = program;
    return {
      ...inNameOf(cited),
      // Of two terms, what lies in both.
      from: from > cited.from ? from : cited.from,
      until: until < cited.until ? until : cited.until,
      fields,
      leftOut,
      rows,
      attributes,
      data,
      narrowedBy,
    };
  });
  return { programs };
}

function inNameOf({ withholds: _, ...program }: Program): Program {
  return program;
}

/** At most one grant of an agreement covers an exchange: the document allows no second. */
const exchangeOf = ({
  provider,
  recipient,
  eventType,
}: Pick<Program, 'provider' | 'recipient' | 'eventType'>): string =>
  JSON.stringify([provider, recipient, eventType]);

/** A program that stands for a grant and releases nothing. */
export function withholdingProgram(
  { agreement, digest }: FrozenAgreement,
  grant: Grant,
  reason: WithheldReason,
): Program {
  return {
    ...citing({ agreement, digest }, grant),
    fields: [],
    leftOut: [],
    rows: undefined,
    attributes: [],
    data: { kind: 'object', members: new Map() },
    withholds: reason,
  };
}
