import type { Scope } from '@concordat/auth';
import { accessTokens } from './access-token.js';
import type { Credentials } from './credentials.js';
import { reach } from './reach.js';
import { refusalIn } from './refused-error.js';

/** What a token must allow; `any` is for what every client of the broker may ask. */
export type Needs = Scope | 'any';

/** Requests to the broker's API in the name of one client, with access tokens as they need. */
export class Requests {
  readonly #url: string;
  readonly #token: (scope: string) => Promise<string>;
  readonly #headers: Readonly<Record<string, string>>;

  /** @param headers sent with each request, such as the caller's own `traceparent` */
  constructor(credentials: Credentials, headers: Readonly<Record<string, string>>) {
    this.#url = credentials.url;
    this.#headers = headers;
    this.#token = accessTokens(credentials);
  }

  async get<T>(path: string, needs: Needs): Promise<T> {
    return (await this.#send(path, needs, {})).json() as Promise<T>;
  }

  async getText(path: string, needs: Needs): Promise<string> {
    return (await this.#send(path, needs, {})).text();
  }

  async post<T>(path: string, needs: Needs, body: unknown, type = 'application/json'): Promise<T> {
    const response = await this.#send(path, needs, {
      method: 'POST',
      body: JSON.stringify(body),
      headers: { 'content-type': type },
    });
    return response.json() as Promise<T>;
  }

  /** What everyone may read, without a token. */
  async getPublic(path: string): Promise<string> {
    const response = await reach(this.#url + path);
    if (!response.ok) throw await refusalIn(response);
    return response.text();
  }

  async #send(path: string, needs: Needs, init: RequestInit): Promise<Response> {
    const headers = new Headers(init.headers);
    for (const [name, value] of Object.entries(this.#headers)) headers.set(name, value);
    headers.set('authorization', `Bearer ${await this.#token(needs === 'any' ? '' : needs)}`);
    const response = await reach(this.#url + path, { ...init, headers });
    if (!response.ok) throw await refusalIn(response);
    return response;
  }
}
