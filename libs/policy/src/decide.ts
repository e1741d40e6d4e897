import type { CloudEvent, Json, JsonObject } from '@concordat/record';
import type { Program } from './program.js';
import { FormFailure, projectAttribute, projectData } from './project.js';
import { rowsHold } from './rows.js';
import { disclosureId, type Secret } from './secrets.js';

/** Why an event is withheld from a recipient that a grant names. A closed list, described in the docs. */
export const withheldReasons = {
  'not-this-provider': 'The event comes from another agency than the grant’s provider.',
  'not-this-type': 'The event is of another type than the grant’s.',
  'before-term': 'The agreement’s term has not begun.',
  'after-term': 'The agreement’s term has ended.',
  'rows-not-met': 'The event is not one of the rows that the grant covers, or that cannot be told.',
  'form-failed': 'A field could not be given in the form that the grant demands.',
} as const;

export type WithheldReason = keyof typeof withheldReasons;

export type Decision =
  | {
      readonly outcome: 'released';
      readonly id: string;
      /** Envelope attributes that the grant lists and the event has. */
      readonly attributes: Readonly<Record<string, Json>>;
      readonly data: JsonObject;
      /** The granted fields that gave something. */
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
}

/**
 * Decides one event for one recipient under one agreement. A denial is a result; nothing is thrown for it.
 */
export function decide(program: Program, event: CloudEvent, context: DecisionContext): Decision {
  if (context.provider !== program.provider) return withheld('not-this-provider');
  if (event.type !== program.eventType) return withheld('not-this-type');
  const today = context.now.slice(0, 10);
  if (today < program.from) return withheld('before-term');
  if (today > program.until) return withheld('after-term');
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
  const id = disclosureId(program, event.source, event.id, context.secret);
  return { outcome: 'released', id, attributes, data, fields: [...run.released] };
}

const withheld = (reason: WithheldReason, field?: string): Decision =>
  field === undefined ? { outcome: 'withheld', reason } : { outcome: 'withheld', reason, field };
