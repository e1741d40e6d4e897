import type { Agreement, Form } from '../../document/agreement.js';
import { neutralise } from '../../plain-english/neutral.js';
import { lintFinding, type LintFinding } from '../codes.js';
import { wordsOf } from './field-words.js';

/** One granted field, with where it stands and between whom. */
interface Given {
  readonly grant: number;
  readonly path: string;
  readonly field: string;
  readonly as: Form;
  /** Provider and recipient: what one recipient gets of another provider is about other records. */
  readonly exchange: string;
}

/**
 * Whether what one grant hides another gives away to the same recipient (ICO guidance on pseudonymisation; UK
 * GDPR Article 4(5): what would say who somebody is must be kept apart), and whether a form hides anything.
 */
export function lintForms({ grants }: Agreement): LintFinding[] {
  const given: Given[] = grants.flatMap(({ provider, recipient, fields }, grant) =>
    fields.map(({ field, as }, index) => ({
      grant,
      path: `/grants/${grant}/fields/${index}`,
      field,
      as,
      exchange: `${provider} ${recipient}`,
    })),
  );
  return [...undone(given), ...besideIdentifiers(given), ...bandsOfOne(given)];
}

/** The same field, or an object that holds it, as it is in another grant to the same recipient: certain. */
function undone(given: readonly Given[]): LintFinding[] {
  const clear = firstByKey(
    given.filter(({ as }) => as === 'clear'),
    ({ exchange, field }) => `${exchange} ${elementsAlike(field)}`,
  );
  const clearKinds = clearFieldsByKind(given);
  return given.flatMap((one) => {
    if (one.as === 'clear') return [];
    const same = waysTo(one.field)
      .map((way) => clear.get(`${one.exchange} ${way}`))
      .find((other) => other !== undefined && other.grant !== one.grant);
    const isPseudonym = typeof one.as === 'object' && 'pseudonym' in one.as;
    const code = isPseudonym ? 'pseudonym-undone' : 'coarser-form-undone';
    if (same !== undefined) {
      return [
        lintFinding(
          code,
          `${one.path}/as`,
          `The field ${quoted(one.field)} is not given as it is here, but ${quoted(same.field)} is in ${same.path}.`,
        ),
      ];
    }
    const alike = isPseudonym ? clearKinds.get(kindOf(one)) : undefined;
    return alike === undefined || alike.field === one.field
      ? []
      : [
          lintFinding(
            'pseudonym-undone',
            `${one.path}/as`,
            `The field ${quoted(one.field)} is given as a stand-in, but ${quoted(alike.field)}, which holds the same kind of value, is given as it is in ${alike.path}.`,
          ),
        ];
  });
}

/** Fields given as they are that some grant of the agreement treats as values of a pseudonym's kind. */
function clearFieldsByKind(given: readonly Given[]): ReadonlyMap<string, Given> {
  const kinds = new Map<string, Set<string>>();
  for (const { field, as } of given) {
    if (typeof as === 'object' && 'pseudonym' in as)
      kinds.set(field, (kinds.get(field) ?? new Set()).add(as.pseudonym));
  }
  const found = new Map<string, Given>();
  for (const one of given) {
    if (one.as !== 'clear') continue;
    for (const kind of kinds.get(one.field) ?? []) {
      const key = `${one.exchange} ${kind}`;
      if (!found.has(key)) found.set(key, one);
    }
  }
  return found;
}

const kindOf = ({ exchange, as }: Given): string =>
  `${exchange} ${typeof as === 'object' && 'pseudonym' in as ? as.pseudonym : ''}`;

/** Something that says who the person is, beside a stand-in for the same person: likely. */
function besideIdentifiers(given: readonly Given[]): LintFinding[] {
  const identifiers = firstByKey(
    given.filter(({ field, as }) => as === 'clear' && IDENTIFIER.test(lastWords(field))),
    subjectOf,
  );
  return given.flatMap((one) => {
    if (typeof one.as !== 'object' || !('pseudonym' in one.as) || !isOfPerson(one.field, one.as.pseudonym))
      return [];
    const identifier = identifiers.get(subjectOf(one));
    return identifier === undefined
      ? []
      : [
          lintFinding(
            'pseudonym-beside-identifier',
            `${one.path}/as`,
            `The stand-in for ${quoted(one.field)} comes together with ${quoted(identifier.field)}, given as it is in ${identifier.path}.`,
          ),
        ];
  });
}

/** Bands that say an age as it is. */
function bandsOfOne(given: readonly Given[]): LintFinding[] {
  return given.flatMap(({ path, field, as }) => {
    if (typeof as === 'string' || !('from' in as)) return [];
    const next = as.from.find((first, index) => first - (as.from[index - 1] ?? 0) === 1);
    return next === undefined
      ? []
      : [
          lintFinding(
            'age-band-of-one',
            `${path}/as/from`,
            `For ${quoted(field)} the band ${next - 1}-${next - 1} holds one age only.`,
          ),
        ];
  });
}

const IDENTIFIER =
  /(?:^| )(?:names?|surname|forenames?|national insurance number|nino|nhs number|passport number|licen[cs]e number|address|uprn|e ?mail(?: address)?|(?:tele)?phone(?: number)?|mobile(?: number)?)$|^lines$/u;
const PERSON =
  /(?:^|-)(?:person|people|patient|citizen|child|pupil|student|client|claimant|customer|tenant|resident|individual|offender)s?(?:-|$)/u;

const isOfPerson = (field: string, kind: string): boolean =>
  PERSON.test(kind) || IDENTIFIER.test(lastWords(field));

/** Whom a field is about: the topmost member that it is in. */
const subjectOf = ({ exchange, field }: Given): string =>
  `${exchange} ${field.split('/').length > 2 ? (field.split('/')[1] ?? '') : ''}`;

function lastWords(field: string): string {
  const last = field.split('/').findLast((token) => token !== '*' && !/^\d+$/u.test(token));
  return wordsOf(last ?? '');
}

/** A field and all that it is in, with the elements of lists taken as one. */
function waysTo(field: string): string[] {
  const alike = elementsAlike(field);
  const wholes = [...alike.matchAll(/\//gu)]
    .map(({ index }) => alike.slice(0, index))
    .filter((way) => way !== '');
  return [alike, ...wholes];
}

const elementsAlike = (field: string): string => field.replace(/\/\d+(?=\/|$)/gu, '/*');

function firstByKey<T>(all: readonly T[], keyOf: (one: T) => string): ReadonlyMap<string, T> {
  const map = new Map<string, T>();
  for (const one of all) if (!map.has(keyOf(one))) map.set(keyOf(one), one);
  return map;
}

const quoted = (text: string): string => `“${neutralise(text)}”`;
