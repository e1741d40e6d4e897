import type { CloudEvent } from '@concordat/record';
import { decide, type Decision } from '../interpreter/decide.js';
import { withheldByStanding, withheldByTerm } from '../interpreter/standing.js';
import type { Program } from '../program/program.js';
import type { WithheldReason } from '../reasons.js';
import {
  checkNames,
  type CheckExplained,
  type CheckName,
  type Explanation,
  type ExplanationContext,
} from './explanation.js';
import { explainFields } from './fields.js';
import { explainRows } from './rows.js';
import { placesWithheld } from './withheld.js';

/**
 * Decides as `decide` does, and says why: each check, the condition with the answers to its parts, and what became of
 * each place of the event.
 */
export function explain(program: Program, event: CloudEvent, context: ExplanationContext): Explanation {
  const decision = decide(program, event, context);
  const checks = explainChecks(program, event, context, decision);
  const wasAsked = (name: CheckName): boolean =>
    checks.some(({ check, result }) => check === name && result !== 'not-asked');
  const { agreement, grant, provider, recipient, eventType, purpose, powers, narrowedBy, rows } = program;
  return {
    grant: {
      agreement,
      grant,
      provider,
      recipient,
      eventType,
      purpose,
      powers,
      ...(narrowedBy && { narrowedBy }),
    },
    decision,
    checks,
    ...(rows && wasAsked('rows') && { rows: explainRows(rows, event.data) }),
    fields: explainFields(program, event, context, decision),
    withheld: wasAsked('standing') ? placesWithheld(program, event, context.schema) : [],
  };
}

function explainChecks(
  program: Program,
  event: CloudEvent,
  { provider, now, standing }: ExplanationContext,
  decision: Decision,
): CheckExplained[] {
  const reason = decision.outcome === 'withheld' ? decision.reason : undefined;
  const asked: Record<CheckName, () => WithheldReason | undefined> = {
    provider: () => (provider === program.provider ? undefined : 'not-this-provider'),
    type: () => (event.type === program.eventType ? undefined : 'not-this-type'),
    standing: () => standing && withheldByStanding(program, standing),
    term: () => withheldByTerm(program, now),
    grant: () => program.withholds,
    rows: () => (reason === 'rows-not-met' ? reason : undefined),
    forms: () => (reason === 'form-failed' ? reason : undefined),
  };
  const checks: CheckExplained[] = [];
  let failed = false;
  for (const check of checkNames) {
    if (failed) {
      checks.push({ check, result: 'not-asked' });
      continue;
    }
    const why = asked[check]();
    failed = why !== undefined;
    const assumed = check === 'standing' && standing === undefined;
    if (why === undefined) checks.push({ check, result: 'held', ...(assumed && { assumed }) });
    else checks.push({ check, result: 'failed', reason: why });
  }
  return checks;
}
