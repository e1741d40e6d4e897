import type { Standing } from '@concordat/agreement';
import type { CloudEvent, Json, JsonObject } from '@concordat/record';
import type { Program } from '../program/program.js';
import { FormFailure } from '../program/form-failure.js';
import { projectAttribute, projectData } from './project.js';
import type { WithheldReason } from '../reasons.js';
import { rowsHold } from './rows.js';
import { disclosureIds, disclosureKey, eventName, type Secret } from '../values/secrets.js';
import { withheldByStanding, withheldByTerm } from './standing.js';

export type Decision =
  | {
      readonly outcome: 'released';
      readonly id: string;
      /** Envelope attributes that the grant lists and the event has. */
      readonly attributes: Readonly<Record<string, Json>>;
      readonly data: JsonObject;
      /** The granted fields that gave something, in the agreement's order. */
      readonly fields: readonly string[];
    }
  | { readonly outcome: 'withheld'; readonly reason: WithheldReason; readonly field?: string };

/** What a decision depends on besides the program and the event. */
export interface DecisionContext {
  /** The agency that published the event, by its access token. */
  readonly provider: string;
  /** RFC 3339, UTC: the time at which it is decided. */
  readonly now: string;
  readonly secret: Secret;
  /**
   * How the agreement stands at that time. Without it the decision is as if everyone had signed and nothing
   * stopped it: right for trying out a draft, and never for a release.
   */
  readonly standing?: Standing;
}

/**
 * Decides one event for one recipient under one agreement. A denial is a result; nothing is thrown for it.
 */
export function decide(program: Program, event: CloudEvent, context: DecisionContext): Decision {
  if (context.provider !== program.provider) return withheld('not-this-provider');
  if (event.type !== program.eventType) return withheld('not-this-type');
  const { standing } = context;
  const stopped = standing === undefined ? undefined : withheldByStanding(program, standing);
  if (stopped !== undefined) return withheld(stopped);
  const outside = withheldByTerm(program, context.now);
  if (outside !== undefined) return withheld(outside);
  if (program.withholds !== undefined) return withheld(program.withholds);
  if (!rowsHold(program.rows, event.data)) return withheld('rows-not-met');

  const run = { program, secret: context.secret, released: new Set<string>() };
  const attributes: Record<string, Json> = {};
  for (const leaf of program.attributes) {
    const value = projectAttribute(
      leaf,
      Object.hasOwn(event, leaf.field) ? event[leaf.field] : undefined,
      run,
    );
    if (value instanceof FormFailure) return withheld('form-failed', value.field);
    if (value !== undefined) attributes[leaf.field] = value;
  }
  const data = projectData(event.data, run);
  if (data instanceof FormFailure) return withheld('form-failed', data.field);
  const fields = program.fields.flatMap(({ field }) => (run.released.has(field) ? [field] : []));
  return { outcome: 'released', id: idFor(program, event, context.secret), attributes, data, fields };
}

function idFor({ agreement, recipient }: Program, { source, id }: CloudEvent, secret: Secret): string {
  const key = disclosureKey({ agreement: agreement.id, recipient }, secret);
  return disclosureIds(key)(eventName(source, id))[0] as string;
}

const withheld = (reason: WithheldReason, field?: string): Decision =>
  field === undefined ? { outcome: 'withheld', reason } : { outcome: 'withheld', reason, field };
