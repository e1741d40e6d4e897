import { Command, Option } from 'commander';
import {
  toArticle30Csv,
  toArticle30Rows,
  toDcat,
  toOdrl,
  toRegisterCsv,
  toRegisterEntry,
} from '@concordat/agreement';
import { answering } from '../../terminal/answer.js';
import { WrongUse } from '../../terminal/exit-code.js';
import type { Terminal } from '../../terminal/terminal.js';
import { findSubject, type Subject, type SubjectOptions } from '../../verification/subject.js';

interface ExportOptions extends SubjectOptions {
  readonly as: 'odrl' | 'article-30' | 'register' | 'dcat';
  readonly csv?: true;
  readonly processors?: true;
}

/** `concordat agreement export`: what others keep of an agreement, in their forms. */
export function exportCommand(terminal: Terminal): Command {
  const command = new Command('export')
    .description(
      'Print an agreement in another form: ODRL and DPV, rows for the record of processing activities (Article 30), an entry of a public register, or DCAT for a data catalogue.',
    )
    .argument('<agreement>', 'a file: a bundle, or the agreement; or its name, with --credentials')
    .addOption(
      new Option('--as <form>', 'the form')
        .choices(['odrl', 'article-30', 'register', 'dcat'])
        .makeOptionMandatory(),
    )
    .option('--csv', 'a table for a spreadsheet, for article-30 and register')
    .option(
      '--processors',
      'with article-30 and --csv: the table of the processors, else that of the controllers',
    )
    .option('--version <number>', 'the version; else the one in force, or the newest')
    .option('--credentials <file>', 'your credentials, to ask the broker for the agreement')
    .action(async (given: string, options: ExportOptions) => {
      const subject = await findSubject(
        terminal,
        given,
        options,
        ({ cited, versions }) => cited ?? versions.at(-1),
      );
      terminal.write(
        options.csv === true
          ? tableOf(subject, options)
          : `${JSON.stringify(valueOf(subject, options), null, 2)}\n`,
      );
    });
  return answering(command, [
    'concordat agreement export bundle.json --as register --csv > register.csv',
    'concordat agreement export draft.json --as article-30',
  ]);
}

function valueOf({ frozen, standing }: Subject, { as }: ExportOptions): unknown {
  switch (as) {
    case 'odrl':
      return toOdrl(frozen);
    case 'dcat':
      return toDcat(frozen);
    case 'article-30':
      return toArticle30Rows(frozen);
    case 'register':
      return toRegisterEntry(frozen, standing);
  }
}

function tableOf({ frozen, standing }: Subject, { as, processors }: ExportOptions): string {
  if (as === 'register') return toRegisterCsv([toRegisterEntry(frozen, standing)]);
  if (as !== 'article-30') throw new WrongUse(`There is no table for ${as}: leave out --csv.`);
  const tables = toArticle30Csv(toArticle30Rows(frozen));
  return processors === true ? tables.processors : tables.controllers;
}
