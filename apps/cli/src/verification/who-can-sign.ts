import { isKeyUsable, type Agreement, type Party } from '@concordat/agreement';
import type { BrokerClient } from '../client/broker-client.js';
import { RefusedError } from '../client/refused-error.js';

/** A party that the broker does not know, or a signatory who could not sign today. */
export interface CannotSign {
  readonly code: 'unknown-agency' | 'no-signing-key';
  readonly path: string;
  readonly message: string;
  readonly advice: string;
}

/** Asks the broker whether each party is registered, and each signatory's role has a key to sign with. */
export async function whoCannotSign(client: BrokerClient, { parties }: Agreement): Promise<CannotSign[]> {
  const found = await Promise.all(
    parties.map(async (party, index) => {
      const at = `/parties/${index}`;
      try {
        return withoutKey(party, at, await rolesOf(client, party.agency));
      } catch (error) {
        if (error instanceof RefusedError && error.status === 404) return [unknown(party, at)];
        throw error;
      }
    }),
  );
  return found.flat();
}

async function rolesOf(client: BrokerClient, agency: string): Promise<ReadonlySet<string>> {
  const now = new Date().toISOString();
  const keys = await client.keys(agency);
  return new Set(
    keys.filter((key) => key.use === 'signing' && isKeyUsable(key, now)).map(({ role }) => role),
  );
}

const unknown = ({ agency }: Party, at: string): CannotSign => ({
  code: 'unknown-agency',
  path: `${at}/agency`,
  message: `No agency is registered with the broker as ${agency}.`,
  advice: 'Correct the name, or have the operator register the agency before you propose.',
});

const withoutKey = ({ agency, signatories }: Party, at: string, roles: ReadonlySet<string>): CannotSign[] =>
  signatories.flatMap(({ role }, index): CannotSign[] =>
    roles.has(role)
      ? []
      : [
          {
            code: 'no-signing-key',
            path: `${at}/signatories/${index}/role`,
            message: `${agency} has registered no signing key for the role ${role}.`,
            advice: 'Correct the role, or have its legal team register a key before it has to sign.',
          },
        ],
  );
