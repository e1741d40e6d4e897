import { agreementSchema } from '@concordat/agreement';
import type { Finding } from '@concordat/problem';
import { compileSchema, pointerTokens, type JsonObject } from '@concordat/record';
import { whatBelongsAt } from './what-belongs.js';

/** A place of a draft that has not the form of an agreement, and what belongs there. */
export interface Misfit extends Finding {
  readonly advice: string;
}

const validate = compileSchema(agreementSchema, { all: true });

/** Told of a place where one of several forms is allowed and none fits; what it says of each form is noise. */
const NO_CHOICE_FITS = 'must match a schema in anyOf';

/** All that keeps a draft from having the form of an agreement. */
export function misfitsIn(value: JsonObject): Misfit[] {
  const findings = validate(value);
  const undecided = findings.filter(({ message }) => message === NO_CHOICE_FITS).map(({ path }) => path);
  const inUndecided = ({ path }: Finding): boolean =>
    undecided.some((place) => path === place || path.startsWith(`${place}/`));
  return [
    ...findings.filter((finding) => !inUndecided(finding)),
    ...undecided.map((path) => ({ path, message: 'is none of the forms that are allowed' })),
  ].map(({ path, message }) => ({ path, message, advice: adviceFor(path) }));
}

function adviceFor(path: string): string {
  const words = path === '' ? undefined : whatBelongsAt(pointerTokens(path));
  return words === undefined
    ? 'Look it up in schemas/agreement/1.0.json, which describes every member.'
    : `What belongs there: ${words}`;
}
