import { explanationInWords, type Explanation } from '@concordat/policy';
import type { Terminal } from '../terminal/terminal.js';
import type { Trial } from './trial.js';

/** A trial as a text: what it assumes, then each recipient with what it would get, and why. */
export function trialInWords(
  { assumed, agreement, now, eventType, refused, explanations }: Trial,
  terminal: Terminal,
): string {
  const parts = [
    `${terminal.style('caution', 'A TRIAL')} of ${agreement.id}, version ${agreement.version}, on ${now}.\n${assumed.join('\n')}`,
    ...(refused.length === 0 ? [] : [refusedInWords(refused, terminal)]),
    ...explanations.map((explanation) => recipientInWords(explanation, terminal)),
    ...(explanations.length === 0
      ? [
          `Nobody gets anything: no grant is about events of the type ${eventType}. Compare the event’s "type".`,
        ]
      : []),
  ];
  return parts.join('\n\n');
}

const refusedInWords = (refused: Trial['refused'], terminal: Terminal): string =>
  [
    `${terminal.style('bad', 'THE BROKER WOULD NOT TAKE THIS EVENT')}: it is not as its schema says. Correct it, and try again.`,
    ...refused.map(({ path, message }) => `  /data${path} ${message}`),
  ].join('\n');

function recipientInWords(explanation: Explanation, terminal: Terminal): string {
  const { decision } = explanation;
  const [first = '', ...rest] = explanationInWords(explanation).split('\n');
  const head = [terminal.style(decision.outcome === 'released' ? 'good' : 'bad', first), ...rest];
  if (decision.outcome === 'withheld') return head.join('\n');
  const { id, attributes, data } = decision;
  return [...head, '', 'What it would get:', JSON.stringify({ id, ...attributes, data }, null, 2)].join('\n');
}
