import { Command } from 'commander';
import { agreementCommand } from './commands/agreement/agreement.js';
import { auditCommand } from './commands/audit.js';
import { keysCommand } from './commands/keys/keys.js';
import { publishCommand } from './commands/publish.js';
import { pullCommand } from './commands/pull.js';
import { simulateCommand } from './commands/simulate.js';
import { templatesCommand } from './commands/templates/templates.js';
import { complain } from './terminal/complain.js';
import { EXIT, EXIT_HELP, type End, type ExitCode } from './terminal/exit-code.js';
import type { Terminal } from './terminal/terminal.js';

/**
 * Runs the `concordat` command.
 *
 * @param args what stands after `concordat`
 * @returns the exit code
 */
export async function run(args: readonly string[], terminal: Terminal): Promise<ExitCode> {
  const outcome = { exitCode: EXIT.well as ExitCode };
  const end = (exitCode: ExitCode): void => {
    outcome.exitCode = exitCode;
  };
  try {
    await settled(program(terminal, end), terminal).parseAsync([...args], { from: 'user' });
    return outcome.exitCode;
  } catch (error) {
    return complain(terminal, error, args.includes('--json'));
  }
}

const program = (terminal: Terminal, end: End): Command =>
  new Command('concordat')
    .description('Share records between agencies, as signed agreements allow.')
    .addCommand(keysCommand(terminal))
    .addCommand(agreementCommand(terminal, end))
    .addCommand(templatesCommand(terminal))
    .addCommand(simulateCommand(terminal, end))
    .addCommand(publishCommand(terminal, end))
    .addCommand(pullCommand(terminal))
    .addCommand(auditCommand(terminal, end))
    .addHelpText('after', EXIT_HELP);

/** Lets a command and all below it speak through the terminal, and leave the ending of the process to us. */
function settled(command: Command, terminal: Terminal): Command {
  command.exitOverride();
  command.configureOutput({
    writeOut: (text) => terminal.write(text),
    writeErr: (text) => terminal.tell(text),
    // Told once, by whoever runs the command.
    outputError: () => undefined,
  });
  for (const inner of command.commands) settled(inner, terminal);
  return command;
}
