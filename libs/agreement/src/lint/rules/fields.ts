import {
  pointerOf,
  pointerTokens,
  shapeOf,
  type FindSchema,
  type JsonObject,
  type Shape,
} from '@concordat/record';
import type { Agreement, Form, Grant } from '../../document/agreement.js';
import { neutralise } from '../../plain-english/neutral.js';
import { lintFinding, type LintFinding } from '../codes.js';
import { findPlace, isElement } from './places.js';
import { lintRows } from './rows.js';

/**
 * Whether each grant fits the schema that it names, and leaves nothing unconsidered: the ICO data sharing code asks
 * that an agreement says item by item what is shared, and no more than is needed (UK GDPR Article 5(1)(c)).
 */
export const lintFields = ({ grants }: Agreement, findSchema: FindSchema | undefined): LintFinding[] =>
  grants.flatMap((grant, index) => {
    const at = `/grants/${index}`;
    const overlaps = overlappingFields(grant, at);
    if (findSchema === undefined) return [...overlaps, ...missingWithheldList(grant, at)];
    const schema = findSchema(grant.schema, grant.event);
    if (schema === undefined) return [...overlaps, lintFinding('unknown-schema', `${at}/schema`)];
    return [
      ...overlaps,
      ...grantedFields(grant, schema, at),
      ...(grant.rows === undefined ? [] : lintRows(grant.rows, schema, `${at}/rows`)),
      ...withheldFields(grant, schema, at),
      ...unconsidered(grant, schema, at),
    ];
  });

function overlappingFields({ fields }: Grant, at: string): LintFinding[] {
  const granted = new Set(fields.map(({ field }) => field));
  return fields.flatMap(({ field }, index) => {
    const whole = prefixesOf(field).find((prefix) => granted.has(prefix));
    return whole === undefined
      ? []
      : [
          lintFinding(
            'overlapping-fields',
            `${at}/fields/${index}/field`,
            `The field ${quoted(field)} is a part of ${quoted(whole)}, which is granted too.`,
          ),
        ];
  });
}

/** `/a/b/c` → `/a`, `/a/b`. */
const prefixesOf = (field: string): string[] =>
  [...field.matchAll(/\//gu)].map(({ index }) => field.slice(0, index)).filter((prefix) => prefix !== '');

const missingWithheldList = ({ withheld = [] }: Grant, at: string): LintFinding[] =>
  withheld.length === 0 ? [lintFinding('no-withheld-list', at)] : [];

function grantedFields({ fields }: Grant, schema: JsonObject, at: string): LintFinding[] {
  return fields.flatMap(({ field, as }, index) => {
    if (!field.startsWith('/')) return [];
    const place = `${at}/fields/${index}`;
    const found = findPlace(schema, field);
    if (typeof found === 'string')
      return [lintFinding('unknown-field', `${place}/field`, `For ${quoted(field)} ${found}.`)];
    const problem = unsuited(as, found.shape);
    return problem === undefined
      ? []
      : [lintFinding('form-does-not-suit', `${place}/as`, `For ${quoted(field)} ${problem}.`)];
  });
}

function withheldFields({ withheld = [] }: Grant, schema: JsonObject, at: string): LintFinding[] {
  return withheld.flatMap(({ field }, index) => {
    if (!field.startsWith('/')) return [];
    const found = findPlace(schema, field);
    return typeof found === 'string'
      ? [
          lintFinding(
            'withheld-field-unknown',
            `${at}/withheld/${index}/field`,
            `For ${quoted(field)} ${found}.`,
          ),
        ]
      : [];
  });
}

function unsuited(form: Form, shape: Shape): string | undefined {
  if (typeof form === 'string') return undefined;
  if (shape.kind !== 'scalar') return 'only “clear” and “presence” suit an object or a list';
  if ('pseudonym' in form)
    return shape.types.has('string') || shape.types.has('integer')
      ? undefined
      : 'a pseudonym suits texts and whole numbers only';
  if (form.generalise === 'band' || form.generalise === 'age-band')
    return shape.types.has('integer') ? undefined : 'a band suits whole numbers only';
  return shape.types.has('string') ? undefined : 'this form suits texts only';
}

/** One finding for each topmost place of the schema that the grant says nothing about, in it or above it. */
function unconsidered({ fields, withheld = [] }: Grant, schema: JsonObject, at: string): LintFinding[] {
  const considered = [...fields, ...withheld].flatMap(({ field }) =>
    field.startsWith('/') ? [pointerTokens(field)] : [],
  );
  return uncovered(schema, schema, considered, []).map((tokens) =>
    lintFinding(
      'field-not-considered',
      at,
      `The event has the field ${quoted(pointerOf(tokens))}, which is neither given nor expressly withheld.`,
    ),
  );
}

/**
 * The walk follows what is considered, so it ends even in a schema that contains itself. Whoever chooses some
 * elements of a list has considered the others.
 *
 * @param considered the fields whose way begins with this one, as tokens
 */
function uncovered(
  root: JsonObject,
  at: JsonObject,
  considered: readonly (readonly string[])[],
  way: readonly string[],
): string[][] {
  const depth = way.length;
  if (considered.some((tokens) => tokens.length === depth)) return [];
  if (considered.length === 0 && depth > 0) return [[...way]];
  const shape = shapeOf(root, at);
  if (shape.kind === 'list') {
    const within = considered.filter((tokens) => isElement(tokens[depth] ?? ''));
    return uncovered(root, shape.element, within, [...way, '*']);
  }
  if (shape.kind !== 'object') return [];
  const byMember = new Map<string, (readonly string[])[]>();
  for (const tokens of considered) {
    const member = tokens[depth] ?? '';
    const others = byMember.get(member);
    if (others === undefined) byMember.set(member, [tokens]);
    else others.push(tokens);
  }
  return [...shape.members].flatMap(([member, schema]) =>
    uncovered(root, schema, byMember.get(member) ?? [], [...way, member]),
  );
}

const quoted = (text: string): string => `“${neutralise(text)}”`;
