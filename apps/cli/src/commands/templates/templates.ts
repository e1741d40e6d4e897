import { Command } from 'commander';
import type { Terminal } from '../../terminal/terminal.js';
import { fetchCommand } from './fetch.js';
import { listCommand } from './list.js';
import { publishCommand } from './publish.js';

/** `concordat templates`: one text that many agencies sign. */
export const templatesCommand = (terminal: Terminal): Command =>
  new Command('templates')
    .description('List, fetch and publish templates of agreements.')
    .addCommand(listCommand(terminal))
    .addCommand(fetchCommand(terminal))
    .addCommand(publishCommand(terminal));
