import { before, DAY, toDay, wholeYears } from './dates.js';
import { livedFrom, type DeathRecord, type Entry } from './death.js';
import { addressIn } from './places.js';
import type { Random } from './random.js';

/** Turns an ordinary record into one of the kinds that real registers hold and that programs trip over. */
export type Awkward = (record: DeathRecord, entry: Entry, random: Random) => void;

const named =
  (family: string, ...given: string[]): Awkward =>
  ({ deceased }) => {
    deceased.names = [
      given.length === 0 ? { family, kind: 'registered' } : { given, family, kind: 'registered' },
    ];
  };

const agedExactly =
  (years: number): Awkward =>
  (record, entry, random) => {
    const { deceased } = record;
    const died = toDay(entry.at - 3 * DAY);
    Object.assign(deceased, livedFrom(before(died, years, random.between(0, 300)), died));
    if (years >= 16) return;
    delete record.partner;
    delete deceased.occupation;
    delete deceased.retired;
    delete deceased.nationalInsuranceNumber;
  };

const livingAt =
  (...lines: string[]): Awkward =>
  ({ deceased }) => {
    deceased.address = { lines };
  };

/** Each kind by its name; tests hold the sample to having them all. */
export const awkward = {
  'accented name': named('Rhys-Jones', 'Siân', 'Mair'),
  'apostrophe beyond ASCII': named('O’Neill', 'Bríd'),
  'letter that has no decomposition': named('Żak', 'Łukasz'),
  'name in another script': named('王', '小明'),
  'name written from right to left': named('الخطيب', 'فاطمة'),
  'combining accent': named('Muller', 'Zoe\u0308'),
  'one name, as family name': named('王'),
  'one name, as given name': ({ deceased }) => {
    deceased.names = [{ given: ['Kavitha'], kind: 'registered' }];
  },
  'many given names': named(
    'Baptiste',
    ...'Jean Marie Joseph Paul Pierre Louis Henri Charles André René'.split(' '),
  ),
  'former names and an alias': ({ deceased }) => {
    deceased.names = [
      { given: ['Margaret', 'Anne'], family: 'Thompson', kind: 'registered' },
      { given: ['Margaret', 'Anne'], family: 'Nowak', kind: 'former' },
      { given: ['Margaret', 'Anne'], family: 'Khan-Nowak', kind: 'former' },
      { given: ['Peggy'], family: 'Thompson', kind: 'alias' },
    ];
  },
  'inside Northshire': ({ deceased }, _, random) => {
    deceased.address = addressIn('NS', random, [1, 2, 3, 4, 5]);
  },
  'next to Northshire': ({ deceased }, _, random) => {
    deceased.address = addressIn('NS', random, [6, 7, 8, 9]);
  },
  'far from Northshire': ({ deceased }, _, random) => {
    deceased.address = addressIn('WX', random, [1, 12]);
  },
  'address of one line': ({ deceased }) => {
    deceased.address = { lines: ['Tŷ Gwyn, Stainmoor'], postcode: 'NS3 4QX' };
  },
  'no postcode': livingAt('The Old Lighthouse', 'Saltings'),
  'no fixed abode': livingAt('No fixed abode'),
  'overseas address': livingAt('14 rue de l’Église', '29680 Roscoff', 'France'),
  'no address': ({ deceased }) => {
    delete deceased.address;
  },
  infant: agedExactly(0),
  child: agedExactly(9),
  'fifteen years old': agedExactly(15),
  'sixteen years old': agedExactly(16),
  'very old': agedExactly(108),
  'born on 29 February': ({ deceased }, entry) => {
    Object.assign(deceased, livedFrom('1940-02-29', toDay(entry.at - 2 * DAY)));
  },
  'year of birth only': ({ deceased }, entry) => {
    deceased.dateOfBirth = { value: '1931', qualifier: 'about' };
    deceased.dateOfDeath = { value: toDay(entry.at - 4 * DAY) };
    deceased.ageAtDeath = wholeYears('1931-07-01', deceased.dateOfDeath.value);
  },
  'month of death only': ({ deceased }, entry) => {
    const died = toDay(entry.at - 45 * DAY);
    Object.assign(deceased, livedFrom(before(died, 71, 100), died));
    deceased.dateOfDeath = {
      value: died.slice(0, 7),
      qualifier: 'on or after the 3rd, when last seen alive',
    };
  },
  'day of death in doubt': ({ deceased }, entry) => {
    const died = toDay(entry.at - 6 * DAY);
    Object.assign(deceased, livedFrom(before(died, 77, 40), died));
    deceased.dateOfDeath = { value: died, qualifier: 'on or about' };
  },
  'nothing known of the dates': ({ deceased }) => {
    delete deceased.dateOfBirth;
    delete deceased.dateOfDeath;
    delete deceased.ageAtDeath;
  },
  'no informant, no cause yet': (record) => {
    delete record.informant;
    delete record.causeOfDeath;
    delete record.certifiedBy;
  },
  'informant without a telephone': (record) => {
    record.informant = { name: 'Owain Rhys-Jones', qualification: 'son' };
  },
  'no numbers': ({ deceased }) => {
    delete deceased.nationalInsuranceNumber;
    delete deceased.nhsNumber;
  },
  'no partner, no occupation': (record) => {
    delete record.partner;
    delete record.deceased.occupation;
    delete record.deceased.retired;
  },
  'hardly anything known': (record) => {
    record.deceased = { names: [{ family: 'Unknown', kind: 'registered' }] };
    record.registration = {
      urn: record.registration.urn,
      time: record.registration.time,
      district: record.registration.district,
    };
    delete record.causeOfDeath;
    delete record.certifiedBy;
    delete record.informant;
    delete record.partner;
  },
} as const satisfies Record<string, Awkward>;

export type AwkwardKind = keyof typeof awkward;

export const awkwardKinds = Object.keys(awkward) as [AwkwardKind, ...AwkwardKind[]];
