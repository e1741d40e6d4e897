import { setTimeout as pause } from 'node:timers/promises';
import { freezeAgreement, signAgreement } from '@concordat/agreement';
import type { JsonObject } from '@concordat/record';
import { known, PROVIDER, setUpOffices, type Offices } from '../../test/support/agencies.js';
import type { SeparateApps } from '../../test/support/separate.js';
import { until } from '../../test/support/wait.js';
import { MOVED, moved, movedAgreements, movedSchema, RECEIVERS } from './domain.js';

/** The sample's agencies, who have agreed about moves: from then on, every event to them is released. */
export async function agreeAboutMoves(apps: Pick<SeparateApps, 'url' | 'operator'>): Promise<Offices> {
  const offices = await setUpOffices(apps.url, apps.operator);
  for (const type of Object.values(MOVED)) {
    await known(() => offices.client(PROVIDER, 'system').registerSchema(type, movedSchema(type)));
  }
  for (const document of movedAgreements()) await agree(offices, document);
  await untilReleased(offices);
  return offices;
}

/** Proposes an agreement and signs it by everyone. */
export async function agree(offices: Offices, document: JsonObject): Promise<void> {
  const frozen = freezeAgreement(document);
  const { agreement } = frozen;
  await known(() => offices.client(PROVIDER, 'legal').propose(agreement));
  for (const { agency, signatories } of agreement.parties) {
    for (const { role } of signatories) {
      const { privateKey } = offices.signingKey(agency, role);
      const signatory = { party: agency, role, kid: privateKey.kid, time: new Date().toISOString() };
      const signature = await signAgreement(frozen, signatory, privateKey);
      await offices.client(agency, 'legal').sign(agreement.id, agreement.version, signature);
    }
  }
}

/** Publishes until each has received something. */
async function untilReleased(offices: Offices): Promise<void> {
  const publisher = offices.client(PROVIDER, 'system');
  let next = 900_000_000;
  for (const recipient of RECEIVERS) {
    await until(`a release to ${recipient}`, async () => {
      await known(() => publisher.publish(moved(MOVED.toThree, (next += 1))));
      await pause(100);
      return (await offices.client(recipient, 'system').pull('0', 1, 1)).deliveries.length > 0;
    });
  }
}
