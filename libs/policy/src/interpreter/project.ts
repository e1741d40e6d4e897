import type { Form } from '@concordat/agreement';
import type { Json, JsonObject } from '@concordat/record';
import { ageBand, band, coarserDate, initial, postcodeArea, postcodeDistrict } from '../values/generalise.js';
import { FormFailure } from '../program/form-failure.js';
import { someField, type Leaf, type ObjectNode, type Program, type ProgramNode } from '../program/program.js';
import { pseudonym, pseudonymKey, type Secret } from '../values/secrets.js';

interface Run {
  readonly program: Program;
  readonly secret: Secret;
  /** The granted fields that gave something. */
  readonly released: Set<string>;
}

/** What of an event's data passes. A value that is not as the schema says fails the whole record. */
export function projectData(data: JsonObject, run: Run): JsonObject | FormFailure {
  return projectObject(run.program.data, data, run) ?? {};
}

/** One envelope attribute in its form; `undefined` when the event has none. */
export function projectAttribute(
  leaf: Leaf,
  value: Json | undefined,
  run: Run,
): Json | undefined | FormFailure {
  return projectLeaf(leaf, value, run);
}

function projectNode(node: ProgramNode, value: Json | undefined, run: Run): Json | undefined | FormFailure {
  if (node.kind === 'leaf') return projectLeaf(node, value, run);
  if (node.kind === 'object') return projectObject(node, value, run);
  // A list that is not there has no elements, so nothing below it gives a presence.
  if (value === undefined || value === null) return undefined;
  if (!Array.isArray(value)) return new FormFailure(someField(node));
  const elements: Json[] = [];
  for (const [index, element] of value.entries()) {
    const inner = node.kind === 'list' ? node.element : node.elements.get(index);
    if (inner === undefined) continue;
    const projected = projectNode(inner, element, run);
    if (projected instanceof FormFailure) return projected;
    if (projected !== undefined) elements.push(projected);
  }
  // Positions that give nothing do not show that the list is there; of a whole list, its being empty is granted.
  return node.kind === 'pick' && elements.length === 0 ? undefined : elements;
}

function projectObject(
  node: ObjectNode,
  value: Json | undefined,
  run: Run,
): JsonObject | undefined | FormFailure {
  const missing = value === undefined || value === null;
  if (!missing && (typeof value !== 'object' || Array.isArray(value)))
    return new FormFailure(someField(node));
  const object: JsonObject = {};
  let empty = true;
  for (const [name, member] of node.members) {
    const inner = missing || !Object.hasOwn(value, name) ? undefined : value[name];
    const projected = projectNode(member, inner, run);
    if (projected instanceof FormFailure) return projected;
    if (projected === undefined) continue;
    object[name] = projected;
    empty = false;
  }
  // An object that is there but of which nothing passes does not show that it is there.
  return empty ? undefined : object;
}

function projectLeaf(
  { field, form }: Leaf,
  value: Json | undefined,
  run: Run,
): Json | undefined | FormFailure {
  if (form === 'presence') {
    run.released.add(field);
    return value !== undefined && value !== null && !isEmpty(value);
  }
  if (value === undefined) return undefined;
  // The schema said that this is a scalar; anything else could hold what nobody granted.
  if (value !== null && typeof value === 'object') return new FormFailure(field);
  const given = value === null ? null : inForm(form, value, run);
  if (given === undefined) return new FormFailure(field);
  run.released.add(field);
  return given;
}

const isEmpty = (value: Json): boolean => value === '' || (Array.isArray(value) && value.length === 0);

function inForm(
  form: Exclude<Form, 'presence'>,
  value: string | number | boolean,
  run: Run,
): Json | undefined {
  if (form === 'clear') return value;
  if ('pseudonym' in form) {
    if (typeof value === 'boolean') return undefined;
    const { agreement, recipient } = run.program;
    const { pseudonym: domain, epoch = 1 } = form;
    return pseudonym(
      String(value),
      pseudonymKey({ agreement: agreement.id, recipient }, domain, epoch, run.secret),
    );
  }
  if (form.generalise === 'band') return typeof value === 'number' ? band(value, form.width) : undefined;
  if (form.generalise === 'age-band')
    return typeof value === 'number' ? ageBand(value, form.from) : undefined;
  if (typeof value !== 'string') return undefined;
  switch (form.generalise) {
    case 'postcode-district':
      return postcodeDistrict(value);
    case 'postcode-area':
      return postcodeArea(value);
    case 'year':
    case 'month':
      return coarserDate(value, form.generalise);
    case 'initial':
      return initial(value);
  }
}
