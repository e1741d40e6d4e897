import type { DetachedSignature } from '@concordat/agreement';
import { BrokerError } from '@concordat/problem';

/**
 * Takes a member of a body for a detached signature.
 *
 * @throws BrokerError `invalid-parameter`
 */
export function toSignature(value: object): DetachedSignature {
  const { protected: header, signature, ...rest } = value as Record<string, unknown>;
  const isText = (text: unknown, most: number): text is string =>
    typeof text === 'string' && text.length > 0 && text.length <= most;
  if (isText(header, 2000) && isText(signature, 200) && Object.keys(rest).length === 0) {
    return { protected: header, signature };
  }
  throw new BrokerError(
    'invalid-parameter',
    'A signature has the members "protected" and "signature", both texts',
  );
}
