/** Stable: callers and operators' tools compare these. */
export type EventLogErrorCode =
  /** The lane's position was moved by another owner; nothing of this commit was written. */
  | 'stale-owner'
  /** A topic does not exist (`ensureTopics` makes it), or has no such partition. */
  | 'unknown-topic'
  /** A topic exists with fewer partitions than asked for. */
  | 'too-few-partitions'
  /** A record is larger than the log takes. */
  | 'record-too-large'
  /** The log, or this worker of it, was closed. */
  | 'closed'
  /** The log cannot be reached, or refuses this client for good. */
  | 'unavailable';

/** What the event log refuses or cannot do. The message never holds a payload. */
export class EventLogError extends Error {
  readonly code: EventLogErrorCode;

  constructor(code: EventLogErrorCode, message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = 'EventLogError';
    this.code = code;
  }
}

/**
 * The log's own fault in one lane, of the kind that waiting does not mend: the lane is parked, so that operators
 * see it, and tried again all the same.
 */
export class LaneBlocked extends EventLogError {
  constructor(message: string) {
    super('unavailable', message);
    this.name = 'LaneBlocked';
  }
}

/**
 * The fault of a handler, of a sink, or of what they gave to be written. This counts towards parking a lane;
 * every other error, `LaneBlocked` apart, is the log's own and is retried for as long as it takes.
 */
export class HandlerFailure extends Error {
  constructor(cause: unknown) {
    super(describeError(cause), { cause });
    this.name = 'HandlerFailure';
  }
}

/** The name and message of whatever was thrown; by the port's rule neither holds a payload. */
export function describeError(error: unknown): string {
  if (error instanceof HandlerFailure) return error.message;
  return error instanceof Error ? `${error.name}: ${error.message}` : String(error);
}
