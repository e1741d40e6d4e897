import { Command } from 'commander';
import { agreementCommand } from './commands/agreement.js';
import { auditCommand } from './commands/audit.js';
import { keysCommand } from './commands/keys.js';
import { publishCommand } from './commands/publish.js';
import { pullCommand } from './commands/pull.js';

const program = new Command('concordat')
  .description('Share records between agencies, as signed agreements allow.')
  .showHelpAfterError('(add --help for what can be said)')
  .addCommand(keysCommand())
  .addCommand(agreementCommand())
  .addCommand(publishCommand())
  .addCommand(pullCommand())
  .addCommand(auditCommand());

try {
  await program.parseAsync();
} catch (error) {
  process.stderr.write(`${(error as Error).message}\n`);
  process.exitCode = 1;
}
