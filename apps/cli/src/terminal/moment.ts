import { isTime } from '@concordat/record';
import { WrongUse } from './exit-code.js';

const DAY = /^\d{4}-\d\d-\d\d$/u;

/** A moment as somebody wrote it: a time with a zone, or a day, which begins at midnight UTC. @throws WrongUse */
export function toMoment(text: string): string {
  const time = DAY.test(text) ? `${text}T00:00:00Z` : text;
  if (!isTime(time))
    throw new WrongUse(`"${text}" is no moment. Write a day, 2027-04-01, or a time, 2027-04-01T09:00:00Z.`);
  return time;
}
