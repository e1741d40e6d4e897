import { existsSync, writeFileSync } from 'node:fs';
import { Command, Option } from 'commander';
import { newKeyPair } from '../client/new-key.js';

/** `concordat keys`: keys are made here and the private half stays here. */
export function keysCommand(): Command {
  const create = new Command('new')
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
    .option('--json', 'print JSON')
    .action(async (file: string, options: { algorithm: 'EdDSA' | 'ES256'; json?: true }) => {
      const publicFile = `${file.replace(/\.json$/u, '')}.pub.json`;
      for (const path of [file, publicFile]) {
        if (existsSync(path))
          throw new Error(`${path} exists already. Choose another name: a lost key cannot be had again.`);
      }
      const { privateKey, publicKey } = await newKeyPair(options.algorithm);
      writeFileSync(file, `${JSON.stringify(privateKey, null, 2)}\n`, { mode: 0o600, flag: 'wx' });
      writeFileSync(publicFile, `${JSON.stringify(publicKey, null, 2)}\n`, { flag: 'wx' });
      const made = { kid: privateKey.kid, privateKey: file, publicKey: publicFile };
      process.stdout.write(
        options.json === true
          ? `${JSON.stringify(made)}\n`
          : `Private key: ${file} (keep it to yourself)\nPublic key:  ${publicFile} (register this one)\nName (kid):  ${made.kid}\n`,
      );
    });
  return new Command('keys').description('Make keys.').addCommand(create);
}
