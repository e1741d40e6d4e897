import { describe, expect, it } from 'vitest';
import type { JsonObject } from '@concordat/record';
import { agreementSchema } from '../document/document.js';
import { rules, type Rule } from './rules.js';

const resolve = (schema: JsonObject): JsonObject => {
  const reference = schema['$ref'];
  if (typeof reference !== 'string') return schema;
  return (agreementSchema['$defs'] as Record<string, JsonObject>)[reference.slice('#/$defs/'.length)]!;
};

/** Every member of the document, as the keys of the rules spell them, unless a rule takes what is above whole. */
function membersOf(at: JsonObject, pattern = '', known = new Set<string>()): Set<string> {
  const schema = resolve(at);
  const rule: Rule | undefined = rules[pattern];
  if (rule !== undefined) known.add(pattern);
  if (rule !== undefined && isWhole(rule)) return known;
  const properties = (schema['properties'] ?? {}) as Record<string, JsonObject>;
  for (const [name, member] of Object.entries(properties)) membersOf(member, `${pattern}/${name}`, known);
  if (schema['type'] === 'array') membersOf(schema['items'] as JsonObject, `${pattern}/*`, known);
  for (const one of (schema['anyOf'] ?? []) as JsonObject[]) membersOf(one, pattern, known);
  const hasParts = Object.keys(properties).length > 0 || 'items' in schema || 'anyOf' in schema;
  if (!hasParts) known.add(pattern);
  return known;
}

const isWhole = (rule: Rule): boolean => {
  if (rule.compare === 'list') return rule.by === undefined;
  return !['switch', 'list'].includes(rule.compare);
};

describe('the rules', () => {
  it('class every member of the document, and nothing else', () => {
    expect(Object.keys(rules).sort()).toEqual([...membersOf(agreementSchema)].sort());
  });

  it('see a new member that nobody classed', () => {
    const properties = { ...(agreementSchema['properties'] as JsonObject), surprise: { type: 'string' } };
    expect(membersOf({ ...agreementSchema, properties })).toContain('/surprise');
    expect(rules).not.toHaveProperty(['/surprise']);
  });
});
