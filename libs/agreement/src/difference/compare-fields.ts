import type { JsonObject } from '@concordat/record';
import type { Grant, GrantedField } from '../document/agreement.js';
import { comparePlaces, type MayBecomePseudonym } from './compare-places.js';
import { isSame, tell, type Comparison, type Member } from './comparison.js';
import { fieldWords } from './field-words.js';
import { treeOf, type Place } from './place-tree.js';
import { valueWords } from './words.js';

/** Compares which fields a grant gives, and in which forms. */
export function compareFields(member: Member, comparison: Comparison): void {
  if (isSame(member)) return;
  const { before, after } = grantsOf(member);
  const schema = schemaOf(before, after, comparison);
  const was = treeOf(before.fields, schema);
  const is = treeOf(after.fields, schema);
  if (was === undefined || is === undefined) {
    const words = `How the fields${member.of} differ cannot be told, since they do not fit the event schema.`;
    tell(member, 'widens', words, comparison);
    return;
  }
  const known = comparison.changes.length;
  const mayBecomePseudonym = pseudonymRule(after.recipient, comparison);
  for (const change of comparePlaces(was, is, mayBecomePseudonym)) {
    const [old, now] = [fieldOf(change.was, before), fieldOf(change.is, after)];
    const path = now === undefined ? pathBefore(before, old, comparison) : `${member.path}/${now}`;
    comparison.changes.push({
      path,
      kind: change.kind,
      ...(old !== undefined && { before: formOf(before.fields[old]) }),
      ...(now !== undefined && { after: formOf(after.fields[now]) }),
      sentence: fieldWords(change, after, comparison.after),
    });
  }
  compareReasons(member, before, after, comparison);
  if (comparison.changes.length === known) {
    const words = `The fields${member.of} are listed differently; the same is given.`;
    tell(member, 'administrative', words, comparison);
  }
}

/** The schema under which both grants are read; none when they name different ones. */
export function schemaOf(before: Grant, after: Grant, { findSchema }: Comparison): JsonObject | undefined {
  return before.schema === after.schema ? findSchema(after.schema, after.event) : undefined;
}

/** The two grants in which a member stands. */
export function grantsOf({ parents }: Member): { readonly before: Grant; readonly after: Grant } {
  return parents as unknown as { readonly before: Grant; readonly after: Grant };
}

/** The reasons are the parties' words: another one is for a person to weigh. */
function compareReasons(member: Member, before: Grant, after: Grant, comparison: Comparison): void {
  for (const [index, field] of after.fields.entries()) {
    const old = before.fields.find((one) => one.field === field.field);
    if (old === undefined || old.because === field.because) continue;
    const reasons = { before: old.because, after: field.because };
    const called = `the reason for giving “${field.field}”${member.of}`;
    tell(
      { path: `${member.path}/${index}/because`, ...reasons },
      'changes',
      valueWords(called, reasons),
      comparison,
    );
  }
}

/** The first granted field that gives something of a place. */
function fieldOf(place: Place | undefined, { fields }: Grant): number | undefined {
  if (place === undefined) return undefined;
  const indices = leavesOf(place).filter((index) => index < fields.length);
  return indices.length === 0 ? undefined : Math.min(...indices);
}

function leavesOf(place: Place): number[] {
  switch (place.kind) {
    case 'leaf':
      return [place.index];
    case 'list':
      return leavesOf(place.element);
    case 'object':
      return [...place.members.values()].flatMap(leavesOf);
    case 'pick':
      return [...place.elements.values()].flatMap(leavesOf);
  }
}

function pathBefore(grant: Grant, field: number | undefined, { before }: Comparison): string {
  const at = `/grants/${before.grants.indexOf(grant)}/fields`;
  return field === undefined ? at : `${at}/${field}`;
}

const formOf = (field: GrantedField | undefined): JsonObject =>
  field === undefined ? {} : { field: field.field, as: field.as };

/**
 * Values under one name for a kind of pseudonym can be joined with each other. A value that was given in clear
 * may become such a pseudonym only when that joins nothing new: nothing had it before, and everything that has
 * it now was given in clear to the same recipient, who could compare already.
 */
function pseudonymRule(recipient: string, { before, after }: Comparison): MayBecomePseudonym {
  const grantsTo = (grants: readonly Grant[]): Grant[] =>
    grants.filter((grant) => grant.recipient === recipient);
  const has = (field: GrantedField, domain: string): boolean =>
    typeof field.as === 'object' && 'pseudonym' in field.as && field.as.pseudonym === domain;
  return (domain) =>
    !grantsTo(before.grants).some(({ fields }) => fields.some((field) => has(field, domain))) &&
    grantsTo(after.grants).every((grant) => {
      const old = before.grants.find((one) => isSameExchange(one, grant));
      return grant.fields.every((field) => !has(field, domain) || (old && isClearIn(old, field.field)));
    });
}

const isSameExchange = (one: Grant, other: Grant): boolean =>
  one.provider === other.provider && one.recipient === other.recipient && one.event === other.event;

const isClearIn = ({ fields }: Grant, place: string): boolean =>
  fields.some(({ field, as }) => as === 'clear' && (field === place || place.startsWith(`${field}/`)));
