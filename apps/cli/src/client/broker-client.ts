import type { Scope } from '@concordat/auth';
import type { ProblemDocument } from '@concordat/problem';
import { accessTokens } from './access-token.js';
import type { Credentials } from './credentials.js';
import { reach } from './reach.js';

/** The broker's refusal of a request, with the problem that it gave. */
export class RefusedError extends Error {
  readonly status: number;
  readonly problem: Partial<ProblemDocument>;

  constructor(status: number, problem: Partial<ProblemDocument>) {
    const findings = (problem.findings ?? []).map(({ path, message }) => `\n  ${path} ${message}`).join('');
    super(`${problem.title ?? 'The broker refused'} (${status}). ${problem.detail ?? ''}${findings}`);
    this.name = 'RefusedError';
    this.status = status;
    this.problem = problem;
  }
}

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
  readonly #token: (scope: string) => Promise<string>;

  readonly #headers: Readonly<Record<string, string>>;

  /** @param headers sent with each request, such as the caller's own `traceparent` */
  constructor(credentials: Credentials, headers: Readonly<Record<string, string>> = {}) {
    this.url = credentials.url;
    this.#headers = headers;
    this.#token = accessTokens(credentials);
  }

  registerAgency(agency: {
    id: string;
    name: string;
    sources: readonly string[];
    oversight?: boolean;
  }): Promise<unknown> {
    return this.#post('/v1/agencies', 'agencies:write', agency);
  }

  registerKey(agency: string, key: { jwk: object; use: string; role: string }): Promise<unknown> {
    return this.#post(`/v1/agencies/${encodeURIComponent(agency)}/keys`, 'keys:write', key);
  }

  registerSchema(type: string, schema: object): Promise<unknown> {
    return this.#post('/v1/schemas', 'schemas:write', { type, schema });
  }

  propose(agreement: object): Promise<unknown> {
    return this.#post('/v1/agreements', 'agreements:write', agreement);
  }

  agreement(
    id: string,
    version: number,
  ): Promise<{ readonly state: string; readonly missing: readonly string[] }> {
    return this.#get(`/v1/agreements/${encodeURIComponent(id)}/versions/${version}`, 'agreements:write');
  }

  sign(
    id: string,
    version: number,
    signature: { protected: string; signature: string },
  ): Promise<{ state: string }> {
    const path = `/v1/agreements/${encodeURIComponent(id)}/versions/${version}/signatures`;
    return this.#post(path, 'agreements:write', signature);
  }

  publish(event: object): Promise<Receipt> {
    return this.#post('/v1/events', 'events:publish', event, 'application/cloudevents+json');
  }

  /** Every event is accepted or refused by itself. */
  publishBatch(events: readonly object[]): Promise<BatchResult> {
    return this.#post('/v1/events', 'events:publish', events, 'application/cloudevents-batch+json');
  }

  /** @param wait seconds to wait for something to come */
  pull(
    after: string,
    limit: number,
    wait: number,
  ): Promise<{ deliveries: readonly Delivery[]; next: string }> {
    const query = new URLSearchParams({ after, limit: String(limit), wait: String(wait) });
    return this.#get(`/v1/deliveries?${query.toString()}`, 'deliveries:receive');
  }

  acknowledge(upTo: string): Promise<{ acknowledged: string }> {
    return this.#post('/v1/deliveries/acknowledgements', 'deliveries:receive', { upTo });
  }

  /** An operator's order to let a parked lane go on without the record that stops it. */
  quarantine(order: {
    readonly group: string;
    readonly topic: string;
    readonly partition: number;
    readonly offset: string;
    readonly because: string;
  }): Promise<unknown> {
    return this.#post('/v1/quarantine-orders', 'lanes:write', order);
  }

  auditEntries(from: number, limit: number): Promise<{ entries: readonly AuditedEntry[]; next: number }> {
    return this.#get(`/v1/audit/entries?from=${from}&limit=${limit}`, 'audit:read');
  }

  auditCheckpoint(): Promise<string> {
    return this.#text('/v1/audit/checkpoint');
  }

  async auditKey(): Promise<string> {
    return (await this.#text('/v1/audit/key')).trim();
  }

  auditConsistency(from: number, to: number): Promise<{ hashes: readonly string[] }> {
    return this.#get(`/v1/audit/consistency?from=${from}&to=${to}`, 'audit:read');
  }

  async #get<T>(path: string, scope: Scope): Promise<T> {
    return (await this.#send(path, scope, {})).json() as Promise<T>;
  }

  async #post<T>(path: string, scope: Scope, body: unknown, type = 'application/json'): Promise<T> {
    const response = await this.#send(path, scope, {
      method: 'POST',
      body: JSON.stringify(body),
      headers: { 'content-type': type },
    });
    return response.json() as Promise<T>;
  }

  async #text(path: string): Promise<string> {
    const response = await reach(this.url + path);
    if (!response.ok) throw await refusal(response);
    return response.text();
  }

  async #send(path: string, scope: Scope, init: RequestInit): Promise<Response> {
    const headers = new Headers(init.headers);
    for (const [name, value] of Object.entries(this.#headers)) headers.set(name, value);
    headers.set('authorization', `Bearer ${await this.#token(scope)}`);
    const response = await reach(this.url + path, { ...init, headers });
    if (!response.ok) throw await refusal(response);
    return response;
  }
}

/** An entry of the ledger as the caller may see it. When it was recorded is a member of the entry. */
export type AuditedEntry =
  | { readonly index: number; readonly entry: Readonly<Record<string, unknown>> }
  | { readonly index: number; readonly leafHash: string };

async function refusal(response: Response): Promise<RefusedError> {
  const problem = await response.json().catch(() => ({}));
  return new RefusedError(response.status, problem as Partial<ProblemDocument>);
}
