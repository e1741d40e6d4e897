import type { Json, JsonObject } from '@concordat/record';
import type { Grant, GrantedField } from '../document/agreement.js';
import { comparePlaces } from './compare-places.js';
import { addChange, isSame, tell, type Comparison, type Member } from './comparison.js';
import { fieldWords } from './field-words.js';
import { treeOf, type Place } from './place-tree.js';
import { spend, type Steps } from './steps.js';
import { valueWords } from './words.js';

/** Compares which fields a grant gives, and in which forms. */
export function compareFields(member: Member, comparison: Comparison): void {
  if (isSame(member)) return;
  const { before, after } = grantsOf(member);
  const schema = schemaOf(before, after, comparison);
  const was = treeOf(before.fields, schema, comparison.reader);
  const is = treeOf(after.fields, schema, comparison.reader);
  if (was === undefined || is === undefined) {
    const words = `How the fields${member.of} differ cannot be told, since they do not fit the event schema.`;
    tell(member, 'widens', words, comparison);
    return;
  }
  const known = comparison.changes.length;
  const { steps } = comparison.reader;
  for (const change of comparePlaces(was, is, steps)) {
    const [old, now] = [fieldOf(change.was, steps), fieldOf(change.is, steps)];
    const path = now === undefined ? pathBefore(before, old, comparison) : `${member.path}/${now}`;
    const forms = {
      ...(old !== undefined && { before: formOf(before.fields[old]) }),
      ...(now !== undefined && { after: formOf(after.fields[now]) }),
    };
    const sentence = fieldWords(change, after, comparison.after);
    addChange({ path, kind: change.kind, ...forms, sentence }, comparison);
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
  const known = new Map(before.fields.map((field) => [field.field, field]));
  for (const [index, field] of after.fields.entries()) {
    const old = known.get(field.field);
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
function fieldOf(place: Place | undefined, steps: Steps): number | undefined {
  const first = place === undefined ? Infinity : firstOf(place, steps);
  return first === Infinity ? undefined : first;
}

function firstOf(place: Place, steps: Steps): number {
  spend(steps);
  switch (place.kind) {
    case 'leaf':
      return place.index;
    case 'list':
      return firstOf(place.element, steps);
    case 'object':
      return firstAmong(place.members.values(), steps);
    case 'pick':
      return firstAmong(place.elements.values(), steps);
  }
}

const firstAmong = (places: Iterable<Place>, steps: Steps): number => {
  let first = Infinity;
  for (const place of places) first = Math.min(first, firstOf(place, steps));
  return first;
};

function pathBefore(grant: Grant, field: number | undefined, { before }: Comparison): string {
  const at = `/grants/${before.grants.indexOf(grant)}/fields`;
  return field === undefined ? at : `${at}/${field}`;
}

const formOf = (field: GrantedField | undefined): JsonObject =>
  field === undefined ? {} : { field: field.field, as: field.as as Json };
