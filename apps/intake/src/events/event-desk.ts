import { BrokerError } from '@concordat/problem';
import type { Json } from '@concordat/record';
import type { Register } from '@concordat/register';
import { acceptEvents, type Acceptance, type EventStore } from './accept-events.js';
import { checkEvent, type CheckedEvent, type CompiledSchemas } from './check-event.js';

/** The injection token of the {@link EventDesk}. */
export const EVENT_DESK = Symbol('EventDesk');

/** Takes events in: each is checked by itself, and those that pass are accepted together. */
export class EventDesk {
  readonly #store: EventStore;
  readonly #register: Register;
  readonly #compiled: CompiledSchemas = new Map();

  constructor(store: EventStore, register: Register) {
    this.#store = store;
    this.#register = register;
  }

  /** @returns one acceptance for each value, in order */
  async accept(values: readonly Json[], agency: string): Promise<Acceptance[]> {
    const checks = values.map((value) => this.#check(value, agency));
    const passed = checks.filter((check): check is CheckedEvent => !(check instanceof BrokerError));
    const accepted = passed.length === 0 ? [] : await acceptEvents(this.#store, agency, passed);
    let next = 0;
    return checks.map((check) => (check instanceof BrokerError ? check : (accepted[next++] as Acceptance)));
  }

  #check(value: Json, agency: string): CheckedEvent | BrokerError {
    try {
      return checkEvent(value, agency, this.#register, this.#compiled);
    } catch (error) {
      if (error instanceof BrokerError) return error;
      throw error;
    }
  }
}
