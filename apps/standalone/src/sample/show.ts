import { verifyLedger, type BrokerClient } from '@concordat/cli';
import type { CloudEvent } from '@concordat/record';
import { exchangeSample, type SampleExchange } from './exchange.js';
import type { KeyRing } from './key-ring.js';
import { clientOf, OVERSIGHT, recipients, sampleEvents } from './seed.js';
import { sideBySide } from './side-by-side.js';

/** The whole sample exchange, told on the terminal. */
export async function showSample(keyRing: KeyRing, print: (text: string) => void): Promise<void> {
  const events = sampleEvents();
  const shown = events[0] as CloudEvent;
  print(`Publishing ${events.length} sample events over HTTP, and pulling as each recipient …`);
  const exchange = await exchangeSample(keyRing, events, shown);
  print(`\nOne death, as it was published and as each recipient received it:\n`);
  print(sideBySide(columnsOf(shown, exchange), Math.max(100, process.stdout.columns || 150)));
  print(`\nOf all ${events.length} events: ${countsOf(exchange)}.`);
  print(await ledgerText(await clientOf(keyRing, OVERSIGHT.id, OVERSIGHT.role)));
}

const columnsOf = (published: CloudEvent, { shown }: SampleExchange) => [
  { title: 'published', data: published.data },
  ...recipients.map((title) => ({
    title,
    data: shown.get(title)?.event['data'] as CloudEvent['data'] | undefined,
  })),
];

const countsOf = ({ received }: SampleExchange): string =>
  recipients.map((recipient) => `${recipient} received ${received.get(recipient)?.length ?? 0}`).join(', ');

async function ledgerText(overseer: BrokerClient): Promise<string> {
  const verifierKey = await overseer.auditKey();
  const { verified, sentence, checkpoint, size } = await verifyLedger(overseer, { verifierKey });
  const indented = checkpoint.trimEnd().replaceAll(/^/gmu, '    ');
  return [
    `\nThe ledger has ${size} entries. Its signed checkpoint:\n`,
    indented,
    `\n${verified ? 'VERIFIED' : 'NOT VERIFIED'}: ${sentence} (The tree was built again here, from every entry.)`,
  ].join('\n');
}
