import type { Finding } from '@concordat/problem';
import type { Condition, Form, FrozenAgreement, Grant, GrantedField } from '@concordat/agreement';
import { pointerTokens, shapeOf, type FindSchema, type JsonObject, type Shape } from '@concordat/record';
import { daysOf } from '../values/dates.js';
import type {
  FieldCondition,
  ListNode,
  ObjectNode,
  PickNode,
  Program,
  ProgramNode,
  RowTest,
} from './program.js';

export type Compiled =
  | { readonly programs: readonly Program[]; readonly findings?: undefined }
  | { readonly programs?: undefined; readonly findings: readonly Finding[] };

/**
 * Compiles each grant of an agreement into a program, or says what stands against it. One finding is enough
 * to compile nothing: an agreement is in force as a whole or not at all.
 */
export function compile(frozen: FrozenAgreement, findSchema: FindSchema): Compiled {
  const findings: Finding[] = [];
  const programs = frozen.agreement.grants.map((grant, index) =>
    compileGrant(frozen, grant, `/grants/${index}`, findSchema, findings),
  );
  if (findings.length > 0) return { findings };
  return { programs: programs.filter((program) => program !== undefined) };
}

function compileGrant(
  { agreement, digest }: FrozenAgreement,
  grant: Grant,
  at: string,
  findSchema: FindSchema,
  findings: Finding[],
): Program | undefined {
  const schema = findSchema(grant.schema, grant.event);
  if (schema === undefined) {
    findings.push({
      path: `${at}/schema`,
      message: 'is the digest of no schema that is registered for this event type',
    });
    return undefined;
  }
  const rows = grant.rows && compileRows(grant.rows, schema, `${at}/rows`, findings);
  const data: Growing = { kind: 'object', members: new Map() };
  const attributes: Program['attributes'][number][] = [];
  for (const [index, field] of grant.fields.entries()) {
    const place = `${at}/fields/${index}/field`;
    if (!field.field.startsWith('/')) {
      if (attributes.some((one) => one.field === field.field))
        findings.push({ path: place, message: 'overlaps with another granted field' });
      attributes.push(attributeLeaf(field, place, findings));
    } else addField(data, field, schema, place, findings);
  }
  return {
    ...citing({ agreement, digest }, grant),
    fields: grant.fields,
    leftOut: grant.withheld ?? [],
    rows,
    attributes,
    data,
  };
}

/** What every decision by a grant cites. */
export const citing = (
  { agreement, digest }: Pick<FrozenAgreement, 'agreement' | 'digest'>,
  grant: Grant,
): Omit<Program, 'fields' | 'leftOut' | 'rows' | 'attributes' | 'data'> => ({
  agreement: { id: agreement.id, version: agreement.version, digest },
  grant: grant.id,
  provider: grant.provider,
  recipient: grant.recipient,
  eventType: grant.event,
  purpose: agreement.purpose.description,
  powers: agreement.legal.powers.map(({ act, section }) => `${act}, ${section}`),
  from: agreement.term.from,
  until: agreement.term.until,
});

/** The same nodes while they are being put together. */
type Growing = { kind: 'object'; members: Map<string, ProgramNode> };
type GrowingPick = { kind: 'pick'; elements: Map<number, ProgramNode> };

/** Attributes that the disclosure sets itself; granting them would let the event overwrite them. */
export const RESERVED: ReadonlySet<string> = new Set([
  'specversion',
  'id',
  'type',
  'data',
  'datacontenttype',
  'dataschema',
  'agreementid',
  'agreementversion',
  'agreementdigest',
]);

function attributeLeaf(field: GrantedField, at: string, findings: Finding[]): Program['attributes'][number] {
  if (RESERVED.has(field.field))
    findings.push({ path: at, message: 'is an attribute that the broker sets itself' });
  return { kind: 'leaf', field: field.field, form: field.as };
}

function addField(
  data: Growing,
  field: GrantedField,
  schema: JsonObject,
  at: string,
  findings: Finding[],
): void {
  const problem = graft(data, pointerTokens(field.field), field, schema, schema);
  if (problem !== undefined) findings.push({ path: at, message: problem });
}

/** Adds the way to a granted field to a node that is there. @returns what is wrong, if anything */
function graft(
  parent: ProgramNode,
  [token, ...rest]: readonly string[],
  field: GrantedField,
  schema: JsonObject,
  root: JsonObject,
): string | undefined {
  if (token === undefined) return 'overlaps with another granted field';
  const shape = shapeOf(root, schema);
  const step = stepInto(parent, token, shape);
  if (typeof step === 'string') return step;
  if (rest.length === 0) {
    if (step.present !== undefined) return 'overlaps with another granted field';
    const leaf = release(field, step.schema, root);
    if (typeof leaf === 'string') return leaf;
    step.put(leaf);
    return undefined;
  }
  const child = step.present ?? emptyNode(rest[0] as string, shapeOf(root, step.schema));
  if (typeof child === 'string') return child;
  if (child.kind === 'leaf') return 'overlaps with another granted field';
  const problem = graft(child, rest, field, step.schema, root);
  if (problem === undefined) step.put(child);
  return problem;
}

interface Step {
  readonly present: ProgramNode | undefined;
  readonly schema: JsonObject;
  put(node: ProgramNode): void;
}

function stepInto(parent: ProgramNode, token: string, shape: Shape): Step | string {
  if (shape.kind === 'unclear') return shape.why;
  if (parent.kind === 'object' && shape.kind === 'object') {
    const schema = shape.members.get(token);
    if (schema === undefined) return `the event schema has no member "${token}" there`;
    const members = parent.members as Map<string, ProgramNode>;
    return { present: members.get(token), schema, put: (node) => members.set(token, node) };
  }
  if (parent.kind === 'list' && shape.kind === 'list' && token === '*') {
    const list = parent as { element: ProgramNode };
    const present = list.element === NOTHING ? undefined : list.element;
    return { present, schema: shape.element, put: (node) => (list.element = node) };
  }
  if (parent.kind === 'pick' && shape.kind === 'list' && INDEX.test(token)) {
    const elements = parent.elements as Map<number, ProgramNode>;
    const index = Number(token);
    return { present: elements.get(index), schema: shape.element, put: (node) => elements.set(index, node) };
  }
  if (shape.kind === 'list') return 'grants both each element of a list and single ones';
  return `the event schema has nothing below "${token}"`;
}

const INDEX = /^(?:0|[1-9]\d{0,5})$/u;
/** Stands in a new list until its element is known; never left in a finished program. */
const NOTHING: ProgramNode = { kind: 'object', members: new Map() };

function emptyNode(token: string, shape: Shape): ObjectNode | ListNode | PickNode | string {
  if (shape.kind === 'unclear') return shape.why;
  if (shape.kind === 'object') return { kind: 'object', members: new Map() };
  if (shape.kind === 'scalar') return 'the event schema has nothing below that place';
  if (token === '*') return { kind: 'list', element: NOTHING };
  if (INDEX.test(token)) return { kind: 'pick', elements: new Map() } satisfies GrowingPick;
  return 'the event schema has a list there: use "*" or a position';
}

/**
 * What releases a granted field. `clear` on an object or a list is spelled out into the members that the
 * signed schema declares, so that a member which appears later is not released by old words.
 */
function release(field: GrantedField, schema: JsonObject, root: JsonObject): ProgramNode | string {
  const shape = shapeOf(root, schema);
  if (shape.kind === 'unclear') return shape.why;
  if (field.as === 'presence') return { kind: 'leaf', field: field.field, form: 'presence' };
  if (shape.kind === 'scalar') {
    return suits(field.as, shape) ?? { kind: 'leaf', field: field.field, form: field.as };
  }
  if (field.as !== 'clear') return 'only "clear" and "presence" suit an object or a list';
  const spelled = spellOut(field, schema, root, { depth: 0, places: { left: MAX_SPELLED_PLACES } });
  if (typeof spelled === 'string' || !givesNothing(spelled)) return spelled;
  return 'the event schema declares nothing there that could be given';
}

/** An object without members, or a list of such. */
const givesNothing = (node: ProgramNode): boolean =>
  node.kind === 'list' ? givesNothing(node.element) : node.kind === 'object' && node.members.size === 0;

/** Schemas that contain themselves are spelled out no deeper than this, then refused. */
const MAX_SPELLED_DEPTH = 32;
/** A small schema can stand for a thousand million places, by references that each double them. */
const MAX_SPELLED_PLACES = 10_000;

interface Spelling {
  readonly depth: number;
  readonly places: { left: number };
}

function spellOut(
  field: GrantedField,
  schema: JsonObject,
  root: JsonObject,
  { depth, places }: Spelling,
): ProgramNode | string {
  if (depth > MAX_SPELLED_DEPTH) return 'the event schema contains itself there: grant single fields';
  places.left -= 1;
  if (places.left < 0) return 'the event schema has too many places there: grant single fields';
  const deeper = { depth: depth + 1, places };
  const shape = shapeOf(root, schema);
  if (shape.kind === 'unclear') return shape.why;
  if (shape.kind === 'scalar') return { kind: 'leaf', field: field.field, form: 'clear' };
  if (shape.kind === 'list') {
    const element = spellOut(field, shape.element, root, deeper);
    return typeof element === 'string' ? element : { kind: 'list', element };
  }
  if (!shape.closed)
    return 'the event schema leaves the object open (additionalProperties): grant single fields';
  const members = new Map<string, ProgramNode>();
  for (const [name, member] of shape.members) {
    const node = spellOut(field, member, root, deeper);
    if (typeof node === 'string') return node;
    if (!givesNothing(node)) members.set(name, node);
  }
  return { kind: 'object', members };
}

/** @returns what is wrong when a form does not suit the type of a value */
function suits(form: Form, { types }: Extract<Shape, { kind: 'scalar' }>): string | undefined {
  if (typeof form === 'string') return undefined;
  if ('pseudonym' in form) {
    return types.has('string') || types.has('integer')
      ? undefined
      : 'a pseudonym suits texts and whole numbers only';
  }
  if (form.generalise === 'band' || form.generalise === 'age-band') {
    if (!types.has('integer')) return 'a band suits whole numbers only';
    return form.generalise === 'age-band' && !isRising(form.from)
      ? 'the first ages of the bands must rise'
      : undefined;
  }
  return types.has('string') ? undefined : `"${form.generalise}" suits texts only`;
}

const isRising = (ages: readonly number[]): boolean =>
  ages.every((age, index) => age > (ages[index - 1] ?? 0) && Number.isSafeInteger(age));

function compileRows(condition: Condition, root: JsonObject, at: string, findings: Finding[]): RowTest {
  const each = (conditions: readonly Condition[], name: string): RowTest[] =>
    conditions.map((one, index) => compileRows(one, root, `${at}/${name}/${index}`, findings));
  if ('all' in condition) return { all: each(condition.all, 'all') };
  if ('any' in condition) return { any: each(condition.any, 'any') };
  if ('not' in condition) return { not: compileRows(condition.not, root, `${at}/not`, findings) };
  const place = placeOf(condition, root);
  if (typeof place !== 'string') return { place, condition };
  findings.push({ path: `${at}/field`, message: place });
  return { any: [] };
}

/** The way to the place that a condition is about, or what is wrong with it. */
function placeOf(condition: FieldCondition, root: JsonObject): (string | number)[] | string {
  const place: (string | number)[] = [];
  let schema = root;
  for (const token of pointerTokens(condition.field)) {
    const shape = shapeOf(root, schema);
    if (shape.kind === 'unclear') return shape.why;
    if (shape.kind === 'scalar') return 'the event schema has nothing below that place';
    if (shape.kind === 'list' && !INDEX.test(token)) return 'a condition names one element of a list';
    const next = shape.kind === 'list' ? shape.element : shape.members.get(token);
    if (next === undefined) return `the event schema has no member "${token}" there`;
    place.push(shape.kind === 'list' ? Number(token) : token);
    schema = next;
  }
  return neverHolds(condition, shapeOf(root, schema)) ?? place;
}

/** @returns what is wrong when no value of the place could ever satisfy a condition */
function neverHolds(condition: FieldCondition, shape: Shape): string | undefined {
  if (shape.kind === 'unclear') return shape.why;
  if (condition.is === 'present') return undefined;
  if (shape.kind !== 'scalar') return `"${condition.is}" suits a single value, not an object or a list`;
  if (
    (condition.is === 'on-or-after' || condition.is === 'on-or-before') &&
    daysOf(condition.value) === undefined
  )
    return 'the value is no year, month or day of the calendar';
  const values = 'value' in condition ? [condition.value].flat() : [];
  const possible = values.some((value) => shape.types.has(typeof value) || isWholeNumberFor(shape, value));
  return possible ? undefined : 'the event schema gives that place another type';
}

const isWholeNumberFor = ({ types }: Extract<Shape, { kind: 'scalar' }>, value: unknown): boolean =>
  typeof value === 'number' && types.has('integer');
