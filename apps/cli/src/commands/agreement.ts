import { Command } from 'commander';
import type { JWK } from 'jose';
import { freezeAgreement, signAgreement } from '@concordat/agreement';
import type { JsonObject } from '@concordat/record';
import { BrokerClient } from '../client/broker-client.js';
import { readCredentials, readJson } from '../client/credentials.js';

/** `concordat agreement`: propose and sign. */
export function agreementCommand(): Command {
  return new Command('agreement')
    .description('Propose and sign agreements.')
    .addCommand(proposeCommand())
    .addCommand(signCommand());
}

function proposeCommand(): Command {
  return new Command('propose')
    .description('Propose an agreement to its parties. From then on its text is fixed.')
    .argument('<file>', 'the agreement, JSON; "-" for standard input')
    .requiredOption('--credentials <file>', 'the credentials of your legal team’s client')
    .action(async (file: string, { credentials }: { credentials: string }) => {
      const { agreement, digest } = freezeAgreement(readJson(file) as JsonObject);
      await new BrokerClient(readCredentials(credentials)).propose(agreement);
      process.stdout.write(`Proposed ${agreement.id}, version ${agreement.version}.\nDigest: ${digest}\n`);
    });
}

interface SignOptions {
  readonly key: string;
  readonly party: string;
  readonly role: string;
  readonly credentials?: string;
}

function signCommand(): Command {
  return new Command('sign')
    .description('Sign an agreement with your own key. The key does not leave this machine.')
    .argument('<file>', 'the agreement, JSON; "-" for standard input')
    .requiredOption('--key <file>', 'your private key')
    .requiredOption('--party <agency>', 'the agency that you sign for')
    .requiredOption('--role <role>', 'your role as a signatory')
    .option('--credentials <file>', 'send the signature with these credentials; without them it is printed')
    .action(async (file: string, options: SignOptions) => {
      const frozen = freezeAgreement(readJson(file) as JsonObject);
      const key = readJson(options.key) as JWK & { kid?: string };
      if (key.kid === undefined)
        throw new Error(`${options.key} has no kid; make keys with "concordat keys new".`);
      const { party, role } = options;
      const time = new Date().toISOString();
      const signature = await signAgreement(frozen, { party, role, kid: key.kid, time }, key);
      if (options.credentials === undefined) {
        process.stdout.write(`${JSON.stringify(signature)}\n`);
        return;
      }
      const { id, version } = frozen.agreement;
      const { state } = await new BrokerClient(readCredentials(options.credentials)).sign(
        id,
        version,
        signature,
      );
      process.stdout.write(
        state !== 'proposed'
          ? `Signed ${id}, version ${version}. Everyone has signed: it is in force for its term.\n`
          : `Signed ${id}, version ${version}. Others have still to sign.\n`,
      );
    });
}
