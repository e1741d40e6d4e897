import { setImmediate } from 'node:timers/promises';
import {
  compareAgreements,
  standingOf,
  verifyAgreementRecord,
  type Agreement,
  type CompareVersions,
  type FrozenAgreement,
  type Standing,
  type Verification,
  type VerifiedRecord,
} from '@concordat/agreement';
import type { Program } from '@concordat/policy';
import type { FindSchema } from '@concordat/record';
import type { EnforcedAgreement, Register, RegisterRecord } from '@concordat/register';
import { counter, type Logger } from '@concordat/telemetry';
import { programsOf } from './applied-programs.js';
import { isDecided } from './decided-grants.js';
import type { TrustedKeys } from './trusted-keys.js';

/** A program, and how its agreement stands. */
export interface GrantInForce {
  readonly program: Program;
  readonly standing: Standing;
}

/** What an enforcer applies of an agreement, but for when and which enforcer. */
export type Applied = Omit<EnforcedAgreement, 'at' | 'enforcer'>;

/** What need not be read and verified again. */
interface Known {
  readonly known: Map<string, Verification>;
  readonly documents: Map<string, FrozenAgreement>;
}

/** One agreement as it was last verified and as it stands. */
interface Held extends Known {
  readonly verified: VerifiedRecord;
  readonly standing: Standing;
  readonly programs: readonly Program[];
  /** The standing holds from then on, in ms, and until the clock changes it. */
  readonly from: number;
  readonly until: number;
}

/** So many agreements are seen to before anything else that waits. */
const AT_ONCE = 20;

const alarms = counter(
  'concordat.enforcer.alarms',
  'Signatures, notices and versions of agreements that were refused, and agreements that do not compile',
);

/**
 * The agreements that this enforcer applies, found by who publishes what. Every signature and every notice is
 * verified here against the keys of the register; how an agreement stands follows from what holds, and from the
 * time at which an event is decided.
 *
 * One piece of news costs the work of the agreements that it concerns, and of these only what is new.
 */
export class AgreementsInForce {
  readonly #register: Register;
  readonly #keys: TrustedKeys;
  readonly #logger: Logger;
  readonly #findSchema: FindSchema;
  readonly #compare: CompareVersions;
  readonly #held = new Map<string, Held>();
  /** The agreements in which a provider and an event type occur. */
  readonly #byEvent = new Map<string, Set<string>>();
  /** The agreements that a party's keys or a schema have to do with; those they once had stay listed. */
  readonly #byPart = new Map<string, Set<string>>();
  /** What has been told of each agreement, so that it is told once. */
  readonly #told = new Map<string, Set<string>>();
  /** All standings hold from then on, and until then, in ms. */
  #from = -Infinity;
  #until = Infinity;

  /** What was answered for one moment: a batch of events asks for the same again and again. */
  readonly #answers = new Map<string, readonly GrantInForce[]>();
  #answersAt = '';
  #turn: Promise<void> = Promise.resolve();

  constructor(register: Register, keys: TrustedKeys, logger: Logger) {
    this.#register = register;
    this.#keys = keys;
    this.#logger = logger;
    this.#findSchema = (digest, type) => register.schema(type, digest)?.schema;
    this.#compare = (before, after) => this.#compareSafely(before, after);
  }

  /**
   * The grants by which an event of this type from this provider is decided, each with how its agreement stands
   * at that moment, by the clock too.
   *
   * @param now RFC 3339
   */
  grantsFor(provider: string, eventType: string, now: string): readonly GrantInForce[] {
    if (now !== this.#answersAt) {
      this.tick(now);
      this.#answers.clear();
      this.#answersAt = now;
    }
    const name = nameOfEvent(provider, eventType);
    const before = this.#answers.get(name);
    if (before !== undefined) return before;
    const answer = this.#grantsAt(provider, eventType, now);
    this.#answers.set(name, answer);
    return answer;
  }

  /** What is applied of every agreement that has a version in force. */
  applied(): readonly Applied[] {
    return [...this.#held.values()].flatMap(({ standing, verified }) => {
      const { cited, applied, state } = standing;
      if (cited === undefined) return [];
      const notices = verified.notices.map(({ digest }) => digest).sort();
      const narrowed = applied !== undefined && applied.digest !== cited.digest;
      return [{ ...cited, state, ...(narrowed && { narrowedBy: applied.digest }), notices }];
    });
  }

  /** When the clock alone next changes how an agreement stands, in ms; infinite for never. */
  get nextChange(): number {
    return this.#until;
  }

  /** Verifies all agreements of the register, and sees how they stand. @param now RFC 3339 */
  refresh(now: string): Promise<void> {
    return this.#inTurn(async () => {
      await this.#keys.traceAll(now);
      return this.#register.agreementIds();
    }, now);
  }

  /** Takes in a record that the register has applied. @param now RFC 3339 */
  take(record: RegisterRecord, now: string): Promise<void> {
    return this.#inTurn(async () => {
      if (record.kind === 'key') await this.#keys.trace(record.agency, now);
      return this.#concernedBy(record);
    }, now);
  }

  /**
   * Sees again how those agreements stand of which the clock has changed something.
   *
   * @param now RFC 3339
   */
  tick(now: string): void {
    const at = Date.parse(now);
    if (at >= this.#from && at < this.#until) return;
    for (const [id, held] of this.#held) {
      if (at >= held.from && at < held.until) continue;
      this.#hold(id, held.verified, held, now);
    }
    this.#setBounds();
  }

  #grantsAt(provider: string, eventType: string, now: string): GrantInForce[] {
    const at = Date.parse(now);
    return [...(this.#byEvent.get(nameOfEvent(provider, eventType)) ?? [])].flatMap((id) => {
      const held = this.#held.get(id);
      if (held === undefined) return [];
      const { standing } = held;
      return held.programs
        .filter((program) => program.provider === provider && program.eventType === eventType)
        .filter((program) => isDecided(program, standing, at))
        .map((program) => ({ program, standing }));
    });
  }

  /** One at a time: what was read of the register earlier must not take the place of what was read later. */
  #inTurn(ids: () => Promise<readonly string[]>, now: string): Promise<void> {
    const turn = this.#turn.then(async () => {
      for (const [index, id] of (await ids()).entries()) {
        await this.#refreshOne(id, now);
        // What is known already is verified without any waiting: others have their turn as well.
        if (index % AT_ONCE === AT_ONCE - 1) await setImmediate();
      }
    });
    this.#turn = turn.catch(() => undefined);
    return turn;
  }

  #concernedBy(record: RegisterRecord): string[] {
    switch (record.kind) {
      case 'agreement':
      case 'notice':
        return [record.id];
      case 'key':
        return [...(this.#byPart.get(nameOfParty(record.agency)) ?? [])];
      case 'schema':
        return [...(this.#byPart.get(nameOfSchema(record.type, record.digest)) ?? [])];
      case 'agency':
      case 'enforced':
      case 'heartbeat':
        return [];
    }
  }

  async #refreshOne(id: string, now: string): Promise<void> {
    const versions = this.#register.versions(id);
    const notices = this.#register.notices(id);
    if (versions.length === 0) return;
    const { known, documents } = this.#held.get(id) ?? { known: new Map(), documents: new Map() };
    const record = { id, versions, notices };
    const { find, findForStops } = this.#keys;
    const verified = await verifyAgreementRecord(record, find, known, documents, findForStops);
    for (const { frozen } of verified.versions) {
      for (const { agency } of frozen.agreement.parties) addTo(this.#byPart, nameOfParty(agency), id);
      for (const { schema, event } of frozen.agreement.grants)
        addTo(this.#byPart, nameOfSchema(event, schema), id);
    }
    for (const { why, ...what } of verified.refused) {
      this.#tell(id, what.of, { ...what, why }, `a ${what.of} is refused: it counts for nothing`);
    }
    if (verified.versions.length === 0) return;
    this.#hold(id, verified, { known, documents }, now);
  }

  #hold(id: string, verified: VerifiedRecord, { known, documents }: Known, now: string): void {
    const standing = standingOf(verified.versions, verified.notices, now, this.#compare);
    const { programs, findings } = programsOf(standing, verified.versions, this.#findSchema);
    if (findings.length > 0) {
      const { version } = standing.cited ?? {};
      const message = 'an agreement does not compile: it releases nothing';
      this.#tell(id, 'agreement', { version, findings }, message);
    }
    for (const { provider, eventType } of programs)
      addTo(this.#byEvent, nameOfEvent(provider, eventType), id);
    const until = standing.nextChangeAt === undefined ? Infinity : Date.parse(standing.nextChangeAt);
    const before = this.#held.get(id)?.standing.state;
    this.#answersAt = '';
    const from = Date.parse(now);
    this.#held.set(id, { verified, known, documents, standing, programs, from, until });
    this.#from = Math.max(this.#from, from);
    this.#until = Math.min(this.#until, until);
    if (before !== standing.state) this.#sayState(standing, before);
  }

  #setBounds(): void {
    let from = -Infinity;
    let until = Infinity;
    for (const held of this.#held.values()) {
      from = Math.max(from, held.from);
      until = Math.min(until, held.until);
    }
    this.#from = from;
    this.#until = until;
  }

  /** An alarm, once for each different thing. */
  #tell(id: string, of: string, what: object, message: string): void {
    const told = this.#told.get(id) ?? new Set();
    this.#told.set(id, told);
    const text = JSON.stringify([of, what]);
    if (told.has(text)) return;
    told.add(text);
    alarms(1, { of });
    this.#logger.error({ agreement: id, ...what }, message);
  }

  #sayState({ id, state, cited, causes }: Standing, before: string | undefined): void {
    const kinds = causes.map(({ kind }) => kind);
    const details = { agreement: id, version: cited?.version, state, before, causes: kinds };
    if (state === 'suspended') this.#logger.warn(details, 'an agreement is suspended: it releases nothing');
    else this.#logger.info(details, 'an agreement’s standing has changed');
  }

  /** What cannot be compared counts as wider: it takes effect only when everyone has signed it. */
  #compareSafely(before: Agreement, after: Agreement): ReturnType<CompareVersions> {
    try {
      return compareAgreements(before, after, this.#findSchema);
    } catch (error) {
      this.#logger.error({ agreement: before.id, err: error }, 'two versions could not be compared');
      return { overall: 'widens' };
    }
  }
}

function addTo(map: Map<string, Set<string>>, name: string, id: string): void {
  const ids = map.get(name);
  if (ids === undefined) map.set(name, new Set([id]));
  else ids.add(id);
}

const nameOfEvent = (provider: string, eventType: string): string => `${provider}\n${eventType}`;
const nameOfParty = (agency: string): string => `party\n${agency}`;
const nameOfSchema = (type: string, digest: string): string => `schema\n${type}\n${digest}`;
