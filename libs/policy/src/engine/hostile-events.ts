/** For the tests: events made to break the engine, or to make it say what nobody granted. */
import type { Json, JsonObject } from '@concordat/record';
import { decide, type DecisionContext } from '../interpreter/decide.js';
import { compile } from '../program/compile.js';
import { EVENT_TYPE, exampleAgreement } from '../program/example-program.js';
import type { Program, ProgramNode } from '../program/program.js';
import { anyData, anyGrantPart, type Chance } from './any-exchange.js';
import type { TextDecision } from './engine.js';

/**
 * Texts and numbers of which each stands in one place only, so that wherever one turns up it can be said where it came
 * from. The numbers end with 5: no band begins or ends so.
 */
export class Markers {
  #count = 0;

  text(): string {
    return `Zz${this.#next()}zZ`;
  }

  number(): number {
    return 700_000_000_005 + this.#next() * 10;
  }

  #next(): number {
    this.#count += 1;
    return this.#count;
  }
}

const MARKERS = /Zz\d+zZ|(?<!\d)7\d{10}5(?!\d)/gu;
const ONE_MARKER = /Zz\d+zZ|(?<!\d)7\d{10}5(?!\d)/u;

/** All markers in a text. */
export const markersIn = (text: string): Set<string> => new Set(text.match(MARKERS));

/** The markers that a program may give of an event's data: those at the places that it gives in clear. */
export function markersOf(node: ProgramNode, value: Json | undefined): Set<string> {
  const given = new Set<string>();
  collect(node, value, given);
  return given;
}

function collect(node: ProgramNode, value: Json | undefined, given: Set<string>): void {
  if (node.kind === 'leaf') {
    if (node.form !== 'clear' || value === null || typeof value === 'object') return;
    for (const marker of markersIn(String(value))) given.add(marker);
    return;
  }
  if (value === null || typeof value !== 'object') return;
  if (node.kind === 'object') {
    if (Array.isArray(value)) return;
    for (const [name, member] of node.members)
      if (Object.hasOwn(value, name)) collect(member, value[name], given);
    return;
  }
  if (!Array.isArray(value)) return;
  for (const [index, element] of value.entries()) {
    const inner = node.kind === 'list' ? node.element : node.elements.get(index);
    if (inner !== undefined) collect(inner, element, given);
  }
}

/** Programs over one or more schemas, for recipients of which some have the same grant, some the same agreement. */
export function hostilePrograms(chance: Chance, schemas: readonly JsonObject[], rows: number): Program[] {
  const parts = schemas.flatMap((schema) =>
    Array.from({ length: 2 }, () => {
      const { rows: anyRows, ...part } = anyGrantPart(chance, schema);
      return { schema, part: { ...part, ...(anyRows && chance.is(rows) && { rows: anyRows }) } };
    }),
  );
  return ['pensions', 'council', 'pensions', 'health', 'tax'].flatMap((recipient, index) => {
    const { schema, part } = chance.of(parts);
    const frozen = exampleAgreement(part, schema, chance.is(0.5) ? 'deaths' : `deaths-${index}`);
    return (compile(frozen, () => schema).programs ?? []).map((program) => ({ ...program, recipient }));
  });
}

/**
 * The text of an event that suits the schema where some program looks, and is hostile everywhere else.
 *
 * @param making how often a place that a program looks at is not as the schema says, and the others are hostile
 */
export function hostileEvent(
  chance: Chance,
  schema: JsonObject,
  programs: readonly Program[],
  making: Making,
): string {
  const { markers, hostility } = making;
  const nodes = programs.map((program) => program.data);
  const data = objectText(chance, schema, nodes, making);
  const members = [
    '"specversion":"1.0"',
    `"id":${JSON.stringify(`${markers.text()}${chance.of(['', 'é', '王'])}`)}`,
    `"source":"urn:${markers.text()}"`,
    `"type":"${chance.is(0.95) ? EVENT_TYPE : 'birth.registered'}"`,
    ...chance.some(['subject', 'time', 'traceparent'], 0.5).map((name) => `"${name}":"${markers.text()}"`),
    `"data":${data}`,
  ];
  const extra = Array.from({ length: chance.is(hostility) ? chance.below(3) : 0 }, () =>
    hostileMember(chance, markers),
  );
  for (const member of extra) members.splice(chance.below(members.length + 1), 0, member);
  if (chance.is(0.2)) members.reverse();
  return `{${members.join(',')}}`;
}

interface Making {
  readonly markers: Markers;
  readonly disorder: number;
  readonly hostility: number;
}

function objectText(
  chance: Chance,
  schema: JsonObject,
  nodes: readonly ProgramNode[],
  making: Making,
): string {
  const properties = Object.entries(schema['properties'] as Record<string, JsonObject>);
  const members = chance.some(properties, 0.9).map(([name, member]) => {
    const inner = nodes.flatMap((node) => {
      const found = node.kind === 'object' ? node.members.get(name) : undefined;
      return found === undefined ? [] : [found];
    });
    const isLookedAt = inner.length > 0 || !chance.is(0.3 * making.hostility);
    const value = isLookedAt
      ? valueText(chance, member, inner, making)
      : hostileText(chance, making.markers, 3);
    return `${nameText(chance, name, inner.length > 0 ? making.disorder : 0.01 * making.hostility)}:${value}`;
  });
  const extra = Array.from({ length: chance.is(0.5 * making.hostility) ? chance.below(3) : 0 }, () =>
    hostileMember(chance, making.markers),
  );
  for (const member of extra) members.splice(chance.below(members.length + 1), 0, member);
  return `{${members.join(',')}}`;
}

function valueText(
  chance: Chance,
  schema: JsonObject,
  nodes: readonly ProgramNode[],
  making: Making,
): string {
  const { markers, disorder } = making;
  if (chance.is(disorder)) return hostileText(chance, markers, 2);
  const types = [schema['type']].flat() as string[];
  if (types.includes('object')) return objectText(chance, schema, nodes, making);
  if (types.includes('array')) {
    const items = schema['items'] as JsonObject;
    const elements = Array.from(
      { length: chance.of([0, 1, 2, 4, 4, chance.is(0.05) ? 400 : 3]) },
      (_, index) => {
        const inner = nodes.flatMap((node) => {
          const found =
            node.kind === 'list' ? node.element : node.kind === 'pick' ? node.elements.get(index) : undefined;
          return found === undefined ? [] : [found];
        });
        // A position that nobody picks is read as well, where another is picked or tested.
        return inner.length === 0 && chance.is(0.3 * making.hostility)
          ? hostileText(chance, markers, 2)
          : valueText(chance, items, inner, making);
      },
    );
    return `[${elements.join(',')}]`;
  }
  const type = chance.of(types);
  if (type === 'string' && chance.is(0.5)) return textText(chance, markers.text());
  if (type !== 'boolean' && type !== 'string' && type !== 'null' && chance.is(0.5))
    return String(markers.number());
  return JSON.stringify(anyData(chance, { type }, 0));
}

/** A name as JSON, now and then in another spelling than the usual. */
const nameText = (chance: Chance, name: string, otherwise: number): string =>
  chance.is(otherwise) ? escaped(chance, name) : JSON.stringify(name);

/** A text as JSON, sometimes with characters around it that need care. */
const textText = (chance: Chance, text: string): string =>
  chance.is(0.6)
    ? `"${text}"`
    : chance.is(0.5)
      ? JSON.stringify(chance.of(['é', '"', '\\', '\u0000', '🙂', '\u2028', '\ufeff', '\u007f']) + text)
      : escaped(chance, text);

/** A text of which any character may be escaped, in any of the ways there are. */
function escaped(chance: Chance, text: string): string {
  const characters = Array.from({ length: text.length }, (_, index) => {
    const character = text[index] as string;
    const code = text.charCodeAt(index).toString(16).padStart(4, '0');
    if (chance.is(0.3)) return `\\u${chance.is(0.5) ? code : code.toUpperCase()}`;
    if (character === '/' && chance.is(0.5)) return '\\/';
    const usual = JSON.stringify(character).slice(1, -1);
    // Half of a pair by itself would be no character: leave it as it is, or the other half alone would be escaped.
    return usual.startsWith('\\ud') ? character : usual;
  });
  const joined = `"${characters.join('')}"`;
  return text.isWellFormed() && isSplit(joined) ? JSON.stringify(text) : joined;
}

/** Whether one half of a surrogate pair is escaped and the other is not. */
const isSplit = (json: string): boolean => !json.isWellFormed();

const hostileMember = (chance: Chance, markers: Markers): string =>
  `${chance.of(['"__proto__"', '"constructor"', '"toString"', JSON.stringify(markers.text()), textText(chance, markers.text()), '"Data"', '"data "'])}:${hostileText(chance, markers, 3)}`;

/** JSON of any kind and size with markers all over it. */
function hostileText(chance: Chance, markers: Markers, depth: number): string {
  const several = (count: number, write: () => string) => Array.from({ length: count }, write).join(',');
  const inner = () => (depth > 0 ? hostileText(chance, markers, depth - 1) : `"${markers.text()}"`);
  switch (chance.below(14)) {
    case 0:
      return `[${several(chance.below(4), inner)}]`;
    case 1:
      return `{${several(chance.below(4), () => `${textText(chance, markers.text())}:${inner()}`)}}`;
    case 2: {
      const levels = chance.of([3, 30, 56, 63, ...(chance.is(0.05) ? [70, 5000] : [])]);
      return `${'['.repeat(levels)}${inner()}${']'.repeat(levels)}`;
    }
    case 3: {
      const levels = chance.of([3, 30, 50]);
      return `${`{"${markers.text()}":`.repeat(levels)}${inner()}${'}'.repeat(levels)}`;
    }
    case 4:
      return chance.is(0.1) ? `[${several(600, () => `"${markers.text()}"`)}]` : '[[],{},[{}]]';
    case 5:
      return chance.is(0.1)
        ? `{${several(600, () => `"${markers.text()}":${markers.number()}`)}}`
        : `{"name":"${markers.text()}"}`;
    case 6:
      return `"${markers.text()}${chance.of(['x', 'é', '\\n', '\\u00e9']).repeat(chance.below(chance.is(0.1) ? 20_000 : 50))}"`;
    case 7: {
      const name = markers.text();
      return `{"${name}":1,"${name}":${inner()}}`;
    }
    case 8:
      return `{"__proto__":{"name":${inner()}},"hasOwnProperty":1}`;
    case 9:
      return chance.of(NUMBERS);
    case 10:
      return `${chance.of(['', '-'])}${markers.number()}${chance.of(['', '.5', 'e0', 'E+2', '.0'])}`;
    case 11:
      return chance.of(['null', 'true', 'false', '""', '[]', '{}']);
    default:
      return textText(chance, markers.text());
  }
}

const NUMBERS = [
  '0',
  '-0',
  '-0.0',
  '1.0',
  '1E5',
  '1e-7',
  '0.1000000000000000055511151231257827',
  '9007199254740993',
  '1e400',
  '-1e-400',
  '1'.repeat(400),
];

/** Changes bytes at some places. */
export function mutated(chance: Chance, bytes: Uint8Array, other: Uint8Array): Uint8Array {
  let result = Buffer.from(bytes);
  for (let left = chance.of([1, 1, 1, 2, 3]); left > 0; left -= 1) {
    const at = chance.below(result.length + 1);
    const end = Math.min(result.length, at + 1 + chance.below(chance.of([1, 4, 40])));
    const [before, middle, after] = [result.subarray(0, at), result.subarray(at, end), result.subarray(end)];
    switch (chance.below(8)) {
      case 0:
        if (at < result.length) result[at] = (result[at] as number) ^ (1 << chance.below(8));
        break;
      case 1:
        result = Buffer.concat([before, Buffer.from(chance.of(PIECES), 'latin1'), middle, after]);
        break;
      case 2:
        result = Buffer.concat([before, after]);
        break;
      case 3:
        result = Buffer.concat([before, middle, middle, after]);
        break;
      case 4: {
        const from = chance.below(other.length);
        result = Buffer.concat([before, other.subarray(from, from + chance.below(60)), after]);
        break;
      }
      case 5:
        if (chance.is(0.3)) result = Buffer.from(before);
        else result = Buffer.concat([before, Buffer.from([chance.below(256)]), middle, after]);
        break;
      case 6:
        result = Buffer.from(atToken(chance, result.toString('latin1')), 'latin1');
        break;
      default:
        if (at < result.length) result[at] = chance.below(256);
    }
  }
  return result;
}

/** Puts something between two tokens or in place of one, so that much of it is still JSON. */
function atToken(chance: Chance, text: string): string {
  const places = Array.from(text.matchAll(/[[\]{}:,"]/gu), ({ index }) => index);
  if (places.length === 0) return text;
  const at = chance.of(places);
  const kept = chance.is(0.5) ? text.slice(at) : text.slice(at + 1);
  return `${text.slice(0, at)}${chance.of(PIECES)}${kept}`;
}

/** In latin1: two of them are no UTF-8. */
const PIECES = [
  ...[' ', '\t', '\n', '\r', '\u000b', ',', ':', '{', '}', '[', ']', '"', '\\', '\\"', '\\u'],
  ...['\\ud800', '\\udc00', '\\ud83d\\ude00', '\\uD83D\\uDE00', '\\u0041', '\\u0000', '\\/'],
  ...[
    '"\\u0064ata"',
    '"data":{},',
    '"id":1,',
    '"type":null,',
    '"source":"x",',
    '"name":"x",',
    '{},',
    '[],',
    '[]',
    '{}',
  ],
  ...['null', 'true', '-0', '0', '-', '.', 'e', 'E', '1e5', '1e400', '00', '1.', '9007199254740993', '1.50'],
  ...[
    '\u00ff',
    '\u00c3\u00a9',
    '\u00c0\u0080',
    '\u00ed\u00a0\u0080',
    '\u00ef\u00bb\u00bf',
    '\u0000',
    '\u007f',
  ],
];

/** A decision of the engine, to be compared with {@link expected}. */
export function found(decision: TextDecision): unknown {
  const { program: _, ...said } = decision;
  if (said.outcome === 'withheld') return said;
  const { attributes, data, ...rest } = said;
  const { data: parsed, ...members } = JSON.parse(utf8(`{${attributes}"data":${data}}`)) as JsonObject;
  // Texts, because two values of JSON that are equal to a test can differ in bytes, such as zeros.
  return { ...rest, attributes: JSON.stringify(members), data: JSON.stringify(parsed) };
}

/** What the interpreter says of the event that `JSON.parse` reads, for one program. */
export function expected(program: Program, event: unknown, context: DecisionContext): unknown {
  const decision = decide(program, event as Parameters<typeof decide>[1], context);
  if (decision.outcome === 'withheld') return decision;
  const { attributes, data } = decision;
  return { ...decision, attributes: JSON.stringify(attributes), data: JSON.stringify(data) };
}

/** All that a decision would send or note down, in UTF-8. */
export const toldBy = ({ program: _, ...decision }: TextDecision): string =>
  decision.outcome === 'withheld'
    ? JSON.stringify(decision)
    : utf8(`{${decision.attributes}"data":${decision.data}}`) +
      JSON.stringify([decision.id, decision.fields]);

/** The text of UTF-8 bytes held as `latin1`. @throws TypeError when it is no UTF-8 */
export const utf8 = (text: string): string => FATAL.decode(Buffer.from(text, 'latin1'));

/** JSON.parse of UTF-8 bytes. @throws Error when they are not JSON */
export const parsed = (bytes: Uint8Array): unknown => JSON.parse(FATAL.decode(bytes)) as unknown;

const FATAL = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** What an error repeats of a text: a marker, or eight characters in a row. */
export function repeated(error: unknown, text: string): string | undefined {
  // The one name that a refusal says is ours, not the event's.
  const told = tellings(error).join('\n').replaceAll('"__proto__"', '');
  const marker = ONE_MARKER.exec(told)?.[0];
  if (marker !== undefined) return marker;
  for (let at = 0; at + 8 <= told.length; at += 1) {
    const piece = told.slice(at, at + 8);
    if (text.includes(piece)) return piece;
  }
  return undefined;
}

function tellings(error: unknown): string[] {
  if (!(error instanceof Error)) return [JSON.stringify(error)];
  const own = Object.entries(error).map(([name, value]) => `${name} ${JSON.stringify(value)}`);
  return [error.message, ...own, ...(error.cause === undefined ? [] : tellings(error.cause))];
}
