import {
  readFrozenAgreement,
  requiredSignatories,
  verifyAllSignatures,
  type FrozenAgreement,
  type RegisteredKey,
} from '@concordat/agreement';
import { compile, type Program } from '@concordat/policy';
import type { Register } from '@concordat/register';
import type { Logger } from '@concordat/telemetry';

/**
 * The programs of the agreements in force, found by who publishes what. An agreement is in force when every
 * signature that it names is there and holds against the keys of the register, and when it compiles. Of its
 * versions the newest that everyone signed counts; if that one cannot be used, none does.
 */
export class AgreementsInForce {
  readonly #register: Register;
  readonly #logger: Logger;
  #programs: ReadonlyMap<string, readonly Program[]> = new Map();

  constructor(register: Register, logger: Logger) {
    this.#register = register;
    this.#logger = logger;
  }

  /** Every program that may release an event of this type from this provider. */
  programsFor(provider: string, eventType: string): readonly Program[] {
    return this.#programs.get(indexKey(provider, eventType)) ?? [];
  }

  /** The agreements in force, whether their term has begun or not. */
  get agreements(): readonly Program['agreement'][] {
    const all = [...this.#programs.values()].flat().map(({ agreement }) => agreement);
    return [...new Map(all.map((agreement) => [agreement.id, agreement])).values()];
  }

  /** Verifies and compiles all of the register's agreements again. @param now RFC 3339 */
  async refresh(now: string): Promise<void> {
    const newest = new Map<string, { version: number; programs: readonly Program[] }>();
    for (const record of this.#register.agreements()) {
      if ((newest.get(record.id)?.version ?? 0) > record.version) continue;
      const programs = await this.#programsOf(record, now);
      if (programs !== undefined) newest.set(record.id, { version: record.version, programs });
    }
    const index = new Map<string, Program[]>();
    for (const { programs } of newest.values()) {
      for (const program of programs) {
        const key = indexKey(program.provider, program.eventType);
        index.set(key, [...(index.get(key) ?? []), program]);
      }
    }
    this.#programs = index;
  }

  /** @returns `undefined` when not everyone signed this version: then an older one may still count */
  async #programsOf(record: VersionRecord, now: string): Promise<readonly Program[] | undefined> {
    const name = { agreement: record.id, version: record.version };
    const frozen = this.#read(record);
    if (frozen === undefined) return undefined;
    // A version that lacks signatures is a proposal, whatever the ones that it has are worth.
    if (record.signatures.length < requiredSignatories(frozen.agreement).length) return undefined;
    try {
      const findKey = (kid: string): RegisteredKey | undefined => this.#register.key(kid);
      const { complete, refused } = await verifyAllSignatures(frozen, record.signatures, findKey, now);
      if (!complete && refused.length === 0) return undefined;
      if (!complete) throw refused[0]?.why;
    } catch (error) {
      this.#logger.error(
        { ...name, err: error },
        'a signature does not hold: the agreement releases nothing',
      );
      return [];
    }
    const compiled = compile(frozen, (digest, type) => this.#register.schema(type, digest)?.schema);
    if (compiled.programs !== undefined) return compiled.programs;
    this.#logger.error(
      { ...name, findings: compiled.findings },
      'an agreement does not compile: it releases nothing',
    );
    return [];
  }

  #read(record: VersionRecord): FrozenAgreement | undefined {
    const name = { agreement: record.id, version: record.version };
    try {
      const frozen = readFrozenAgreement(record.text);
      if (frozen.agreement.id === record.id && frozen.agreement.version === record.version) return frozen;
      this.#logger.error(name, 'an agreement is registered under another name than its own: it is ignored');
    } catch (error) {
      this.#logger.error({ ...name, err: error }, 'an agreement cannot be read: it is ignored');
    }
    return undefined;
  }
}

type VersionRecord = ReturnType<Register['agreements']>[number];

const indexKey = (provider: string, eventType: string): string => `${provider}\n${eventType}`;
