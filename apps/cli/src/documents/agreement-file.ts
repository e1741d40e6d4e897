import { freezeAgreement, type FrozenAgreement } from '@concordat/agreement';
import { BrokerError } from '@concordat/problem';
import type { Terminal } from '../terminal/terminal.js';
import { nameOf, readObject } from './read.js';
import { findToDos } from './to-do.js';

/**
 * Reads an agreement that somebody wrote, and freezes it: spaces and the order of members are made canonical.
 *
 * @throws WrongUse when it is not strict JSON; BrokerError `agreement-invalid` when it is no agreement
 */
export function readAgreement(terminal: Terminal, file: string): FrozenAgreement {
  const value = readObject(terminal, file);
  const toDos = findToDos(value);
  if (toDos.length > 0)
    throw new BrokerError('agreement-invalid', `${nameOf(file)} is not finished yet`, toDos);
  return freezeAgreement(value);
}
