import { uprn } from './identifiers.js';
import type { Random } from './random.js';

export type Address = { lines: string[]; postcode?: string; uprn?: string };

/** None of these postcode areas exists. Northshire Council's own districts are NS1 to NS5. */
const AREAS = {
  NS: { district: 'Northshire', towns: ['Northwick', 'Harrowby', 'Stainmoor'] },
  WX: { district: 'Westmarch', towns: ['Wexcombe', 'Mere End'] },
  EB: { district: 'Eastbrook', towns: ['Eastbrook', 'Saltings'] },
  SX: { district: 'Southmoor', towns: ['Moorgate', 'St Cuthbert’s'] },
} as const satisfies Record<string, { district: string; towns: readonly [string, ...string[]] }>;

export type Area = keyof typeof AREAS;

const STREETS = [
  'High Street',
  'Church Lane',
  'Station Road',
  'Mill Lane',
  'Victoria Road',
  'Orchard Close',
  'The Green',
  'Ffordd y Môr',
  'King’s Parade',
] as const;

const INWARD_LETTERS = Array.from('ABDEFGHJLNPQRSTUWXYZ') as [string, ...string[]];

/** About two in five people live in Northshire, so that every recipient of the sample gets something. */
export const someArea = (random: Random): Area =>
  random.percent(40) ? 'NS' : random.pick(['WX', 'EB', 'SX']);

/** NS1 to NS5 are the council's; NS6 to NS9 belong to its neighbours. */
export function addressIn(area: Area, random: Random, districts: readonly [number, ...number[]]): Address {
  const town = random.pick(AREAS[area].towns);
  const house = `${random.between(1, 180)} ${random.pick(STREETS)}`;
  const lines = random.percent(10) ? [`Flat ${random.between(1, 30)}`, house, town] : [house, town];
  const postcode = `${area}${random.pick(districts)} ${inwardCode(random)}`;
  return random.percent(90) ? { lines, postcode, uprn: uprn(random) } : { lines, postcode };
}

export function someAddress(random: Random): Address {
  const area = someArea(random);
  if (area === 'NS' && random.percent(85)) return addressIn('NS', random, [1, 2, 3, 4, 5]);
  return addressIn(area, random, area === 'NS' ? [6, 7, 8, 9] : [1, 2, 3, 10, 11, 12]);
}

export const registrationDistrict = (area: Area): string => AREAS[area].district;

export const someTown = (random: Random): string => random.pick(AREAS[someArea(random)].towns);

const inwardCode = (random: Random): string =>
  `${random.between(0, 9)}${random.pick(INWARD_LETTERS)}${random.pick(INWARD_LETTERS)}`;
