/**
 * Lets Node run our TypeScript as it stands, for child processes of tests:
 *
 *   node --conditions=@concordat/source --import <this file> some-process.ts
 *
 * Node strips the types by itself but takes `./x.js` at its word; here it finds `./x.ts`.
 */
import { registerHooks } from 'node:module';

registerHooks({
  resolve(specifier, context, nextResolve) {
    try {
      return nextResolve(specifier, context);
    } catch (error) {
      const fromTypeScript = context.parentURL?.endsWith('.ts') && /^\.{1,2}\/.*\.js$/u.test(specifier);
      if (!fromTypeScript) throw error;
      return nextResolve(specifier.replace(/\.js$/u, '.ts'), context);
    }
  },
});
