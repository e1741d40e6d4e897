/** The broker gave no access token to a client. */
export class NoTokenError extends Error {
  readonly status: number;

  constructor(clientId: string, status: number, reason: string | undefined) {
    super(`No access token for ${clientId}: ${reason ?? `status ${status}`}`);
    this.name = 'NoTokenError';
    this.status = status;
  }
}
