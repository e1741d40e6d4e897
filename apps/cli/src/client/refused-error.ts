import type { ProblemDocument } from '@concordat/problem';

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

/** The refusal in a response that is no success. */
export async function refusalIn(response: Response): Promise<RefusedError> {
  const problem = await response.json().catch(() => ({}));
  return new RefusedError(response.status, problem as Partial<ProblemDocument>);
}
