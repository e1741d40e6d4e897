import type { Agreement } from '../../document/agreement.js';
import { list, paragraph, type Block } from '../blocks.js';
import { durationInWords } from '../words.js';

/**
 * What the broker does, whatever the parties wrote: a signatory must not have to know the software to know what
 * they sign. Each sentence is a rule of `lifecycle/`.
 */
export function describeCarryingOut({ parties, ending }: Agreement): Block[] {
  const later = parties.some(({ mayJoinLater }) => mayJoinLater === true);
  const rules = [
    'Only what section 4 grants is given. It is given from the moment on at which everyone who must sign has signed.',
    'Any signatory of a party may stop all sharing at once, by a signed notice that says why. Sharing goes on when ' +
      'every signatory of every party has signed that it may.',
    `Any signatory of a party may end the agreement by a signed notice, which takes effect ${durationInWords(ending.notice)} later or more.`,
    ...(later
      ? [
          'A party that joins later does so by signing this same text. Nobody else signs again. It stops and ends ' +
            'only what it gives and receives itself.',
        ]
      : []),
    'A newer version is in force when everyone who had to sign this one has signed it, and everyone whom it names. ' +
      'If it does nothing but give less, so much less is given as soon as one party has signed it.',
    'After the last day nothing is given, nor after the review date, unless every signatory has signed a later one.',
    'Days begin and end at midnight in universal time (UTC). In British summer that is 1 o’clock in the morning.',
    'What was on its way when the sharing stopped is delivered. The audit ledger shows it.',
  ];
  return [
    paragraph(
      'The system that carries this agreement out does the following, whatever else is written here.',
    ),
    list(rules.map((rule) => ({ text: [rule] }))),
  ];
}
