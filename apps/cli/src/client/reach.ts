/** `fetch`, whose failure says in plain words what could not be reached. */
export async function reach(url: string, init?: RequestInit): Promise<Response> {
  try {
    return await fetch(url, init);
  } catch (error) {
    const cause = (error as { cause?: { code?: string } }).cause?.code ?? (error as Error).message;
    throw new Error(`The broker at ${new URL(url).origin} cannot be reached (${cause}). Is it running?`);
  }
}
