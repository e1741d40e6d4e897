import { BrokerError } from '@concordat/problem';
import type { Json, JsonObject } from './parse.js';
import { isTime } from './time.js';

/**
 * A CloudEvents 1.0 event in the JSON format, as the broker takes it: `data` is a JSON object. Extension
 * attributes stand beside the named ones.
 */
export interface CloudEvent {
  readonly specversion: '1.0';
  readonly id: string;
  readonly source: string;
  readonly type: string;
  readonly subject?: string;
  /** RFC 3339. */
  readonly time?: string;
  readonly datacontenttype?: string;
  readonly dataschema?: string;
  readonly data: JsonObject;
  readonly [extension: string]: Json;
}

const REQUIRED = ['id', 'source', 'type'] as const;
const OPTIONAL = ['subject', 'time', 'datacontenttype', 'dataschema'] as const;
const NAMED: ReadonlySet<string> = new Set(['specversion', 'data', ...REQUIRED, ...OPTIONAL]);
/** CloudEvents 1.0 §3.1: names are lower-case letters and digits, and should be at most 20 long. */
const ATTRIBUTE_NAME = /^[a-z0-9]{1,20}$/u;
const MAX_ATTRIBUTE_LENGTH = 1024;

/**
 * Takes a JSON value for an event, or says why not.
 *
 * @throws BrokerError `not-a-cloudevent`
 */
export function toCloudEvent(value: Json): CloudEvent {
  if (value === null || typeof value !== 'object' || Array.isArray(value))
    throw refuse('it is not a JSON object');
  if (value['specversion'] !== '1.0') throw refuse('specversion must be "1.0"');
  for (const name of REQUIRED) requireText(name, value[name]);
  for (const name of OPTIONAL) if (value[name] !== undefined) requireText(name, value[name]);
  requirePlainPath(value['source'] as string);
  for (const name of Object.keys(value)) if (!NAMED.has(name)) requireExtension(name, value[name]);
  requireTime(value['time']);
  requireJsonContent(value['datacontenttype']);
  const data = value['data'];
  if (data === null || typeof data !== 'object' || Array.isArray(data))
    throw refuse('data must be a JSON object');
  return value as unknown as CloudEvent;
}

/** The attributes of an event: all of its members but `data`. */
export function attributeNames(event: CloudEvent): string[] {
  return Object.keys(event).filter((name) => name !== 'data');
}

/**
 * What keeps events in order: those with the same key stay so. An event's `partitionkey` (CloudEvents
 * partitioning extension) decides, else its subject, else the event stands for itself.
 */
export function orderingKey(event: CloudEvent): string {
  const partitionKey = event['partitionkey'];
  if (typeof partitionKey === 'string') return `${event.source}\n${partitionKey}`;
  return `${event.source}\n${event.subject ?? event.id}`;
}

function requireText(name: string, value: Json | undefined): void {
  if (typeof value !== 'string' || value.length === 0)
    throw refuse(`${name} must be a string that is not empty`);
  if (value.length > MAX_ATTRIBUTE_LENGTH)
    throw refuse(`${name} is longer than ${MAX_ATTRIBUTE_LENGTH} characters`);
  // CloudEvents 1.0 §2.3: no control characters in strings.
  if (/[\u0000-\u001f\u007f-\u009f]/u.test(value)) throw refuse(`${name} holds a control character`);
}

/** A source that a reader of URIs would take for another one could be another agency's. RFC 3986 §5.2.4 */
function requirePlainPath(source: string): void {
  const dots = source.split(/[/?#]/u).some((part) => /^(?:\.|%2e){1,2}$/iu.test(part));
  if (dots) throw refuse('source holds a segment of dots');
}

function requireExtension(name: string, value: Json | undefined): void {
  if (name === 'data_base64') throw refuse('data_base64 is not taken; send data as JSON');
  if (!ATTRIBUTE_NAME.test(name))
    throw refuse('an attribute name may hold only a-z and 0-9, at most 20 of them');
  if (typeof value === 'boolean') return;
  if (typeof value === 'number' && Number.isInteger(value) && Math.abs(value) <= 0x7fffffff) return;
  requireText(name, value);
}

function requireTime(time: Json | undefined): void {
  if (time === undefined) return;
  if (typeof time !== 'string' || !isTime(time)) {
    throw refuse('time must be an RFC 3339 time with a zone, such as 2026-04-01T09:30:00Z');
  }
}

function requireJsonContent(type: Json | undefined): void {
  if (type === undefined || type === 'application/json') return;
  throw refuse('datacontenttype must be "application/json"');
}

const refuse = (why: string): BrokerError =>
  new BrokerError('not-a-cloudevent', `The event was refused because ${why}`);
