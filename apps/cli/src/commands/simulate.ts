import { Command } from 'commander';
import { digestOf, toCloudEvent } from '@concordat/record';
import { readAgreement } from '../documents/agreement-file.js';
import { readObject } from '../documents/read.js';
import { answer, answering, type AnswerOptions } from '../terminal/answer.js';
import { EXIT, WrongUse, type End } from '../terminal/exit-code.js';
import { toMoment } from '../terminal/moment.js';
import type { Terminal } from '../terminal/terminal.js';
import { trialInWords } from '../verification/trial-in-words.js';
import { tryOut } from '../verification/trial.js';

interface SimulateOptions extends AnswerOptions {
  readonly agreement: string;
  readonly schema: readonly string[];
  readonly event: string;
  readonly recipient?: string;
  readonly now?: string;
}

/** `concordat simulate`: what an agreement would give of one event, and why, before anybody signs it. */
export function simulateCommand(terminal: Terminal, end: End): Command {
  const command = new Command('simulate')
    .description('Try an agreement with one event: what each recipient would get, and why. Nothing is sent.')
    .requiredOption('--agreement <file>', 'the agreement, JSON; "-" for standard input')
    .requiredOption('--schema <files...>', 'the event’s schema; may be given several times')
    .requiredOption('--event <file>', 'the event, a CloudEvent in JSON; "-" for standard input')
    .option('--recipient <agency>', 'only for this recipient; else for each that gets such events')
    .option('--now <moment>', 'the day or time at which it is decided; else now')
    .action((options: SimulateOptions) => {
      const schemas = options.schema.map((file) => readObject(terminal, file));
      const trial = tryOut({
        frozen: readAgreement(terminal, options.agreement),
        event: toCloudEvent(readObject(terminal, options.event)),
        schemas: new Map(schemas.map((schema) => [digestOf(schema), schema])),
        ...(options.recipient !== undefined && { recipient: options.recipient }),
        now: options.now === undefined ? new Date().toISOString() : toUtc(options.now),
      });
      answer(terminal, options, trial, trialInWords(trial, terminal));
      if (trial.explanations.length === 0) end(EXIT.no);
    });
  return answering(command, [
    'concordat simulate --agreement draft.json --schema schema.json --event event.json',
    'concordat simulate --agreement draft.json --schema schema.json --event event.json --recipient pensions --json',
  ]);
}

/** Terms are counted in days of UTC. */
function toUtc(moment: string): string {
  const time = new Date(toMoment(moment));
  if (Number.isNaN(time.getTime()))
    throw new WrongUse(`"${moment}" cannot be placed in time. Write another moment, such as 2027-04-01.`);
  return time.toISOString();
}
