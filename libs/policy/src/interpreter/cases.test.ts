import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { Standing } from '@concordat/agreement';
import type { Finding } from '@concordat/problem';
import { parseStrict, type JsonObject } from '@concordat/record';
import { decide } from './decide.js';
import { compileGrant, context, eventOf, programOf, type GrantPart } from '../program/example-program.js';
import { withheldReasons, type WithheldReason } from '../reasons.js';

/** One example, as the files in `cases/` hold them. Exactly one of the last three says what comes of it. */
interface Case {
  readonly name: string;
  readonly now?: string;
  readonly provider?: string;
  /** What matters of the agreement's standing; the rest is as when nothing stops it. */
  readonly standing?: Partial<Standing>;
  /** The reason for which the program stands and releases nothing. */
  readonly withholds?: WithheldReason;
  readonly grant: GrantPart;
  readonly event: { readonly attributes?: JsonObject; readonly data: JsonObject };
  readonly released?: { readonly attributes?: JsonObject; readonly data: JsonObject };
  readonly withheld?: { readonly reason: WithheldReason; readonly field?: string };
  readonly refused?: readonly Finding[];
}

interface CaseFile {
  readonly about: string;
  readonly schema: JsonObject;
  readonly cases: readonly Case[];
}

const UNDISTURBED: Standing = {
  id: 'deaths',
  state: 'active',
  scheduled: false,
  versions: [],
  parties: ['register-office', 'pensions'].map((agency) => ({ agency, firm: true, state: 'taking-part' })),
  causes: [],
  warnings: [],
  withoutEffect: [],
};

const folder = new URL('../../cases/', import.meta.url);
const files = readdirSync(folder).map((name) => ({
  name,
  ...(parseStrict(readFileSync(new URL(name, folder))) as unknown as CaseFile),
}));

describe.each(files)('$name: $about', ({ schema, cases }) => {
  it.each(cases)(
    '$name',
    ({ grant, event, released, withheld, refused, now, provider, standing, withholds }) => {
      if (refused !== undefined) {
        expect(compileGrant(grant, schema)).toEqual({ findings: refused });
        return;
      }
      const program = { ...programOf(grant, schema), ...(withholds && { withholds }) };
      const decision = decide(program, eventOf(event.data, event.attributes), {
        ...context,
        ...(standing && { standing: { ...UNDISTURBED, ...standing } }),
        ...(now !== undefined && { now }),
        ...(provider !== undefined && { provider }),
      });
      if (withheld !== undefined) {
        expect(decision).toEqual({ outcome: 'withheld', ...withheld });
        return;
      }
      expect(decision).toMatchObject({ outcome: 'released' });
      const { attributes, data } = decision as Extract<typeof decision, { outcome: 'released' }>;
      expect({ attributes, data }).toEqual({ attributes: {}, ...released });
    },
  );
});

it('every reason for withholding has a case', () => {
  const reasons = files.flatMap(({ cases }) => cases.flatMap(({ withheld }) => withheld?.reason ?? []));
  expect([...new Set(reasons)].sort()).toEqual(Object.keys(withheldReasons).sort());
});
