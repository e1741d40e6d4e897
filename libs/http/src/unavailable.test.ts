import { describe, expect, it } from 'vitest';
import { saysUnavailable } from './unavailable.js';

const withCode = (code: string): Error => Object.assign(new Error('x'), { code });

describe('an error of the database', () => {
  it.each(['ECONNREFUSED', 'ECONNRESET', '57P01', '57P03', '08006', '53300', '40P01', '58030'])(
    '%s says that it cannot be reached now',
    (code) => expect(saysUnavailable(withCode(code))).toBe(true),
  );

  it.each([
    'Connection terminated unexpectedly',
    'Client has encountered a connection error and is not queryable',
    'Query runner already released. Cannot run queries anymore.',
  ])('“%s” does as well', (message) => expect(saysUnavailable(new Error(message))).toBe(true));

  it.each(['22021', '23505', '42P01', 'ERR_ASSERTION', 'ENOENT'])('%s is a failure of ours', (code) =>
    expect(saysUnavailable(withCode(code))).toBe(false),
  );

  it('may be no error at all', () => expect(saysUnavailable({ code: '57P01' })).toBe(false));
});
