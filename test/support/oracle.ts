import type { CloudEvent, Json, JsonObject } from '@concordat/record';
import type { Recipient } from './agencies.js';

/**
 * Who is entitled to what, written again by hand from the table that the sample's agreements were written from.
 * It knows nothing of agreements, programs or pointers, so what it and the broker both say is not one mistake.
 */

/** Stands for a pseudonym: of what kind of thing, and of which. */
export class Pseudonym {
  readonly domain: string;
  readonly value: string;

  constructor(domain: string, value: string) {
    this.domain = domain;
    this.value = value;
  }
}

export type Expected = { [name: string]: Expected | Expected[] | Json | Pseudonym };

interface Death {
  readonly registration: { readonly urn: string };
  readonly deceased: {
    readonly names: JsonObject[];
    readonly sex?: string;
    readonly dateOfBirth?: { readonly value: string };
    readonly dateOfDeath?: { readonly value: string };
    readonly ageAtDeath?: number;
    readonly address?: { readonly postcode?: string };
    readonly nationalInsuranceNumber?: string;
    readonly nhsNumber?: string;
  };
  readonly causeOfDeath?: string;
  readonly informant?: { readonly name?: string; readonly phone?: string };
  readonly amendment?: { readonly reason: string; readonly time: string; readonly of: string };
}

const AGREEMENT_OF: Record<Recipient, string> = {
  pensions: 'death-notification-pensions',
  'driver-licensing': 'death-notification-driver-licensing',
  'northshire-council': 'death-notification-northshire-council',
  'health-statistics': 'mortality-statistics',
};

export const agreementOf = (recipient: Recipient): string => AGREEMENT_OF[recipient];

/** What a recipient gets of an event's data; `undefined` for nothing at all. */
export function entitled(recipient: Recipient, event: CloudEvent): Expected | undefined {
  const death = event.data as unknown as Death;
  const expected = RULES[recipient](death);
  return expected === undefined ? undefined : withoutGaps(expected);
}

const RULES: Record<Recipient, (death: Death) => object | undefined> = {
  pensions: (death) => {
    const { deceased, informant } = death;
    if (deceased.ageAtDeath === undefined || deceased.ageAtDeath < 16) return undefined;
    return {
      ...entry(death),
      deceased: {
        names: deceased.names,
        sex: deceased.sex,
        dateOfBirth: deceased.dateOfBirth,
        dateOfDeath: deceased.dateOfDeath,
        address: deceased.address,
        nationalInsuranceNumber: deceased.nationalInsuranceNumber,
      },
      informant: { name: informant?.name !== undefined, phone: informant?.phone !== undefined },
    };
  },
  'driver-licensing': (death) => {
    const { deceased } = death;
    if (deceased.ageAtDeath === undefined || deceased.ageAtDeath < 15) return undefined;
    return {
      ...entry(death),
      deceased: {
        names: deceased.names,
        dateOfBirth: deceased.dateOfBirth,
        dateOfDeath: deceased.dateOfDeath,
        address: { postcode: deceased.address?.postcode },
      },
    };
  },
  'northshire-council': (death) => {
    const { deceased, informant } = death;
    if (!/^NS[1-5] /u.test(deceased.address?.postcode ?? '')) return undefined;
    return {
      ...entry(death),
      deceased: {
        names: deceased.names.slice(0, 1),
        dateOfDeath: deceased.dateOfDeath,
        address: deceased.address,
      },
      informant: { name: informant?.name, phone: informant?.phone },
    };
  },
  'health-statistics': ({ deceased, causeOfDeath, amendment }) => {
    const { nhsNumber, sex, dateOfBirth, dateOfDeath, ageAtDeath, address } = deceased;
    const decade = ageAtDeath === undefined ? undefined : ageAtDeath - (ageAtDeath % 10);
    return {
      amendment: { reason: amendment?.reason },
      deceased: {
        nhsNumber: nhsNumber === undefined ? undefined : new Pseudonym('person', nhsNumber),
        sex,
        dateOfBirth: { value: dateOfBirth?.value.slice(0, 4) },
        dateOfDeath: { value: dateOfDeath?.value.slice(0, 7) },
        ageAtDeath: decade === undefined ? undefined : `${decade}-${decade + 9}`,
        address: { postcode: address?.postcode?.split(' ')[0] },
      },
      causeOfDeath,
    };
  },
};

/** Which entry of the register it is, under a name that only this recipient sees; and what an amendment did. */
const entry = ({ registration, amendment }: Death): object => ({
  registration: { urn: new Pseudonym('registration', registration.urn) },
  amendment: {
    reason: amendment?.reason,
    time: amendment?.time,
    of: amendment === undefined ? undefined : new Pseudonym('registration', amendment.of),
  },
});

/** Without members that are not there, and without objects of which nothing is left. */
function withoutGaps(value: object): Expected {
  const members = Object.entries(value)
    .filter(([, member]) => member !== undefined)
    .map(([name, member]: [string, unknown]) => [name, isObject(member) ? withoutGaps(member) : member])
    .filter(([, member]) => !isObject(member) || Object.keys(member).length > 0);
  return Object.fromEntries(members) as Expected;
}

const isObject = (value: unknown): value is object =>
  value !== null && typeof value === 'object' && !Array.isArray(value) && !(value instanceof Pseudonym);
