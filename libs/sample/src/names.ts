import type { Random } from './random.js';

export type Sex = 'female' | 'male' | 'indeterminate';
export type RegisteredName = { given?: string[]; family?: string; kind: 'registered' | 'former' | 'alias' };

const GIVEN = {
  female: [
    'Margaret',
    'Jean',
    'Siân',
    'Aoife',
    'Zofia',
    'Amina',
    'Chloë',
    'Priya',
    'Dorothy',
    'Nia',
    'Ngozi',
  ],
  male: ['John', 'Łukasz', 'Owain', 'Mohammed', 'Seán', 'José', 'George', 'Kwame', 'Rhys', 'Arjun', 'Donald'],
} as const satisfies Record<string, readonly [string, ...string[]]>;

const FAMILY = [
  'Smith',
  'Jones',
  'O’Neill',
  'Nowak',
  'Ó Súilleabháin',
  'Khan',
  'García',
  'Okafor',
  'Rhys-Jones',
  'MacDonald',
  'Patel',
  'Şahin',
  'van der Berg',
  'Thompson',
] as const;

export const someGivenName = (sex: Sex, random: Random): string =>
  random.pick(GIVEN[sex === 'male' ? 'male' : 'female']);

export const someFamilyName = (random: Random): string => random.pick(FAMILY);

export const someFullName = (random: Random, sex: Sex = random.pick(['female', 'male'])): string =>
  `${someGivenName(sex, random)} ${someFamilyName(random)}`;

export function someNames(sex: Sex, random: Random): RegisteredName[] {
  const given = [someGivenName(sex, random)];
  const second = someGivenName(sex, random);
  if (random.percent(60) && !given.includes(second)) given.push(second);
  const family = someFamilyName(random);
  const former = someFamilyName(random);
  const names: RegisteredName[] = [{ given, family, kind: 'registered' }];
  if (sex === 'female' && former !== family && random.percent(30)) {
    names.push({ given, family: former, kind: 'former' });
  }
  return names;
}
