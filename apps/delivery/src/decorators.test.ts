/**
 * Nest validates a query by the class that the compiler notes beside the parameter. Without that note every
 * query would pass unchecked, and silently: so both compilers, the tests' and the build's, are asked.
 */
import 'reflect-metadata';
import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { DeliveriesController } from './mailbox/deliveries.controller.js';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));

const ASK_BUILT = `
  import 'reflect-metadata';
  const { DeliveriesController } = await import('./apps/delivery/dist/mailbox/deliveries.controller.js');
  const types = Reflect.getMetadata('design:paramtypes', DeliveriesController.prototype, 'pull');
  process.stdout.write(types[0].name);
`;

describe('decorator metadata', () => {
  it('is there in tests', () => {
    const types: unknown = Reflect.getMetadata('design:paramtypes', DeliveriesController.prototype, 'pull');
    expect((types as { name: string }[])[0]?.name).toBe('PullQuery');
  });

  it('is there in the built output, under plain node', () => {
    const answer = execFileSync(process.execPath, ['--input-type=module', '--eval', ASK_BUILT], {
      cwd: ROOT,
    });
    expect(answer.toString()).toBe('PullQuery');
  });
});
