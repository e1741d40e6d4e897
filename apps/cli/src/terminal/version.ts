import { WrongUse } from './exit-code.js';

/** The number of a version, as somebody wrote it. @throws WrongUse */
export function toVersion(text: string): number {
  if (!/^[1-9]\d{0,5}$/u.test(text))
    throw new WrongUse(`"${text}" is no version. Write a number, such as 1.`);
  return Number(text);
}
