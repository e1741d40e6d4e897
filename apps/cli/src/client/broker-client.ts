import type { Finding, ProblemDocument } from '@concordat/problem';
import type { DetachedSignature, Notice, EndorsedKey } from '@concordat/agreement';
import type { Json } from '@concordat/record';
import type {
  AgreementOverview,
  AgreementSummary,
  AgreementView,
  EventSchema,
  NewKey,
  Page,
  TemplateSummary,
} from './answers.js';
import type { Credentials } from './credentials.js';
import { Requests } from './requests.js';

export interface Delivery {
  readonly cursor: string;
  /** A CloudEvents event. */
  readonly event: Readonly<Record<string, unknown>>;
}

export interface Receipt {
  readonly receipt: string;
  readonly source: string;
  readonly id: string;
  readonly accepted: string;
}

export interface BatchResult {
  readonly results: readonly (
    ({ readonly status: 202 } & Receipt) | { readonly status: number; readonly problem: ProblemDocument }
  )[];
}

/** A client of the broker's API, for one client of one agency. Throws {@link RefusedError}. */
export class BrokerClient {
  readonly url: string;
  readonly #requests: Requests;

  /** @param headers sent with each request, such as the caller's own `traceparent` */
  constructor(credentials: Credentials, headers: Readonly<Record<string, string>> = {}) {
    this.url = credentials.url;
    this.#requests = new Requests(credentials, headers);
  }

  registerAgency(agency: {
    id: string;
    name: string;
    sources: readonly string[];
    oversight?: boolean;
  }): Promise<unknown> {
    return this.#requests.post('/v1/agencies', 'agencies:write', agency);
  }

  registerKey(agency: string, key: NewKey): Promise<EndorsedKey> {
    return this.#requests.post(`${agencyPath(agency)}/keys`, 'keys:write', key);
  }

  /** Every key that the agency ever registered. */
  async keys(agency: string): Promise<readonly EndorsedKey[]> {
    const { keys } = await this.#requests.get<{ keys: readonly EndorsedKey[] }>(
      `${agencyPath(agency)}/keys`,
      'any',
    );
    return keys;
  }

  /** Revokes a key for good. */
  revokeKey(
    agency: string,
    kid: string,
    why: { readonly because: string; readonly compromisedSince?: string },
  ): Promise<EndorsedKey> {
    const path = `${agencyPath(agency)}/keys/${encodeURIComponent(kid)}/revocations`;
    return this.#requests.post(path, 'keys:revoke', why);
  }

  registerSchema(type: string, schema: object): Promise<unknown> {
    return this.#requests.post('/v1/schemas', 'schemas:write', { type, schema });
  }

  /** The schemas of an event type, in the order of registration. */
  async schemas(type: string): Promise<readonly EventSchema[]> {
    const path = `/v1/schemas?type=${encodeURIComponent(type)}`;
    return (await this.#requests.get<{ schemas: readonly EventSchema[] }>(path, 'any')).schemas;
  }

  schema(digest: string): Promise<EventSchema> {
    return this.#requests.get(`/v1/schemas/${encodeURIComponent(digest)}`, 'any');
  }

  /** Publishes a version of a template. */
  publishTemplate(template: object): Promise<unknown> {
    return this.#requests.post('/v1/templates', 'templates:write', template);
  }

  /** Every version of every template. */
  templates(): Promise<TemplateSummary[]> {
    return this.#all<TemplateSummary, 'templates'>('/v1/templates', 'templates', {});
  }

  /** The exact bytes of a template, as text. */
  templateDocument(id: string, version: number): Promise<string> {
    return this.#requests.getText(
      `/v1/templates/${encodeURIComponent(id)}/versions/${version}/document`,
      'any',
    );
  }

  /** What the broker says of a draft, of which it keeps nothing. */
  lintDraft(agreement: object): Promise<{ readonly refused: readonly Finding[] }> {
    return this.#requests.post('/v1/agreements/lint', 'any', agreement);
  }

  propose(agreement: object): Promise<AgreementView> {
    return this.#requests.post('/v1/agreements', 'agreements:write', agreement);
  }

  agreement(id: string, version: number): Promise<AgreementView> {
    return this.#requests.get(versionPath(id, version), 'any');
  }

  sign(id: string, version: number, signature: DetachedSignature): Promise<AgreementView> {
    return this.#requests.post(`${versionPath(id, version)}/signatures`, 'agreements:write', signature);
  }

  /** How an agreement stands, with all of its versions. */
  overview(id: string): Promise<AgreementOverview> {
    return this.#requests.get(agreementPath(id), 'any');
  }

  /** Every version of every agreement, or of those that suit. */
  agreements(query: Readonly<Record<string, string>>): Promise<AgreementSummary[]> {
    return this.#all<AgreementSummary, 'agreements'>('/v1/agreements', 'agreements', query);
  }

  /** The exact bytes that are signed, as text. */
  document(id: string, version: number): Promise<string> {
    return this.#requests.getText(`${versionPath(id, version)}/document`, 'any');
  }

  /** All that is kept of an agreement, to be verified offline. */
  bundle(id: string): Promise<Json> {
    return this.#requests.get(`${agreementPath(id)}/bundle`, 'any');
  }

  /** Gives notice. */
  sendNotice(notice: Notice, signature: DetachedSignature): Promise<unknown> {
    const { id, version } = notice.agreement;
    return this.#requests.post(`${versionPath(id, version)}/notices`, 'agreements:write', {
      notice,
      signature,
    });
  }

  publish(event: object): Promise<Receipt> {
    return this.#requests.post('/v1/events', 'events:publish', event, 'application/cloudevents+json');
  }

  /** Every event is accepted or refused by itself. */
  publishBatch(events: readonly object[]): Promise<BatchResult> {
    return this.#requests.post('/v1/events', 'events:publish', events, 'application/cloudevents-batch+json');
  }

  /** @param wait seconds to wait for something to come */
  pull(
    after: string,
    limit: number,
    wait: number,
  ): Promise<{ deliveries: readonly Delivery[]; next: string }> {
    const query = new URLSearchParams({ after, limit: String(limit), wait: String(wait) });
    return this.#requests.get(`/v1/deliveries?${query.toString()}`, 'deliveries:receive');
  }

  acknowledge(upTo: string): Promise<{ acknowledged: string }> {
    return this.#requests.post('/v1/deliveries/acknowledgements', 'deliveries:receive', { upTo });
  }

  /** An operator's order to let a parked lane go on without the record that stops it. */
  quarantine(order: {
    readonly group: string;
    readonly topic: string;
    readonly partition: number;
    readonly offset: string;
    readonly because: string;
  }): Promise<unknown> {
    return this.#requests.post('/v1/quarantine-orders', 'lanes:write', order);
  }

  auditEntries(from: number, limit: number): Promise<{ entries: readonly AuditedEntry[]; next: number }> {
    return this.#requests.get(`/v1/audit/entries?from=${from}&limit=${limit}`, 'audit:read');
  }

  auditCheckpoint(): Promise<string> {
    return this.#requests.getPublic('/v1/audit/checkpoint');
  }

  async auditKey(): Promise<string> {
    return (await this.#requests.getPublic('/v1/audit/key')).trim();
  }

  auditConsistency(from: number, to: number): Promise<{ hashes: readonly string[] }> {
    return this.#requests.get(`/v1/audit/consistency?from=${from}&to=${to}`, 'audit:read');
  }

  /** All pages of a list, one after the other. */
  async #all<T, N extends string>(
    path: string,
    name: N,
    query: Readonly<Record<string, string>>,
  ): Promise<T[]> {
    const all: T[] = [];
    for (let after = ''; ;) {
      const search = new URLSearchParams({ ...query, after, limit: '100' });
      const page = await this.#requests.get<Page<T, N>>(`${path}?${search.toString()}`, 'any');
      all.push(...page[name]);
      if (!page.more) return all;
      after = page.next;
    }
  }
}

/** An entry of the ledger as the caller may see it. When it was recorded is a member of the entry. */
export type AuditedEntry =
  | { readonly index: number; readonly entry: Readonly<Record<string, unknown>> }
  | { readonly index: number; readonly leafHash: string };

const agencyPath = (agency: string): string => `/v1/agencies/${encodeURIComponent(agency)}`;

const agreementPath = (id: string): string => `/v1/agreements/${encodeURIComponent(id)}`;

const versionPath = (id: string, version: number): string => `${agreementPath(id)}/versions/${version}`;
