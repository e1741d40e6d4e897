import type { DetachedSignature, EndorsedKey } from '@concordat/agreement';
import { digestOf } from '@concordat/record';
import { withNews } from './key-history.js';
import type {
  Agency,
  AgreementRecord,
  EnforcedAgreement,
  EventSchema,
  NoticeRecord,
  RegisterRecord,
} from './records.js';

/** Told of a record that was left out: it is malformed, or would change what never changes. Worth an alarm. */
export type OnRefused = (what: {
  readonly record: RegisterRecord['kind'] | 'unreadable';
  readonly name: string;
  readonly why: string;
}) => void;

/** A version of an agreement with all signatures that were ever told of it. */
export type VersionRecord = AgreementRecord & { readonly id: string; readonly version: number };

/**
 * The register as an app holds it in memory: a fold over the records of the topic `agreements`. It believes
 * what the records say about agencies, keys and schemas, but not that an agreement is in force: whoever acts
 * on an agreement verifies its signatures and notices against the keys.
 *
 * What was once known is not forgotten: signatures and notices only become more, keys only lose their force,
 * and the text of a version stays as it was.
 */
export class Register {
  readonly #agencies = new Map<string, Agency>();
  readonly #keys = new Map<string, EndorsedKey>();
  readonly #schemas = new Map<string, EventSchema>();
  readonly #newestSchema = new Map<string, EventSchema>();
  /** By agreement, then by version. */
  readonly #agreements = new Map<string, Map<number, VersionRecord>>();
  /** By agreement, then by text and signature. */
  readonly #notices = new Map<string, Map<string, NoticeRecord>>();
  readonly #enforced = new Map<string, EnforcedAgreement>();
  readonly #onRefused: OnRefused;

  constructor(onRefused: OnRefused = () => undefined) {
    this.#onRefused = onRefused;
  }

  apply(record: RegisterRecord): void {
    switch (record.kind) {
      case 'agency':
        this.#agencies.set(record.id, record);
        return;
      case 'key':
        this.#applyKey(record);
        return;
      case 'schema':
        // The digest is what the parties signed: another content under it is another schema.
        if (digestOf(record.schema) === record.digest) this.#applySchema(record);
        else this.#refuse(record.kind, `${record.type}/${record.digest}`, 'Its content has another digest');
        return;
      case 'agreement':
        if (Array.isArray(record.signatures) && record.signatures.every(isSignature))
          this.#applyVersion(record);
        else this.#refuse(record.kind, `${record.id}/${record.version}`, 'A signature is not in its form');
        return;
      case 'notice':
        if (isSignature(record.signature) && typeof record.text === 'string') this.#applyNotice(record);
        else this.#refuse(record.kind, `${record.id}/${record.digest}`, 'It is not in its form');
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

  key(kid: string): EndorsedKey | undefined {
    return this.#keys.get(kid);
  }

  /** An agency's signing keys, trusted or not, whether they are still valid or not. */
  signingKeys(agency: string): EndorsedKey[] {
    return [...this.#keys.values()].filter((key) => key.agency === agency && key.use === 'signing');
  }

  /** The agencies of which a key is known. */
  agenciesWithKeys(): string[] {
    return [...new Set([...this.#keys.values()].map(({ agency }) => agency))];
  }

  /** Keys with which a client may prove who it is, while they are valid; revoked and stolen ones left out. */
  authenticationKeys(agency: string, role: string): EndorsedKey[] {
    return [...this.#keys.values()].filter(
      (key) =>
        key.agency === agency &&
        key.role === role &&
        key.use === 'authentication' &&
        key.revokedAt === undefined &&
        key.compromisedSince === undefined,
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

  /** What an enforcer applies of an agreement, by the word of the one that spoke last; `undefined` for nothing. */
  enforced(id: string): EnforcedAgreement | undefined {
    return this.#enforced.get(id);
  }

  /** The ids of all agreements, signed or not. */
  agreementIds(): string[] {
    return [...this.#agreements.keys()];
  }

  /** Every version of an agreement, signed or not. */
  versions(id: string): VersionRecord[] {
    return [...(this.#agreements.get(id)?.values() ?? [])];
  }

  /** Every version of every agreement, signed or not. */
  agreements(): VersionRecord[] {
    return this.agreementIds().flatMap((id) => this.versions(id));
  }

  /** Every notice about an agreement, whether its signature holds or not. */
  notices(id: string): NoticeRecord[] {
    return [...(this.#notices.get(id)?.values() ?? [])];
  }

  #applyKey({ kind, ...key }: Extract<RegisterRecord, { kind: 'key' }>): void {
    const before = this.#keys.get(key.kid);
    const after = before === undefined ? key : withNews(before, key);
    if (after === undefined) {
      const why = 'The key is known as another agency’s, for another role or use, or from another day on';
      this.#refuse(kind, key.kid, why);
      return;
    }
    this.#keys.set(key.kid, after);
  }

  #applySchema(record: EventSchema): void {
    this.#schemas.set(`${record.type}/${record.digest}`, record);
    this.#newestSchema.set(record.type, record);
  }

  #applyVersion({
    kind,
    id,
    version,
    text,
    signatures,
  }: Extract<RegisterRecord, { kind: 'agreement' }>): void {
    const versions = inMap(this.#agreements, id, () => new Map<number, VersionRecord>());
    const before = versions.get(version);
    if (before !== undefined && before.text !== text) {
      this.#refuse(kind, `${id}/${version}`, 'This version is known in other words');
      return;
    }
    versions.set(version, { id, version, text, signatures: union(before?.signatures ?? [], signatures) });
  }

  #applyNotice({ id, text, signature }: Extract<RegisterRecord, { kind: 'notice' }>): void {
    const notices = inMap(this.#notices, id, () => new Map<string, NoticeRecord>());
    // Not by the digest that the record names: a signature that does not hold must not push out one that does.
    notices.set(JSON.stringify([text, nameOf(signature)]), { text, signature });
  }

  #refuse(record: RegisterRecord['kind'], name: string, why: string): void {
    this.#onRefused({ record, name, why });
  }
}

/** What a map has under a name, made when it has nothing yet. */
function inMap<V>(map: Map<string, V>, name: string, make: () => V): V {
  const value = map.get(name) ?? make();
  map.set(name, value);
  return value;
}

function union(
  before: readonly DetachedSignature[],
  news: readonly DetachedSignature[],
): DetachedSignature[] {
  return [...new Map([...before, ...news].map((signature) => [nameOf(signature), signature])).values()];
}

/** Records are read without a schema: a bad one must not stop the app that follows the register. */
function isSignature(value: unknown): value is DetachedSignature {
  if (value === null || typeof value !== 'object') return false;
  const { protected: header, signature } = value as Partial<Record<keyof DetachedSignature, unknown>>;
  return typeof header === 'string' && typeof signature === 'string';
}

const nameOf = ({ protected: header, signature }: DetachedSignature): string => `${header}.${signature}`;

/** Whether a source is an agency's own: one of its sources, or below one. */
export function ownsSource(agency: Agency, source: string): boolean {
  return agency.sources.some(
    (own) => source === own || source.startsWith(`${own}/`) || source.startsWith(`${own}:`),
  );
}
