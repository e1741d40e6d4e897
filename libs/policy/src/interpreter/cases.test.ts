import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { Standing } from '@concordat/agreement';
import type { CloudEvent } from '@concordat/record';
import { Engine } from '../engine/engine.js';
import { toCaseFile, type Case } from '../explain/example-cases.js';
import { explain } from '../explain/explain.js';
import { compileGrant, context, eventOf, programOf } from '../program/example-program.js';
import type { Program } from '../program/program.js';
import { withheldReasons } from '../reasons.js';
import { decide, type Decision, type DecisionContext } from './decide.js';

const folder = new URL('../../cases/', import.meta.url);
const caseFiles = readdirSync(folder).map((name) => toCaseFile(name, readFileSync(new URL(name, folder))));

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

/** Each case goes through everything that decides. */
const DECIDERS: Readonly<Record<string, (...exchange: Exchange) => Decision>> = {
  interpreter: decide,
  engine: decideByEngine,
  // White space, which the engine leaves to the interpreter.
  'engine, declining': (program, event, at) => decideByEngine(program, event, at, 1),
  explanation: (program, event, at) => explain(program, event, at).decision,
};

type Exchange = [program: Program, event: CloudEvent, context: DecisionContext];

describe.each(caseFiles)('$name: $about', ({ schema, cases }) => {
  it.each(cases)('$name', (one) => {
    const { grant, event, refused, withholds } = one;
    if (refused !== undefined) {
      expect(compileGrant(grant, schema)).toEqual({ findings: refused });
      return;
    }
    const program = { ...programOf(grant, schema), ...(withholds && { withholds }) };
    for (const [name, decideBy] of Object.entries(DECIDERS)) {
      const decision = decideBy(program, eventOf(event.data, event.attributes), contextOf(one));
      expect(toldOf(decision, one), name).toEqual(expectedOf(one));
    }
  });
});

const contextOf = ({ standing, now, provider }: Case): DecisionContext => ({
  ...context,
  ...(standing && { standing: { ...UNDISTURBED, ...standing } }),
  ...(now !== undefined && { now }),
  ...(provider !== undefined && { provider }),
});

function expectedOf({ released, withheld }: Case): unknown {
  return withheld === undefined
    ? { outcome: 'released', attributes: {}, ...released }
    : { outcome: 'withheld', ...withheld };
}

/** The decision, without the id and the fields where the case is not about them. */
function toldOf(decision: Decision, { released }: Case): unknown {
  if (decision.outcome === 'withheld') return decision;
  const { id, fields, ...rest } = decision;
  return {
    ...rest,
    ...(released?.id !== undefined && { id }),
    ...(released?.fields !== undefined && { fields }),
  };
}

function decideByEngine(program: Program, event: CloudEvent, at: DecisionContext, spaces = 0): Decision {
  const { provider, now, standing, secret } = at;
  const text = Buffer.from(JSON.stringify(event, undefined, spaces));
  const [[decision] = []] = new Engine([program], secret).decide([text], {
    provider,
    now,
    standings: [standing],
  });
  if (decision === undefined) throw new TypeError('The engine gave no decision');
  if (decision.outcome === 'withheld') {
    const { program: _, ...withheld } = decision;
    return withheld;
  }
  const { id, fields, attributes, data } = decision;
  const written = Buffer.from(`{${attributes}"data":${data}}`, 'latin1').toString('utf8');
  const { data: given, ...members } = JSON.parse(written) as CloudEvent;
  return { outcome: 'released', id, attributes: members, data: given, fields };
}

it('every reason for withholding has a case', () => {
  const reasons = caseFiles.flatMap(({ cases }) => cases.flatMap(({ withheld }) => withheld?.reason ?? []));
  expect([...new Set(reasons)].sort()).toEqual(Object.keys(withheldReasons).sort());
});
