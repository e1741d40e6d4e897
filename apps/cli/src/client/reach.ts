/** Nobody answers at the broker's address. */
export class UnreachableError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'UnreachableError';
  }
}

/** `fetch`, whose failure says in plain words what could not be reached. @throws UnreachableError */
export async function reach(url: string, init?: RequestInit): Promise<Response> {
  try {
    return await fetch(url, init);
  } catch (error) {
    const cause = (error as { cause?: { code?: string } }).cause?.code ?? (error as Error).message;
    throw new UnreachableError(
      `The broker at ${new URL(url).origin} cannot be reached (${cause}). Is it running?`,
    );
  }
}
