import { Command } from 'commander';
import { fillTemplate, freezeAgreement, freezeTemplate } from '@concordat/agreement';
import { BrokerError } from '@concordat/problem';
import { BrokerClient } from '../../client/broker-client.js';
import { readCredentials } from '../../client/credentials.js';
import { blankAgreement, type EventType } from '../../documents/blank.js';
import { blankValues } from '../../documents/blank-values.js';
import { readObject } from '../../documents/read.js';
import { findToDos } from '../../documents/to-do.js';
import { writeNew } from '../../documents/write-new.js';
import { answer, answering, type AnswerOptions } from '../../terminal/answer.js';
import { WrongUse } from '../../terminal/exit-code.js';
import type { Terminal } from '../../terminal/terminal.js';

interface NewOptions extends AnswerOptions {
  readonly template?: string;
  readonly values?: string;
  readonly event?: readonly string[];
  readonly credentials?: string;
}

/** `concordat agreement new`: the blank page. */
export function newCommand(terminal: Terminal): Command {
  const command = new Command('new')
    .description('Begin an agreement: a blank one that says what belongs where, or one from a template.')
    .argument('<file>', 'where it is written; "-" for standard output')
    .option('--template <file>', 'make it from this template')
    .option('--values <file>', 'the values for the template; without them, a file to fill them in is written')
    .option('--event <types...>', 'begin with a grant for each of these event types, with all of its fields')
    .option('--credentials <file>', 'your credentials, to ask the broker for the fields of event types')
    .action(async (file: string, options: NewOptions) => {
      const said = await write(terminal, file, options);
      if (file !== '-') answer(terminal, options, { file, ...said }, said.next);
    });
  return answering(command, [
    'concordat agreement new draft.json --event uk.register-office.death.registered --credentials my-credentials.json',
    'concordat agreement new values.json --template template.json',
    'concordat agreement new draft.json --template template.json --values values.json',
  ]);
}

interface Written {
  readonly made: 'agreement' | 'values' | 'blank';
  readonly next: string;
}

async function write(terminal: Terminal, file: string, options: NewOptions): Promise<Written> {
  if (options.template !== undefined) return fromTemplate(terminal, file, options.template, options.values);
  if (options.values !== undefined) throw new WrongUse('Values are for a template: add --template.');
  writeNew(terminal, file, blankAgreement(await eventTypes(terminal, options)));
  return {
    made: 'blank',
    next: `Written to ${file}. Replace each "TO DO", then: concordat agreement lint ${file}`,
  };
}

function fromTemplate(terminal: Terminal, file: string, template: string, values?: string): Written {
  const frozen = freezeTemplate(readObject(terminal, template));
  if (values === undefined) {
    writeNew(terminal, file, blankValues(frozen.template));
    const next = `concordat agreement new draft.json --template ${template} --values ${file}`;
    return { made: 'values', next: `Written to ${file}. Replace each "TO DO", then: ${next}` };
  }
  const given = readObject(terminal, values);
  const toDos = findToDos(given);
  if (toDos.length > 0)
    throw new BrokerError('template-values-invalid', `${values} is not finished yet`, toDos);
  const document = fillTemplate(frozen, given);
  freezeAgreement(document);
  writeNew(terminal, file, document);
  return { made: 'agreement', next: `Written to ${file}. Next: concordat agreement lint ${file}` };
}

async function eventTypes(terminal: Terminal, { event = [], credentials }: NewOptions): Promise<EventType[]> {
  if (event.length === 0) return [];
  if (credentials === undefined)
    throw new WrongUse('The broker knows the fields of event types: add --credentials.');
  const client = new BrokerClient(readCredentials(credentials, terminal));
  return Promise.all(
    event.map(async (type) => {
      const newest = (await client.schemas(type)).at(-1);
      if (newest === undefined) throw new WrongUse(`The broker knows no event type ${type}.`);
      return newest;
    }),
  );
}
