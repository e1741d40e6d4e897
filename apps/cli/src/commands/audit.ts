import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { Command } from 'commander';
import { BrokerClient } from '../client/broker-client.js';
import { readCredentials } from '../client/credentials.js';
import { verifyLedger } from '../client/verify-ledger.js';
import { progressBar } from './progress.js';

interface VerifyOptions {
  readonly credentials: string;
  readonly key?: string;
  readonly remember?: string;
  readonly json?: true;
}

/** `concordat audit`: check the ledger for yourself. */
export function auditCommand(): Command {
  const verify = new Command('verify')
    .description('Read the whole ledger, build its tree again, and compare it with what the ledger signed.')
    .requiredOption('--credentials <file>', 'the credentials of an officer’s client')
    .option(
      '--key <key>',
      'the ledger’s public key, as its operator published it; else the ledger is asked for it',
    )
    .option('--remember <file>', 'keep the checkpoint here, and compare with the one kept before')
    .option('--json', 'print JSON')
    .action(async (options: VerifyOptions) => {
      const client = new BrokerClient(readCredentials(options.credentials));
      const { remember } = options;
      const earlier =
        remember !== undefined && existsSync(remember) ? readFileSync(remember, 'utf8') : undefined;
      const verdict = await verifyLedger(client, {
        verifierKey: options.key ?? (await client.auditKey()),
        ...(earlier === undefined ? {} : { earlier }),
        onProgress: progressBar('Verifying'),
      });
      if (verdict.verified && remember !== undefined) writeFileSync(remember, verdict.checkpoint);
      if (!verdict.verified) process.exitCode = 2;
      if (options.json === true) {
        process.stdout.write(`${JSON.stringify(verdict)}\n`);
        return;
      }
      process.stdout.write(
        `${verdict.verified ? 'VERIFIED' : 'NOT VERIFIED'}: ${verdict.sentence}\n` +
          `Ledger ${verdict.origin}, ${verdict.size} entries, root ${verdict.root}\n` +
          `Read here: ${verdict.read}; by their hash alone, because they are about other agencies: ${verdict.hashOnly}\n`,
      );
    });
  return new Command('audit').description('Check the ledger.').addCommand(verify);
}
