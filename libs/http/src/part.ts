import type { LaneReport } from '@concordat/event-log';
import type { DynamicModule, Type } from '@nestjs/common';
import type { IncomingMessage, ServerResponse } from 'node:http';

/**
 * One app, opened and ready to be served: alone by its own `main.ts`, or with the others by standalone. The
 * seam that lets both be the same code.
 */
export interface Part {
  readonly name: string;
  /** The app's controllers and what they need; none for an app without routes. */
  readonly module?: DynamicModule | Type;
  /** Answers requests before any route does, or calls `next`. */
  readonly middleware?: (request: IncomingMessage, response: ServerResponse, next: () => void) => void;
  /** What must answer for the app to be ready; each rejects when it does not. */
  readonly checks: Readonly<Record<string, () => Promise<void>>>;
  /** The lanes of the log that the part owns now; none for a part that only follows it. */
  lanes?(): readonly LaneReport[];
  /** Called when the server begins to stop: ends what keeps requests open, such as long polls. */
  drain?(): void;
  /** Finishes what is in hand and lets go of everything that the part opened. */
  stop(): Promise<void>;
  /** Rejects when the part cannot go on. */
  readonly failed: Promise<never>;
}
