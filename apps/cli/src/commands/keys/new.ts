import { existsSync, writeFileSync } from 'node:fs';
import { Command, Option } from 'commander';
import { newKeyPair, type KeyPair } from '../../client/new-key.js';
import { answer, answering, type AnswerOptions } from '../../terminal/answer.js';
import { WrongUse } from '../../terminal/exit-code.js';
import type { Terminal } from '../../terminal/terminal.js';

interface NewOptions extends AnswerOptions {
  readonly algorithm: 'EdDSA' | 'ES256';
  readonly client?: string;
  readonly url?: string;
}

/** `concordat keys new`: a key to sign with, or the credentials of a client. */
export function newCommand(terminal: Terminal): Command {
  const command = new Command('new')
    .description('Make a key pair. The private half is written to a file that only you can read.')
    .argument(
      '<file>',
      'where the private key goes; the public key goes beside it, with .pub.json at the end',
    )
    .addOption(
      new Option('--algorithm <name>', 'Ed25519, or P-256 for hardware that knows no other')
        .choices(['EdDSA', 'ES256'])
        .default('EdDSA'),
    )
    .option('--client <name>', 'make the credentials of a client, such as pensions.legal, and no signing key')
    .option('--url <address>', 'with --client: the address of the broker')
    .action(async (file: string, options: NewOptions) => {
      const publicFile = `${file.replace(/\.json$/u, '')}.pub.json`;
      for (const path of [file, publicFile]) {
        if (existsSync(path))
          throw new WrongUse(`${path} exists already. Choose another name: a lost key cannot be had again.`);
      }
      const pair = await newKeyPair(options.algorithm);
      const secret = secretOf(pair, options);
      writeFileSync(file, toFile(secret), { mode: 0o600, flag: 'wx' });
      writeFileSync(publicFile, toFile(pair.publicKey), { flag: 'wx' });
      const made = { kid: pair.privateKey.kid, privateKey: file, publicKey: publicFile };
      const text = [
        `Private key: ${file} (keep it to yourself)`,
        `Public key:  ${publicFile} (register this one)`,
        `Name (kid):  ${made.kid}`,
      ].join('\n');
      answer(terminal, options, made, text);
    });
  return answering(command, [
    'concordat keys new my-signing-key.json',
    'concordat keys new my-credentials.json --client pensions.legal --url https://broker.example',
  ]);
}

function secretOf({ privateKey }: KeyPair, { client, url }: NewOptions): object {
  if (client === undefined && url === undefined) return privateKey;
  if (client === undefined || url === undefined || !URL.canParse(url))
    throw new WrongUse(
      'Credentials need both: --client <agency>.<role> and --url with the broker’s address.',
    );
  return { url: url.replace(/\/$/u, ''), clientId: client, key: privateKey };
}

const toFile = (value: object): string => `${JSON.stringify(value, null, 2)}\n`;
