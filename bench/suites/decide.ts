import { createHmac, randomBytes } from 'node:crypto';
import { preparsePolicySet, statefulIsAuthorized } from '@cedar-policy/cedar-wasm/nodejs';
import { freezeAgreement } from '@concordat/agreement';
import { compile, decide as interpret, Engine, type Program } from '@concordat/policy';
import type { CloudEvent, JsonObject } from '@concordat/record';
import { deathRegistrations, loadSampleAgreements, loadSampleSchemas } from '@concordat/sample';
import fastJson from 'fast-json-stringify';
import { figure } from '../support/chart.js';
import { median } from '../support/statistics.js';
import type { Bench, Measured, Suite } from '../support/suite.js';

const TYPE = 'uk.register-office.death.registered';
const PROVIDER = 'register-office';
const NOW = '2026-06-01T12:00:00Z';
/** As many as in a block of the log when providers publish in large batches. */
const EVENTS = 500;
const ROUNDS = 9;
const MANY = 10;

/** One event and one or more recipients: what it takes to decide and to write what each gets. */
export const decide: Suite = {
  name: 'decide',
  about:
    'Time to decide one event and to write what each recipient gets, beside the hand-written equivalent, a serialiser made from a schema, and a policy engine that decides alone.',
  run: async (bench) => report(await measureAll(bench, contestants())),
};

/** Something that handles all events once. */
interface Contestant {
  readonly name: string;
  readonly recipients: number;
  readonly run: () => number;
  readonly ours?: boolean;
}

interface Row extends Contestant {
  /** µs for each event. */
  readonly time: number;
}

const events = deathRegistrations({ seed: 20_260_401, count: 2 * EVENTS })
  .filter(({ type }) => type === TYPE)
  .slice(0, EVENTS);
const texts = events.map((event) => Buffer.from(JSON.stringify(event)));
const secret = randomBytes(32);

function contestants(): Contestant[] {
  const clear = programOf((form) => typeof form === 'string');
  const named = programOf(() => true);
  checkThatPicksAgree(clear);
  return [
    { name: 'floor: parse, and stringify all of it', recipients: 1, run: floor },
    ...[1, MANY].flatMap((recipients) => [
      { name: 'hand-written pick', recipients, run: () => pickFor(recipients) },
      {
        name: 'hand-written pick, each recipient its own id',
        recipients,
        run: () => pickWithIds(recipients),
      },
      { name: 'fast-json-stringify', recipients, run: () => stringifyFor(recipients) },
      { name: 'Concordat', recipients, run: engineRun(clear, recipients), ours: true },
      {
        name: 'Concordat, with a pseudonym for each recipient',
        recipients,
        run: engineRun(named, recipients),
        ours: true,
      },
      { name: 'Concordat, an event at a time', recipients, run: engineRun(clear, recipients, 1), ours: true },
      {
        name: 'Concordat’s interpreter, from text',
        recipients,
        run: interpreterRun(clear, recipients),
        ours: true,
      },
    ]),
    { name: CEDAR, recipients: 1, run: cedarRun() },
    { name: DECISION, recipients: 1, run: decisionRun(clear), ours: true },
  ];
}

const CEDAR = 'cedar-wasm, the decision alone';
const DECISION = 'Concordat’s interpreter, the decision alone';

/** In turns, so that what else the machine does meets all of them. */
async function measureAll({ say, quick }: Bench, all: readonly Contestant[]): Promise<Row[]> {
  const rounds = new Map(all.map((one) => [one, [] as number[]]));
  for (const { run } of all) for (const until = performance.now() + 400; performance.now() < until;) run();
  for (let round = 0; round < (quick ? 2 : ROUNDS); round += 1) {
    for (const [{ run }, times] of rounds) times.push(timeOf(run, quick ? 60 : 400));
    say(`round ${round + 1} of ${quick ? 2 : ROUNDS}`);
    await new Promise((resolve) => setImmediate(resolve));
  }
  return [...rounds].map(([one, times]) => ({ ...one, time: median(times) }));
}

/** @returns µs for each event */
function timeOf(run: () => number, ms: number): number {
  const expected = run();
  const started = performance.now();
  let runs = 0;
  for (; performance.now() - started < ms; runs += 1) {
    // Looked at, so that none of it can be left out.
    if (run() !== expected) throw new Error('The same events gave something else');
  }
  return ((performance.now() - started) * 1000) / runs / texts.length;
}

function floor(): number {
  let bytes = 0;
  for (const text of texts) bytes += Buffer.from(JSON.stringify(JSON.parse(text.toString()))).length;
  return bytes;
}

/** The agreement with Pensions of the sample, of its fields those in some forms. */
function programOf(takes: (form: unknown) => boolean): Program {
  const [pensions] = loadSampleAgreements().filter(({ id }) => id === 'death-notification-pensions');
  const grants = (pensions?.['grants'] as { fields: { as: unknown }[] }[]).map((grant) => ({
    ...grant,
    fields: grant.fields.filter(({ as }) => takes(as)),
  }));
  const schemas = loadSampleSchemas();
  const { programs } = compile(
    freezeAgreement({ ...pensions, grants } as unknown as JsonObject),
    (digest, type) => schemas.find((one) => one.digest === digest && one.type === type)?.schema,
  );
  const program = programs?.find(({ eventType }) => eventType === TYPE);
  if (program === undefined) throw new TypeError('The agreement of the sample does not compile');
  return program;
}

/** The same grant to so many agencies, each under an agreement of its own. */
const programsFor = (program: Program, recipients: number): Program[] =>
  Array.from({ length: recipients }, (_, index) => ({
    ...program,
    recipient: `agency-${index}`,
    agreement: { ...program.agreement, id: `agreement-${index}` },
  }));

function engineRun(program: Program, recipients: number, atOnce: number = EVENTS): () => number {
  const engine = new Engine(programsFor(program, recipients), secret);
  const batches: Buffer[][] = [];
  for (let from = 0; from < texts.length; from += atOnce) batches.push(texts.slice(from, from + atOnce));
  return () => {
    let bytes = 0;
    for (const batch of batches) {
      for (const decisions of engine.decide(batch, { provider: PROVIDER, now: NOW })) {
        for (const decision of decisions) {
          if (decision.outcome === 'released') bytes += Buffer.from(decision.data, 'latin1').length;
        }
      }
    }
    return bytes;
  };
}

function interpreterRun(program: Program, recipients: number): () => number {
  const programs = programsFor(program, recipients);
  return () => {
    let bytes = 0;
    for (const text of texts) {
      const event = JSON.parse(text.toString()) as CloudEvent;
      for (const one of programs) {
        const decision = interpret(one, event, { provider: PROVIDER, now: NOW, secret });
        if (decision.outcome === 'released') bytes += Buffer.from(JSON.stringify(decision.data)).length;
      }
    }
    return bytes;
  };
}

interface Death {
  readonly deceased: {
    readonly names: readonly { given?: unknown; family?: unknown; kind?: unknown }[];
    readonly sex?: unknown;
    readonly dateOfBirth?: { value?: unknown; qualifier?: unknown };
    readonly dateOfDeath?: { value?: unknown; qualifier?: unknown };
    readonly ageAtDeath?: number;
    readonly address?: { lines?: unknown; postcode?: unknown; uprn?: unknown };
    readonly nationalInsuranceNumber?: unknown;
  };
  readonly informant?: { name?: string; phone?: string };
}

/** What somebody would write who has one recipient, no agreement and no doubts. */
function pick({ deceased, informant }: Death): object | undefined {
  if (deceased.ageAtDeath === undefined || deceased.ageAtDeath < 16) return undefined;
  const { names, sex, dateOfBirth, dateOfDeath, address, nationalInsuranceNumber } = deceased;
  return {
    deceased: {
      names: names.map(({ given, family, kind }) => ({ given, family, kind })),
      sex,
      dateOfBirth: dateOfBirth && { value: dateOfBirth.value, qualifier: dateOfBirth.qualifier },
      dateOfDeath: dateOfDeath && { value: dateOfDeath.value, qualifier: dateOfDeath.qualifier },
      address: address && { lines: address.lines, postcode: address.postcode, uprn: address.uprn },
      nationalInsuranceNumber,
    },
    informant: { name: Boolean(informant?.name), phone: Boolean(informant?.phone) },
  };
}

function pickFor(recipients: number): number {
  let bytes = 0;
  for (const text of texts) {
    const { data } = JSON.parse(text.toString()) as { data: Death };
    for (let index = 0; index < recipients; index += 1) {
      const picked = pick(data);
      if (picked !== undefined) bytes += Buffer.from(JSON.stringify(picked)).length;
    }
  }
  return bytes;
}

function pickWithIds(recipients: number): number {
  let bytes = 0;
  for (const text of texts) {
    const { source, id, data } = JSON.parse(text.toString()) as { source: string; id: string; data: Death };
    for (let index = 0; index < recipients; index += 1) {
      const picked = pick(data);
      if (picked === undefined) continue;
      const own = createHmac('sha256', secret).update(`${index}\n${source}\n${id}`).digest('base64url');
      bytes += Buffer.from(JSON.stringify(picked)).length + own.length;
    }
  }
  return bytes;
}

const text = { type: 'string' } as const;
const flag = { type: 'boolean' } as const;
const partialDate = { type: 'object', properties: { value: text, qualifier: text } } as const;
const stringify = fastJson({
  type: 'object',
  properties: {
    deceased: {
      type: 'object',
      properties: {
        names: {
          type: 'array',
          items: {
            type: 'object',
            properties: { given: { type: 'array', items: text }, family: text, kind: text },
          },
        },
        sex: text,
        dateOfBirth: partialDate,
        dateOfDeath: partialDate,
        address: {
          type: 'object',
          properties: { lines: { type: 'array', items: text }, postcode: text, uprn: text },
        },
        nationalInsuranceNumber: text,
      },
    },
    informant: { type: 'object', properties: { name: flag, phone: flag } },
  },
});

/** The schema picks: what it does not name is not written. */
function stringifyFor(recipients: number): number {
  let bytes = 0;
  for (const one of texts) {
    const { data } = JSON.parse(one.toString()) as { data: Death };
    const { deceased, informant } = data;
    for (let index = 0; index < recipients; index += 1) {
      if (deceased.ageAtDeath === undefined || deceased.ageAtDeath < 16) continue;
      const presence = { name: Boolean(informant?.name), phone: Boolean(informant?.phone) };
      bytes += Buffer.from(stringify({ deceased, informant: presence })).length;
    }
  }
  return bytes;
}

const ages = events.map(({ data }) => (data as unknown as Death).deceased.ageAtDeath);

/** Only what the condition needs goes to Cedar, and its policies are read beforehand. */
function cedarRun(): () => number {
  preparsePolicySet('rows', {
    staticPolicies: 'permit(principal, action, resource) when { context has age && context.age >= 16 };',
  });
  const call = {
    principal: { type: 'Agency', id: 'pensions' },
    action: { type: 'Action', id: 'receive' },
    resource: { type: 'EventType', id: TYPE },
    preparsedPolicySetId: 'rows',
    entities: [],
  };
  return () => {
    let allowed = 0;
    for (const age of ages) {
      const answer = statefulIsAuthorized({ ...call, context: age === undefined ? {} : { age } });
      if (answer.type !== 'success') throw new TypeError('Cedar gives no answer');
      if (answer.response.decision === 'allow') allowed += 1;
    }
    return allowed;
  };
}

/** Provider, type, term and rows of an event that is withheld, so that nothing is written. */
function decisionRun(program: Program): () => number {
  const withheld: Program = {
    ...program,
    rows: program.rows && { all: [program.rows, { not: program.rows }] },
  };
  return () => {
    let count = 0;
    for (const event of events) {
      if (interpret(withheld, event, { provider: PROVIDER, now: NOW, secret }).outcome === 'withheld')
        count += 1;
    }
    return count;
  };
}

/** Whoever compares must do the same. @throws when a hand-written pick gives something else than we release */
function checkThatPicksAgree(program: Program): void {
  const decided = new Engine([program], secret).decide(texts, { provider: PROVIDER, now: NOW });
  for (const [index, [decision]] of decided.entries()) {
    const picked = pick((events[index] as unknown as { data: Death }).data);
    const ours =
      decision?.outcome === 'released' ? Buffer.from(decision.data, 'latin1').toString() : undefined;
    if (picked === undefined ? ours !== undefined : sorted(JSON.stringify(picked)) !== sorted(ours ?? 'null'))
      throw new Error(`The hand-written pick and the engine differ at event ${index}`);
  }
}

const sorted = (json: string): string =>
  JSON.stringify(JSON.parse(json), (_, value: unknown) =>
    value !== null && typeof value === 'object' && !Array.isArray(value)
      ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
      : value,
  );

function report(rows: readonly Row[]): Measured {
  const timeFor = (name: string, recipients = 1): number =>
    rows.find((row) => row.name === name && row.recipients === recipients)?.time ?? NaN;
  const against = (name: string, recipients: number): number =>
    timeFor(name, recipients) / timeFor('Concordat', recipients);
  const one = against('hand-written pick', 1);
  const ten = against('hand-written pick', MANY);
  const tenWithIds = against('hand-written pick, each recipient its own id', MANY);
  const decision = timeFor(CEDAR) / timeFor(DECISION);
  const times = (value: number): string => `${value.toFixed(1)} times as fast`;
  return {
    tables: [1, MANY].map((recipients) => ({
      title: recipients === 1 ? 'One recipient, µs for each event:' : 'Ten recipients, µs for each event:',
      columns: ['what', 'time', 'Concordat is'],
      rows: rows
        .filter((row) => row.recipients === recipients)
        .map(({ name, time }) => [
          name,
          figure(time),
          name === CEDAR || name === DECISION ? '' : times(time / timeFor('Concordat', recipients)),
        ]),
    })),
    expectations: [
      {
        what: 'one recipient, against the hand-written pick',
        expected: 'no slower',
        measured: times(one),
        met: one >= 1,
      },
      {
        what: 'ten recipients, against the hand-written pick',
        expected: 'at least 3 times as fast',
        measured: times(ten),
        met: ten >= 3,
      },
      {
        what: 'ten recipients, against the pick that gives each its own id, as we do',
        expected: 'at least 3 times as fast',
        measured: times(tenWithIds),
        met: tenWithIds >= 3,
      },
      {
        what: 'a decision, against cedar-wasm',
        expected: 'at least 20 times as fast',
        measured: times(decision),
        met: decision >= 20,
      },
    ],
    notes: [
      `${EVENTS} made-up registrations of deaths of the sample, ${Math.round(texts.reduce((sum, { length }) => sum + length, 0) / texts.length)} bytes each on average, again and again, in turns; medians of ${ROUNDS} rounds.`,
      'From the bytes of an event to the bytes of the data that each recipient gets: the sample’s grant to Pensions (people of 16 or over; nine fields, two of them as presence), without its pseudonym where not said. What the pick gives is compared with what we release before anything is measured.',
      'Concordat’s figures include the checks of provider, type and term, the list of fields released, and an id of the event for each recipient that no two of them can join on; the pick’s do not, where not said. Ten recipients have ten agreements with equal grants.',
      'cedar-wasm gets only the age, and its policy is read beforehand; our decision alone is the interpreter’s, of a parsed event that is withheld. A policy engine that evaluates Rego in WebAssembly is not among them: what is on npm needs policies compiled by another tool.',
    ],
    charts: [
      {
        name: 'time',
        title: 'Time to decide and write one event',
        unit: 'µs, less is better',
        groups: [1, MANY].map((recipients) => ({
          title: recipients === 1 ? 'one recipient' : 'ten recipients',
          bars: rows
            .filter((row) => row.recipients === recipients && row.name !== DECISION && row.name !== CEDAR)
            .map(({ name, time, ours = false }) => ({ label: name, value: time, ours })),
        })),
      },
    ],
  };
}
