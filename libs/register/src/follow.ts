import type { EventLog, Tail } from '@concordat/event-log';
import { decodeRegisterRecord, type RegisterRecord } from './records.js';
import { Register, type OnRefused } from './register.js';

/** A register that follows its topic. */
export interface FollowedRegister {
  readonly register: Register;
  /** Resolves when all that was in the topic at the start is in the register. */
  readonly caughtUp: Promise<void>;
  /**
   * How long ago the registry was last known to be alive, in ms; infinite before its first heartbeat. Counted
   * both by this machine's steady clock and by the heartbeat's own time, and the worse of the two holds: a
   * backlog of old heartbeats read at once must not look like news.
   */
  silence(): number;
  stop(): Promise<void>;
  /** Rejects when the register can no longer be followed. */
  readonly failed: Promise<never>;
}

/**
 * Follows the register.
 *
 * @param onChange called after each record but heartbeats has been applied
 * @param onRefused called for each record that was left out
 */
export async function followRegister(
  log: EventLog,
  topic: string,
  onChange: (record: RegisterRecord) => Promise<void> | void = () => undefined,
  onRefused?: OnRefused,
): Promise<FollowedRegister> {
  const register = new Register(onRefused);
  let heard: { readonly steady: number; readonly at: number } | undefined;
  /** A record that cannot be taken is left out and told, so that nobody can stop us by writing one. */
  const take = (value: Buffer): RegisterRecord | undefined => {
    try {
      const record = decodeRegisterRecord(value);
      register.apply(record);
      return record;
    } catch (error) {
      onRefused?.({ record: 'unreadable', name: '', why: (error as Error).message });
      return undefined;
    }
  };
  const tail: Tail = await log.tail({
    topic,
    handler: async ({ value }) => {
      const record = value === null ? undefined : take(value);
      if (record === undefined) return;
      if (record.kind === 'heartbeat') heard = { steady: performance.now(), at: Date.parse(record.at) };
      else await onChange(record);
    },
  });
  const silence = (): number => {
    if (heard === undefined) return Infinity;
    return Math.max(performance.now() - heard.steady, Date.now() - heard.at);
  };
  return { register, caughtUp: tail.caughtUp, silence, stop: () => tail.stop(), failed: tail.failed };
}
