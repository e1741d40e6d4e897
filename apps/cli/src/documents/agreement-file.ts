import { freezeAgreement, type FrozenAgreement } from '@concordat/agreement';
import { BrokerError } from '@concordat/problem';
import type { JsonObject } from '@concordat/record';
import type { Terminal } from '../terminal/terminal.js';
import { nameOf, readObject } from './read.js';
import { findToDos } from './to-do.js';

/**
 * Reads an agreement that somebody wrote, and freezes it: spaces and the order of members are made canonical.
 *
 * @throws WrongUse when it is not strict JSON; BrokerError `agreement-invalid` when it is no agreement
 */
export const readAgreement = (terminal: Terminal, file: string): FrozenAgreement =>
  toAgreement(readObject(terminal, file), file);

/** Takes the content of a file for an agreement that somebody wrote. @throws BrokerError `agreement-invalid` */
export function toAgreement(value: JsonObject, file: string): FrozenAgreement {
  const toDos = findToDos(value);
  if (toDos.length > 0)
    throw new BrokerError('agreement-invalid', `${nameOf(file)} is not finished yet`, toDos);
  return freezeAgreement(value);
}
