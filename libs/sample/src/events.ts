import type { CloudEvent } from '@concordat/record';
import { amend, type AmendedRecord, type AmendmentReason } from './amend.js';
import { awkward, awkwardKinds, type AwkwardKind } from './awkward.js';
import { SECOND, toTime, type Instant } from './dates.js';
import { ordinaryDeath, type DeathRecord, type Entry } from './death.js';
import { randomBySeed, type Random } from './random.js';

export const REGISTERED = 'uk.register-office.death.registered';
export const AMENDED = 'uk.register-office.death.amended';
const SOURCE = 'urn:concordat:agency:register-office';
/** The day on which the sample agreements begin. */
const FIRST = Date.UTC(2026, 3, 1, 9);

/** What happens to an entry of the register besides being published once. */
type Sequel =
  'repeated' | 'corrected' | 'corrected before it arrives' | 'cancelled' | 'cancelled and restored';

interface Step {
  readonly kind?: AwkwardKind;
  readonly sequel?: Sequel;
}

/** An event, and how many other events are published before it. */
interface Planned {
  readonly delay: number;
  readonly event: CloudEvent;
}

/** How a sample begins, whatever its seed: each awkward kind once, and each sequel on one of them. */
const OPENING: readonly Step[] = [
  { kind: 'inside Northshire' },
  { kind: 'accented name', sequel: 'repeated' },
  { kind: 'far from Northshire', sequel: 'corrected before it arrives' },
  { kind: 'no informant, no cause yet', sequel: 'corrected' },
  { kind: 'former names and an alias', sequel: 'cancelled and restored' },
  { kind: 'next to Northshire', sequel: 'cancelled' },
];

/** How many events it takes at most for every awkward case to have been published. */
export const OPENING_EVENTS = 40;

/**
 * Made-up deaths as a register office publishes them: a register that never ends. The same seed gives the same
 * events, byte for byte; other seeds give other registrations, so that two samples can share a broker.
 *
 * @param seed a whole number from 0 to 2^32 - 1
 * @throws RangeError for another seed
 */
export function* deathRegistrationStream(seed: number): Generator<CloudEvent, never> {
  if (!Number.isInteger(seed) || seed < 0 || seed >= 2 ** 32)
    throw new RangeError('a seed is from 0 to 2^32 - 1');
  const random = randomBySeed(seed);
  let later: Planned[] = [];
  let at = FIRST;
  for (let serial = 0; ; serial += 1) {
    at += random.between(20, 95) * SECOND;
    const entry = { person: (seed + 1) * 7919 + serial, at, urn: urnOf(seed, serial) };
    later = [...later.map(sooner), ...publish(entry, stepFor(serial, random), random)];
    yield* later.filter(isDue).map(({ event }) => event);
    later = later.filter((planned) => !isDue(planned));
  }
}

/**
 * The first events of `deathRegistrationStream`, in the order in which they are published.
 *
 * @throws RangeError as the stream
 */
export function deathRegistrations({ seed, count }: { seed: number; count: number }): CloudEvent[] {
  const stream = deathRegistrationStream(seed);
  return Array.from({ length: count }, () => stream.next().value);
}

const isDue = ({ delay }: Planned): boolean => delay <= 0;
const sooner = ({ delay, event }: Planned): Planned => ({ delay: delay - 1, event });
const urnOf = (seed: number, serial: number): string =>
  `urn:concordat:registration:death:2026-${seed}-${String(serial).padStart(6, '0')}`;

function stepFor(serial: number, random: Random): Step {
  const opened = OPENING[serial] ?? remainingKinds[serial - OPENING.length];
  if (opened !== undefined) return opened;
  const step: Step = random.percent(20) ? { kind: random.pick(awkwardKinds) } : {};
  if (!random.percent(4)) return step;
  return {
    ...step,
    sequel: random.pick(['repeated', 'corrected', 'corrected before it arrives', 'cancelled']),
  };
}

const remainingKinds: readonly Step[] = awkwardKinds
  .filter((kind) => !OPENING.some((step) => step.kind === kind))
  .map((kind) => ({ kind }));

function publish(entry: Entry, { kind, sequel }: Step, random: Random): Planned[] {
  const record = ordinaryDeath(entry, random);
  if (kind !== undefined) awkward[kind](record, entry, random);
  const registered = registeredEvent(record, entry.at);
  const amended = (delay: number, reason: AmendmentReason, count = 1): Planned => {
    const amendedAt = entry.at + ((count - 1) * 3000 + random.between(300, 3000)) * SECOND;
    return { delay, event: amendedEvent(amend(record, reason, toTime(amendedAt), random), amendedAt, count) };
  };
  const correction = (): AmendmentReason =>
    record.causeOfDeath === undefined
      ? 'formal-correction'
      : random.pick(['typographical', 'quality-assurance']);

  if (sequel === undefined) return [{ delay: 0, event: registered }];
  switch (sequel) {
    case 'repeated':
      return [0, 3].map((delay) => ({ delay, event: registered }));
    case 'corrected':
      return [{ delay: 0, event: registered }, amended(4, correction())];
    case 'corrected before it arrives':
      return [amended(0, correction()), { delay: 3, event: registered }];
    case 'cancelled':
      return [{ delay: 0, event: registered }, amended(5, 'cancelled')];
    case 'cancelled and restored':
      return [
        { delay: 0, event: registered },
        amended(3, 'cancelled'),
        amended(7, 'cancellation-removed', 2),
      ];
  }
}

const registeredEvent = (record: DeathRecord, at: Instant): CloudEvent =>
  envelope(REGISTERED, `${localName(record)}-registered`, record, at);

const amendedEvent = (record: AmendedRecord, at: Instant, count: number): CloudEvent =>
  envelope(AMENDED, `${localName(record)}-amended-${count}`, record, at);

function envelope(type: string, id: string, data: DeathRecord, at: Instant): CloudEvent {
  return {
    specversion: '1.0',
    id,
    source: SOURCE,
    type,
    subject: data.registration.urn,
    time: toTime(at),
    datacontenttype: 'application/json',
    dataschema: `urn:concordat:schema:${type}:1.0`,
    data,
  };
}

const localName = ({ registration }: DeathRecord): string =>
  registration.urn.slice('urn:concordat:registration:'.length).replace(':', '-');
