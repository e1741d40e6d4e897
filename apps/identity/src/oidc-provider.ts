import { format } from 'node:util';

/**
 * The library, without the warning that it prints on import unless the runtime calls itself LTS: the pinned
 * Node's release line is LTS, but this release was made before it became so.
 */
const { Provider, errors } = await withoutRuntimeWarning(() => import('oidc-provider'));

export { errors, Provider };

async function withoutRuntimeWarning<T>(work: () => Promise<T>): Promise<T> {
  const { warn } = console;
  console.warn = (...words: unknown[]) => {
    if (!format(...words).includes('Unsupported runtime')) warn(...words);
  };
  try {
    return await work();
  } finally {
    console.warn = warn;
  }
}
