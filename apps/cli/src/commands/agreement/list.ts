import { Command, Option } from 'commander';
import type { AgreementSummary } from '../../client/answers.js';
import { BrokerClient } from '../../client/broker-client.js';
import { readCredentials } from '../../client/credentials.js';
import { answer, answering, type AnswerOptions } from '../../terminal/answer.js';
import type { Terminal } from '../../terminal/terminal.js';

interface ListOptions extends AnswerOptions {
  readonly credentials: string;
  readonly party?: string;
  readonly state?: string;
}

const STATES = ['proposed', 'active', 'suspended', 'superseded', 'terminated', 'expired', 'rejected'];

/** `concordat agreement list`: what the broker keeps. */
export function listCommand(terminal: Terminal): Command {
  const command = new Command('list')
    .description('List the agreements that the broker keeps, with their state and who has still to sign.')
    .option('--party <agency>', 'only agreements of this agency')
    .addOption(new Option('--state <state>', 'only versions in this state').choices(STATES))
    .requiredOption('--credentials <file>', 'your credentials')
    .action(async (options: ListOptions) => {
      const client = new BrokerClient(readCredentials(options.credentials, terminal));
      const { party, state } = options;
      const agreements = await client.agreements({ ...(party && { party }), ...(state && { state }) });
      const text = agreements.length === 0 ? 'None.' : agreements.map(lineOf).join('\n');
      answer(terminal, options, { agreements }, text);
    });
  return answering(command, [
    'concordat agreement list --party pensions --state proposed --credentials my-credentials.json',
  ]);
}

function lineOf({ id, version, state, title, missing }: AgreementSummary): string {
  const still = missing.length === 0 ? '' : `\n  still to sign: ${missing.join(', ')}`;
  return `${state.padEnd(10)}  ${id}, version ${version}: ${title}${still}`;
}
