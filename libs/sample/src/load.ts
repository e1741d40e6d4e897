import { readFileSync } from 'node:fs';
import { digestOf, parseStrict, type Digest, type JsonObject } from '@concordat/record';
import { AMENDED, REGISTERED } from './events.js';

/** An event type of the sample with its schema, as the register keeps it. */
export interface SampleSchema {
  readonly type: string;
  /** The agency that publishes events of this type. */
  readonly owner: string;
  readonly digest: Digest;
  readonly schema: JsonObject;
}

// `src` and `dist` are equally deep, so the same address serves sources and builds.
const ROOT = new URL('../../../', import.meta.url);

const AGREEMENTS = [
  'death-notification-pensions',
  'death-notification-driver-licensing',
  'death-notification-northshire-council',
  'mortality-statistics',
] as const;

/**
 * Both event schemas, from `schemas/events/`.
 *
 * @throws the file system's error when they are not there; BrokerError when they are not strict JSON
 */
export function loadSampleSchemas(): SampleSchema[] {
  return [REGISTERED, AMENDED].map((type) => {
    const schema = readObject(`schemas/events/${type}/1.0.json`);
    return { type, owner: 'register-office', digest: digestOf(schema), schema };
  });
}

/**
 * The four agreements, unsigned, from `agreements/sample/`.
 *
 * @throws as `loadSampleSchemas`
 */
export const loadSampleAgreements = (): JsonObject[] =>
  AGREEMENTS.map((id) => readObject(`agreements/sample/${id}.json`));

const readObject = (path: string): JsonObject => parseStrict(readFileSync(new URL(path, ROOT))) as JsonObject;
