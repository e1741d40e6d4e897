import { expect } from 'vitest';

/** What a refusal holds, read from a response. */
export interface SeenProblem {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  readonly findings?: readonly { readonly path: string; readonly message: string }[];
}

/** Goes into every bad request; whatever comes back or is logged must not hold it. */
export const CANARY = 'CANARY-5ab7e';

/** Holds a response to being the problem document of a code, fit to be shown to whoever asked. */
export async function expectProblem(response: Response, status: number, code: string): Promise<SeenProblem> {
  const text = await response.text();
  expect({ status: response.status, text }).toEqual({ status, text });
  expect(response.headers.get('content-type')).toMatch(/^application\/problem\+json(;|$)/u);
  const problem = JSON.parse(text) as SeenProblem;
  expectProblemDocument(problem, status, code);
  return problem;
}

/** The same for a problem inside of another answer. */
export function expectProblemDocument(problem: SeenProblem, status: number, code: string): void {
  expect(problem.type).toBe(`urn:concordat:problem:${code}`);
  expect(problem.status).toBe(status);
  expect(problem.title).toMatch(/^[A-Z].{5,}[^.]$/u);
  // The last sentence tells what to do.
  expect(problem.detail).toMatch(/^[A-Z"].{10,}\.$/su);
  expect(problem.detail).not.toBe(problem.title);
  expect(Object.keys(problem).filter((name) => !MEMBERS.has(name))).toEqual([]);
  const text = JSON.stringify(problem);
  expect(text).not.toMatch(
    /node_modules|\.[jt]s:\d+|\bat [A-Za-z.]+ \(|select |insert into|syntax for type/iu,
  );
  expect(text).not.toContain(CANARY);
}

const MEMBERS = new Set(['type', 'title', 'status', 'detail', 'findings']);
