import { it } from 'vitest';
import { chance } from './support/chance.js';
import { expectNothingLost, killSeparately, killStandalone } from './support/kill-suite.js';
import { startSeparately } from './support/separate.js';
import { startStandalone } from './support/standalone.js';

const LIMIT = 240_000;

it('loses nothing when the whole broker is killed', { timeout: LIMIT }, async () => {
  const random = chance('standalone on Postgres');
  const broker = await startStandalone({ sample: false });
  try {
    await expectNothingLost(broker.url, broker.secrets().operator, random, killStandalone(broker, random, 4));
  } finally {
    await broker.stop();
  }
});

it('loses nothing when one app after the other is killed', { timeout: LIMIT }, async () => {
  const random = chance('separate processes on Postgres');
  const apps = await startSeparately();
  try {
    await expectNothingLost(apps.url, apps.operator, random, killSeparately(apps, random));
  } finally {
    await apps.stop();
  }
});
