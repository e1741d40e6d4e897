import { Command } from 'commander';
import { BrokerClient } from '../../client/broker-client.js';
import { agencyOf, readCredentials } from '../../client/credentials.js';
import { answer, answering, type AnswerOptions } from '../../terminal/answer.js';
import { toMoment } from '../../terminal/moment.js';
import type { Terminal } from '../../terminal/terminal.js';

interface RevokeOptions extends AnswerOptions {
  readonly because: string;
  readonly compromisedSince?: string;
  readonly agency?: string;
  readonly credentials: string;
}

/** `concordat keys revoke`: for good. */
export function revokeCommand(terminal: Terminal): Command {
  const command = new Command('revoke')
    .description('Revoke a key of your agency for good. What it signed before stays signed.')
    .argument('<kid>', 'the name of the key, as "keys list" shows it')
    .requiredOption('--because <sentence>', 'why, for the register')
    .option(
      '--compromised-since <time>',
      'somebody else may have had the key since then: nothing counts that it signed from then on',
    )
    .option('--agency <agency>', 'the agency whose key it is; else the one that the credentials are for')
    .requiredOption('--credentials <file>', 'the credentials of your legal team')
    .action(async (kid: string, options: RevokeOptions) => {
      const credentials = readCredentials(options.credentials, terminal);
      const agency = options.agency ?? agencyOf(credentials);
      const { because } = options;
      const compromisedSince =
        options.compromisedSince === undefined ? undefined : toMoment(options.compromisedSince);
      const key = await new BrokerClient(credentials).revokeKey(agency, kid, {
        because,
        ...(compromisedSince === undefined ? {} : { compromisedSince }),
      });
      const rest =
        key.compromisedSince === undefined
          ? 'What it signed before stays signed.'
          : `Nothing counts that it signed since ${key.compromisedSince}: agreements may stop until they are signed anew.`;
      answer(terminal, options, key, `Revoked ${kid} of ${agency}. It signs nothing from now on.\n${rest}`);
    });
  return answering(command, [
    'concordat keys revoke KID --because "The laptop was stolen" --compromised-since 2026-11-20T18:00:00Z \\',
    '    --credentials my-credentials.json',
  ]);
}
