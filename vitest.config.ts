import { defineConfig } from 'vitest/config';

/**
 * Workspaces are tested from their sources, so that a test never runs against a stale build. `import` and
 * `default` are implied; naming them here would give them to `require` as well, which breaks pg.
 */
const fromSource = {
  resolve: { conditions: ['@concordat/source', 'node'] },
  ssr: { resolve: { conditions: ['@concordat/source', 'node'] } },
};

export default defineConfig({
  ...fromSource,
  // As in tsconfig.base.json, which Vite does not find for test files: their tsconfig excludes them.
  oxc: { decorator: { legacy: true, emitDecoratorMetadata: true } },
  test: {
    include: ['libs/*/src/**/*.test.ts', 'apps/*/src/**/*.test.ts', 'test/**/*.test.ts'],
    testTimeout: 30_000,
    hookTimeout: 120_000,
  },
});
