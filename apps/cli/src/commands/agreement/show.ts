import { Command } from 'commander';
import { renderAgreement } from '@concordat/agreement';
import type { AgreementView } from '../../client/answers.js';
import { BrokerClient } from '../../client/broker-client.js';
import { readCredentials } from '../../client/credentials.js';
import { answer, answering, type AnswerOptions } from '../../terminal/answer.js';
import type { Terminal } from '../../terminal/terminal.js';
import { toVersion } from '../../terminal/version.js';
import { standingInWords } from '../../verification/standing-in-words.js';

interface ShowOptions extends AnswerOptions {
  readonly version?: string;
  readonly credentials: string;
}

/** `concordat agreement show`: how an agreement stands, by the broker's word. */
export function showCommand(terminal: Terminal): Command {
  const command = new Command('show')
    .description('Show how an agreement stands: its state, who has signed, who is missing, what is due.')
    .argument('<agreement>', 'its name')
    .option('--version <number>', 'this version; else the one in force, or the newest')
    .requiredOption('--credentials <file>', 'your credentials')
    .action(async (id: string, options: ShowOptions) => {
      const client = new BrokerClient(readCredentials(options.credentials, terminal));
      const view = await client.agreement(id, await chosen(client, id, options.version));
      answer(terminal, options, view, inWords(view));
    });
  return answering(command, [
    'concordat agreement show death-notification-pensions --credentials my-credentials.json',
  ]);
}

async function chosen(client: BrokerClient, id: string, version: string | undefined): Promise<number> {
  if (version !== undefined) return toVersion(version);
  const { standing } = await client.overview(id);
  return standing.cited?.version ?? standing.versions.at(-1)?.version ?? 1;
}

function inWords(view: AgreementView): string {
  const { id, version, title, digest, agreement, signatures, missing, refused, enforced, standing } = view;
  const lines = [
    title,
    `${id}, version ${version}`,
    `Document: ${digest}`,
    `Text:     ${renderAgreement(agreement).digest}`,
    '',
    ...signatures.map(({ party, role, received }) => `signed   ${party}/${role}, ${received}`),
    ...missing.map((signatory) => `missing  ${signatory}`),
    ...refused.map(({ signatory, why }) => `REFUSED  ${signatory ?? 'a signature'}: ${why}`),
    '',
    ...standingInWords(standing),
  ];
  if (standing.cited?.version === version)
    lines.push(
      enforced ? 'The enforcer has verified this and applies it.' : 'The enforcer has not taken it up yet.',
    );
  return lines.join('\n');
}
