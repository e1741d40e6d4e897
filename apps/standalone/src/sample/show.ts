import { progressBar, verifyRemembering } from '@concordat/cli';
import type { CloudEvent } from '@concordat/record';
import { exchangeSample, type SampleExchange } from './exchange.js';
import type { KeyRing } from './key-ring.js';
import { clientOf, OVERSIGHT, recipients, sampleEvents } from './seed.js';
import { sideBySide, type Column } from './side-by-side.js';

/** The sample exchange, told on the terminal. */
export async function showExchange(keyRing: KeyRing, print: (text: string) => void): Promise<void> {
  const events = sampleEvents();
  const shown = events[0] as CloudEvent;
  print(`Publishing ${events.length} sample events over HTTP, and pulling as each recipient …`);
  const exchange = await exchangeSample(keyRing, events, shown);
  print(`\nOne death, as it was published and as each recipient received it:\n`);
  for (const columns of tablesOf(shown, exchange)) print(`${sideBySide(columns, terminalWidth())}\n`);
  print(`Of all ${events.length} events:\n${countsOf(exchange)}`);
}

/** Characters in a line; a pipe has as many as it likes, or as COLUMNS says. */
const terminalWidth = (): number => process.stdout.columns || Number(process.env['COLUMNS']) || 150;

/** In a narrow terminal the recipients are shown two by two, each time beside what was published. */
function tablesOf(published: CloudEvent, { shown }: SampleExchange): Column[][] {
  const received = recipients.map((title): Column => ({
    title,
    data: shown.get(title)?.event['data'] as CloudEvent['data'] | undefined,
  }));
  const first = { title: 'published', data: published.data };
  if (terminalWidth() >= 120) return [[first, ...received]];
  return [
    [first, ...received.slice(0, 2)],
    [first, ...received.slice(2)],
  ];
}

/** A line for each recipient. */
function countsOf({ received }: SampleExchange): string {
  const width = Math.max(...recipients.map((recipient) => recipient.length));
  const lineOf = (recipient: string): string => {
    const count = String(received.get(recipient)?.length ?? 0);
    return `  ${recipient.padEnd(width)}  received ${count.padStart(3)}`;
  };
  return recipients.map(lineOf).join('\n');
}

/** The ledger's size and checkpoint, and what came of verifying it, also against the start before. */
export async function showLedger(keyRing: KeyRing, print: (text: string) => void): Promise<void> {
  const overseer = await clientOf(keyRing, OVERSIGHT.id, OVERSIGHT.role);
  const { verified, sentence, comparison, checkpoint, size } = await verifyRemembering(overseer, {
    file: keyRing.ledgerFile,
    onProgress: progressBar('Verifying the ledger'),
  });
  if (checkpoint !== undefined) {
    const indented = checkpoint.trimEnd().replaceAll(/^/gmu, '    ');
    print(`\nThe ledger has ${size} entries. Its signed checkpoint:\n\n${indented}`);
  }
  print(
    `\n${verified ? 'VERIFIED' : 'NOT VERIFIED'}: ${sentence} (The tree was built again here, from every entry.)\n${comparison}`,
  );
}
