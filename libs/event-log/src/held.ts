import { channel } from 'node:diagnostics_channel';
import type { LaneName } from './attempt.js';
import type { IncomingRecord } from './port.js';

/** A change in what a worker holds of its input; negative when it lets go. */
export interface HeldChange {
  readonly lane: LaneName;
  readonly records: number;
  readonly bytes: number;
}

/** Where every change is published, so that a test or a gauge can sum what is held. */
export const heldChannel = channel('concordat:event-log:held');

/** Bytes of a record that count against `maxBytes`. */
export const sizeOf = (record: IncomingRecord): number => record.key.length + (record.value?.length ?? 0);

/** To be called when records of a lane have been read into memory; the result, when they are let go. */
export function hold(lane: LaneName, records: readonly IncomingRecord[]): () => void {
  if (!heldChannel.hasSubscribers) return () => undefined;
  const bytes = records.reduce((sum, record) => sum + sizeOf(record), 0);
  publish({ lane, records: records.length, bytes });
  return () => publish({ lane, records: -records.length, bytes: -bytes });
}

const publish = (change: HeldChange): void => heldChannel.publish(change);
