/** Where an app answers, on the same machine. */
export interface AppOrigin {
  readonly name: string;
  readonly port: number;
}

/** As one process shows it at `/health/ready`. */
export interface Readiness {
  readonly status: 'ready' | 'not ready';
  readonly checks: Readonly<Record<string, boolean>>;
}

/** As one process shows it at `/health/lanes`, and the apps of which nothing is known now. */
export interface Lanes {
  readonly lanes: readonly unknown[];
  readonly unanswered?: readonly string[];
}

/** Ms for an app to answer: longer than it gives its own checks. */
const LIMIT = 4000;

/** The checks of all the apps. One that does not answer shows as a check of its own that failed. */
export async function readinessOf(apps: readonly AppOrigin[]): Promise<Readiness> {
  const found = await Promise.all(
    apps.map(async (app): Promise<Readiness> => {
      const said = await ask<Readiness>(app, '/health/ready');
      return said ?? { status: 'not ready', checks: { [`${app.name}/answers`]: false } };
    }),
  );
  return {
    status: found.every(({ status }) => status === 'ready') ? 'ready' : 'not ready',
    checks: Object.fromEntries(found.flatMap(({ checks }) => Object.entries(checks))),
  };
}

/** The lanes of all the apps. Those of an app that does not answer are not left out in silence. */
export async function lanesOf(apps: readonly AppOrigin[]): Promise<Lanes> {
  const found = await Promise.all(apps.map((app) => ask<Lanes>(app, '/health/lanes')));
  const unanswered = apps.filter((_, at) => found[at] === undefined).map(({ name }) => name);
  const lanes = found.flatMap((said) => said?.lanes ?? []);
  return unanswered.length === 0 ? { lanes } : { lanes, unanswered };
}

/** What an app of ours says, whatever its status; nothing when it does not answer. */
async function ask<T>({ port }: AppOrigin, path: string): Promise<T | undefined> {
  try {
    const answer = await fetch(`http://127.0.0.1:${port}${path}`, { signal: AbortSignal.timeout(LIMIT) });
    return (await answer.json()) as T;
  } catch {
    return undefined;
  }
}
