import type { Finding } from '@concordat/problem';
import type { Condition, Form, FrozenAgreement, Grant, GrantedField } from '@concordat/agreement';
import { pointerTokens, type JsonObject } from '@concordat/record';
import type { ListNode, ObjectNode, PickNode, Program, ProgramNode } from './program.js';
import { shapeOf, type Shape } from './schema-walk.js';

/** Finds an event schema by its digest. */
export type FindSchema = (digest: string) => JsonObject | undefined;

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
  const schema = findSchema(grant.schema);
  if (schema === undefined) {
    findings.push({ path: `${at}/schema`, message: 'is the digest of no registered schema' });
    return undefined;
  }
  if (grant.rows !== undefined) checkCondition(grant.rows, schema, `${at}/rows`, findings);
  const data: Growing = { kind: 'object', members: new Map() };
  const attributes: Program['attributes'][number][] = [];
  for (const [index, field] of grant.fields.entries()) {
    const place = `${at}/fields/${index}/field`;
    if (!field.field.startsWith('/')) attributes.push(attributeLeaf(field, place, findings));
    else addField(data, field, schema, place, findings);
  }
  return {
    agreement: { id: agreement.id, version: agreement.version, digest },
    grant: grant.id,
    provider: grant.provider,
    recipient: grant.recipient,
    eventType: grant.event,
    purpose: agreement.purpose.description,
    powers: agreement.legal.powers.map(({ act, section }) => `${act}, ${section}`),
    from: agreement.term.from,
    until: agreement.term.until,
    rows: grant.rows,
    attributes,
    data,
  };
}

/** The same nodes while they are being put together. */
type Growing = { kind: 'object'; members: Map<string, ProgramNode> };
type GrowingPick = { kind: 'pick'; elements: Map<number, ProgramNode> };

/** Attributes that the disclosure sets itself; granting them would let the event overwrite them. */
const RESERVED = new Set([
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
  return spellOut(field, schema, root, 0);
}

/** Schemas that contain themselves are spelled out no deeper than this, then refused. */
const MAX_SPELLED_DEPTH = 32;

function spellOut(
  field: GrantedField,
  schema: JsonObject,
  root: JsonObject,
  depth: number,
): ProgramNode | string {
  if (depth > MAX_SPELLED_DEPTH) return 'the event schema contains itself there: grant single fields';
  const shape = shapeOf(root, schema);
  if (shape.kind === 'unclear') return shape.why;
  if (shape.kind === 'scalar') return { kind: 'leaf', field: field.field, form: 'clear' };
  if (shape.kind === 'list') {
    const element = spellOut(field, shape.element, root, depth + 1);
    return typeof element === 'string' ? element : { kind: 'list', element };
  }
  if (!shape.closed)
    return 'the event schema leaves the object open (additionalProperties): grant single fields';
  const members = new Map<string, ProgramNode>();
  for (const [name, member] of shape.members) {
    const node = spellOut(field, member, root, depth + 1);
    if (typeof node === 'string') return node;
    members.set(name, node);
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
  if (form.generalise === 'band') return types.has('integer') ? undefined : 'a band suits whole numbers only';
  return types.has('string') ? undefined : `"${form.generalise}" suits texts only`;
}

function checkCondition(condition: Condition, root: JsonObject, at: string, findings: Finding[]): void {
  if ('all' in condition) return checkEach(condition.all, root, `${at}/all`, findings);
  if ('any' in condition) return checkEach(condition.any, root, `${at}/any`, findings);
  if ('not' in condition) return checkCondition(condition.not, root, `${at}/not`, findings);
  const problem = findPlace(pointerTokens(condition.field), root, root);
  if (problem !== undefined) findings.push({ path: `${at}/field`, message: problem });
}

function checkEach(
  conditions: readonly Condition[],
  root: JsonObject,
  at: string,
  findings: Finding[],
): void {
  for (const [index, condition] of conditions.entries())
    checkCondition(condition, root, `${at}/${index}`, findings);
}

function findPlace(
  [token, ...rest]: readonly string[],
  schema: JsonObject,
  root: JsonObject,
): string | undefined {
  if (token === undefined) return undefined;
  const shape = shapeOf(root, schema);
  if (shape.kind === 'unclear') return shape.why;
  if (shape.kind === 'list') {
    return INDEX.test(token)
      ? findPlace(rest, shape.element, root)
      : 'a condition names one element of a list';
  }
  if (shape.kind === 'scalar') return 'the event schema has nothing below that place';
  const member = shape.members.get(token);
  if (member === undefined) return `the event schema has no member "${token}" there`;
  return findPlace(rest, member, root);
}
