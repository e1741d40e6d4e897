import type { Standing, VerifiedVersion } from '@concordat/agreement';
import { compile, compileNarrowed, withholdingProgram, type Compiled, type Program } from '@concordat/policy';
import type { Finding } from '@concordat/problem';
import type { FindSchema } from '@concordat/record';

/** The programs that decide under an agreement as it stands. */
export interface AppliedPrograms {
  readonly programs: readonly Program[];
  /** Why they all withhold, when the agreement does not compile. */
  readonly findings: readonly Finding[];
}

/**
 * One program for each grant of the version in force. While a newer version narrows it, they give what that one
 * grants; what does not compile withholds. Without a version in force there is none.
 */
export function programsOf(
  { cited, applied }: Standing,
  versions: readonly VerifiedVersion[],
  findSchema: FindSchema,
): AppliedPrograms {
  const find = (digest: string | undefined) =>
    versions.find(({ frozen }) => frozen.digest === digest)?.frozen;
  const inForce = find(cited?.digest);
  const narrower = find(applied?.digest);
  if (inForce === undefined || narrower === undefined) return { programs: [], findings: [] };
  const compiled: Compiled = compile(inForce, findSchema);
  const result =
    compiled.programs === undefined || narrower === inForce
      ? compiled
      : compileNarrowed(inForce, narrower, findSchema);
  if (result.programs !== undefined) return { programs: result.programs, findings: [] };
  return {
    programs: inForce.agreement.grants.map((grant) =>
      withholdingProgram(inForce, grant, 'agreement-unusable'),
    ),
    findings: result.findings,
  };
}
