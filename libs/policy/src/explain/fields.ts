import type { CloudEvent } from '@concordat/record';
import { decide, type Decision, type DecisionContext } from '../interpreter/decide.js';
import type { ObjectNode, Program, ProgramNode } from '../program/program.js';
import type { FieldExplained } from './explanation.js';

/** What became of each field that the grant lists. */
export function explainFields(
  program: Program,
  event: CloudEvent,
  context: DecisionContext,
  decision: Decision,
): FieldExplained[] {
  const isAsked = decision.outcome === 'released' || decision.reason === 'form-failed';
  return program.fields.map((granted) => {
    if (!isAsked) return { ...granted, result: 'not-asked' };
    // Each by itself, so that every field that fails is told, and not only the first.
    const alone = decide(justThis(program, granted.field), event, context);
    if (alone.outcome === 'withheld') return { ...granted, result: 'failed' };
    if (alone.fields.length === 0) return { ...granted, result: 'absent' };
    return { ...granted, result: decision.outcome === 'released' ? 'given' : 'held-back' };
  });
}

/** The program as if the grant listed one field. */
function justThis(program: Program, field: string): Program {
  const members = membersOf(program.data, field);
  return {
    ...program,
    rows: undefined,
    fields: program.fields.filter((one) => one.field === field),
    attributes: program.attributes.filter((one) => one.field === field),
    data: { kind: 'object', members },
  };
}

const membersOf = ({ members }: ObjectNode, field: string): Map<string, ProgramNode> =>
  new Map(kept(members, field));

function partOf(node: ProgramNode, field: string): ProgramNode | undefined {
  if (node.kind === 'leaf') return node.field === field ? node : undefined;
  if (node.kind === 'list') {
    const element = partOf(node.element, field);
    return element && { kind: 'list', element };
  }
  if (node.kind === 'object') {
    const members = membersOf(node, field);
    return members.size === 0 ? undefined : { kind: 'object', members };
  }
  const elements = new Map(kept(node.elements, field));
  return elements.size === 0 ? undefined : { kind: 'pick', elements };
}

const kept = <Key>(nodes: ReadonlyMap<Key, ProgramNode>, field: string): [Key, ProgramNode][] =>
  [...nodes].flatMap(([key, node]): [Key, ProgramNode][] => {
    const part = partOf(node, field);
    return part === undefined ? [] : [[key, part]];
  });
