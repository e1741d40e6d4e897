import { Command } from 'commander';
import { BrokerClient } from '../client/broker-client.js';
import { readCredentials } from '../client/credentials.js';
import { memoryBeside, verifyRemembering } from '../client/remembered-ledger.js';
import { EXIT, type End } from '../terminal/exit-code.js';
import type { Terminal } from '../terminal/terminal.js';
import { progressBar } from './progress.js';

interface VerifyOptions {
  readonly credentials: string;
  readonly key?: string;
  /** False with `--no-remember`. */
  readonly remember?: string | false;
  readonly json?: true;
}

/** `concordat audit`: check the ledger for yourself. */
export function auditCommand(terminal: Terminal, end: End): Command {
  const verify = new Command('verify')
    .description(
      'Read the whole ledger, build its tree again, and compare it with what the ledger signed, now and before.',
    )
    .requiredOption('--credentials <file>', 'the credentials of an officer’s client')
    .option(
      '--key <key>',
      'the ledger’s public key, as its operator published it; else the ledger is asked for it',
    )
    .option(
      '--remember <file>',
      'where the ledger’s key and checkpoint are kept for the next time; else <credentials>.ledger.json',
    )
    .option('--no-remember', 'compare with nothing from before, and keep nothing')
    .option('--json', 'print JSON')
    .action(async (options: VerifyOptions) => {
      const client = new BrokerClient(readCredentials(options.credentials, terminal));
      const file = memoryOf(options);
      const verdict = await verifyRemembering(client, {
        ...(file === undefined ? {} : { file }),
        ...(options.key === undefined ? {} : { key: options.key }),
        onProgress: progressBar('Verifying'),
      });
      if (!verdict.verified) end(EXIT.no);
      if (options.json === true) {
        terminal.write(`${JSON.stringify(verdict)}\n`);
        return;
      }
      const { verified, sentence, comparison, origin, size, root } = verdict;
      terminal.write(`${verified ? 'VERIFIED' : 'NOT VERIFIED'}: ${sentence}\n${comparison}\n`);
      if (size !== undefined) {
        terminal.write(`Ledger ${origin}, ${size} entries, root ${root}\n`);
      }
    });
  return new Command('audit').description('Check the ledger.').addCommand(verify);
}

function memoryOf({ credentials, remember }: VerifyOptions): string | undefined {
  if (remember === false) return undefined;
  // Credentials from standard input lie nowhere, so nothing can lie beside them.
  return remember ?? (credentials === '-' ? undefined : memoryBeside(credentials));
}
