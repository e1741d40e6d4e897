import type { RegisteredKey } from '@concordat/agreement';
import type { Agency, AgreementRecord, EnforcedAgreement, EventSchema, RegisterRecord } from './records.js';

/**
 * The register as an app holds it in memory: a fold over the records of the topic `agreements`. It believes
 * what the records say about agencies, keys and schemas, but not that an agreement is in force: whoever acts
 * on an agreement verifies its signatures against the keys.
 */
export class Register {
  readonly #agencies = new Map<string, Agency>();
  readonly #keys = new Map<string, RegisteredKey>();
  readonly #schemas = new Map<string, EventSchema>();
  readonly #newestSchema = new Map<string, EventSchema>();
  readonly #agreements = new Map<string, AgreementRecord & { id: string; version: number }>();

  readonly #enforced = new Map<string, EnforcedAgreement>();

  apply(record: RegisterRecord): void {
    switch (record.kind) {
      case 'agency':
        this.#agencies.set(record.id, record);
        return;
      case 'key':
        this.#keys.set(record.kid, withRevocation(record, this.#keys.get(record.kid)));
        return;
      case 'schema':
        this.#schemas.set(`${record.type}/${record.digest}`, record);
        this.#newestSchema.set(record.type, record);
        return;
      case 'agreement':
        this.#agreements.set(`${record.id}/${record.version}`, record);
        return;
      case 'enforced':
        this.#enforced.set(record.id, record);
        return;
      case 'heartbeat':
        return;
    }
  }

  agency(id: string): Agency | undefined {
    return this.#agencies.get(id);
  }

  key(kid: string): RegisteredKey | undefined {
    return this.#keys.get(kid);
  }

  /** Keys with which a client may prove who it is; revoked ones left out. */
  authenticationKeys(agency: string, role: string): RegisteredKey[] {
    return [...this.#keys.values()].filter(
      (key) =>
        key.agency === agency &&
        key.role === role &&
        key.use === 'authentication' &&
        key.revokedAt === undefined,
    );
  }

  /** The schema of an event type under the digest that an agreement names. */
  schema(type: string, digest: string): EventSchema | undefined {
    return this.#schemas.get(`${type}/${digest}`);
  }

  /** The schema that new events of a type must satisfy: the one registered last. */
  newestSchema(type: string): EventSchema | undefined {
    return this.#newestSchema.get(type);
  }

  /** The version of an agreement that an enforcer applies, by its own word; `undefined` for none. */
  enforced(id: string): EnforcedAgreement | undefined {
    return this.#enforced.get(id);
  }

  /** Every version of every agreement, signed or not. */
  agreements(): (AgreementRecord & { id: string; version: number })[] {
    return [...this.#agreements.values()];
  }
}

/** A revocation is never taken back, whatever a later record says. */
function withRevocation(key: RegisteredKey, before: RegisteredKey | undefined): RegisteredKey {
  return before?.revokedAt === undefined ? key : { ...key, revokedAt: before.revokedAt };
}

/** Whether a source is an agency's own: one of its sources, or below one. */
export function ownsSource(agency: Agency, source: string): boolean {
  return agency.sources.some(
    (own) => source === own || source.startsWith(`${own}/`) || source.startsWith(`${own}:`),
  );
}
