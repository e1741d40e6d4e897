import { before, DAY, toDay, toTime, wholeYears, type Instant, type PartialDate } from './dates.js';
import { nationalInsuranceNumber, nhsNumber, phone } from './identifiers.js';
import { someFullName, someNames, type RegisteredName, type Sex } from './names.js';
import { registrationDistrict, someAddress, someArea, someTown, type Address } from './places.js';
import type { Random } from './random.js';

/** The `data` of `uk.register-office.death.registered`; described member by member in its schema. */
export type DeathRecord = {
  registration: {
    urn: string;
    time: string;
    district: string;
    subDistrict?: string;
    registrar?: { name: string; designation?: string };
  };
  deceased: {
    names: RegisteredName[];
    sex?: Sex;
    dateOfBirth?: PartialDate;
    dateOfDeath?: PartialDate;
    ageAtDeath?: number;
    placeOfBirth?: string;
    placeOfDeath?: string;
    address?: Address;
    occupation?: string;
    retired?: boolean;
    nationalInsuranceNumber?: string;
    nhsNumber?: string;
  };
  causeOfDeath?: string;
  certifiedBy?: string;
  informant?: { name?: string; qualification?: string; address?: Address; phone?: string; email?: string };
  partner?: { name?: string; occupation?: string };
};

/** What a record is made from besides chance. */
export interface Entry {
  /** Other people, other numbers: what a person's NHS number is made from. */
  readonly person: number;
  readonly urn: string;
  /** When the death is registered. */
  readonly at: Instant;
}

const OCCUPATIONS = [
  'Teacher',
  'Bus driver',
  'Nurse',
  'Farmer',
  'Electrician',
  'Shop manager',
  'Civil servant',
  'Coal miner',
  'Seamstress',
  'Software engineer',
] as const;

const CAUSES = [
  'I(a) Bronchopneumonia (b) Chronic obstructive pulmonary disease',
  'I(a) Ischaemic heart disease',
  'I(a) Alzheimer’s disease II Frailty of old age',
  'I(a) Metastatic carcinoma of the breast',
  'I(a) Intracerebral haemorrhage (b) Hypertension',
  'I(a) Sepsis (b) Urinary tract infection',
  'I(a) Old age',
] as const;

const INFORMANTS = {
  female: ['daughter', 'sister', 'niece', 'present at the death'],
  male: ['son', 'brother', 'nephew', 'present at the death'],
} as const;

/** An ordinary entry of the register: somebody who died a few days ago, with most of the fields filled in. */
export function ordinaryDeath(entry: Entry, random: Random): DeathRecord {
  const record: DeathRecord = {
    registration: {
      urn: entry.urn,
      time: toTime(entry.at),
      district: registrationDistrict(someArea(random)),
      registrar: { name: someFullName(random), designation: random.pick(['Registrar', 'Deputy Registrar']) },
    },
    deceased: someDeceased(entry, random),
    causeOfDeath: random.pick(CAUSES),
    certifiedBy: `Dr ${someFullName(random)}`,
    informant: someInformant(random),
  };
  if (random.percent(50))
    record.partner = { name: someFullName(random), occupation: random.pick(OCCUPATIONS) };
  // A child has neither a partner nor an occupation of its own.
  if ((record.deceased.ageAtDeath ?? 0) < 16) delete record.partner;
  return record;
}

function someDeceased(entry: Entry, random: Random): DeathRecord['deceased'] {
  const sex = random.pick<Sex>(['female', 'male']);
  const died = toDay(entry.at - random.between(1, 8) * DAY);
  const born = before(died, someAge(random), random.between(0, 364));
  const deceased: DeathRecord['deceased'] = {
    names: someNames(sex, random),
    sex,
    ...livedFrom(born, died),
    placeOfBirth: someTown(random),
    placeOfDeath: random.pick([
      'Northwick General Hospital',
      'At home',
      'Mere End Hospice',
      'Orchard Nursing Home',
    ]),
    address: someAddress(random),
  };
  const number = nhsNumber(entry.person);
  if (number !== undefined) deceased.nhsNumber = number;
  if ((deceased.ageAtDeath ?? 0) < 16) return deceased;
  if (random.percent(95)) deceased.nationalInsuranceNumber = nationalInsuranceNumber(random);
  return { ...deceased, occupation: random.pick(OCCUPATIONS), retired: (deceased.ageAtDeath ?? 0) >= 66 };
}

/** Both dates in full, and the age that they make. */
export function livedFrom(
  born: string,
  died: string,
): { dateOfBirth: PartialDate; dateOfDeath: PartialDate; ageAtDeath: number } {
  return { dateOfBirth: { value: born }, dateOfDeath: { value: died }, ageAtDeath: wholeYears(born, died) };
}

function someInformant(random: Random): NonNullable<DeathRecord['informant']> {
  const sex = random.pick(['female', 'male'] as const);
  const informant: NonNullable<DeathRecord['informant']> = {
    name: someFullName(random, sex),
    qualification: random.pick(INFORMANTS[sex]),
    address: someAddress(random),
  };
  if (random.percent(80)) informant.phone = phone(random);
  if (random.percent(50)) informant.email = `informant-${random.between(1, 99_999)}@mail.example`;
  return informant;
}

/** Most people die old, some do not, and a few are children. */
function someAge(random: Random): number {
  if (random.percent(85)) return random.between(58, 98);
  if (random.percent(80)) return random.between(20, 57);
  return random.percent(70) ? random.between(0, 19) : random.between(99, 111);
}
