import { isKeyUsable, type RegisteredKey } from '@concordat/agreement';
import { AnswerIsNo } from '../terminal/exit-code.js';

/**
 * Requires that a key may sign for a role of a party now, as far as the register says.
 *
 * @throws AnswerIsNo with what to do next
 */
export function requireRegistered(
  keys: readonly RegisteredKey[],
  { kid, party, role }: { readonly kid: string; readonly party: string; readonly role: string },
): void {
  const key = keys.find((one) => one.kid === kid);
  const register = `Register its public half with "concordat keys register … --use signing --role ${role}".`;
  if (key === undefined)
    throw new AnswerIsNo(`This key is not registered for ${party}. Nothing was signed. ${register}`);
  if (key.use !== 'signing' || key.role !== role)
    throw new AnswerIsNo(
      `This key is registered for ${key.use} in the role ${key.role}, not for signing as ${role}. Nothing was signed.`,
    );
  if (!isKeyUsable(key, new Date().toISOString()))
    throw new AnswerIsNo(
      `This key has been revoked or has run out. Nothing was signed. Make a new one with "concordat keys new".`,
    );
}
