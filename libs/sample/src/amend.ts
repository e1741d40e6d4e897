import { type DeathRecord } from './death.js';
import { someTown } from './places.js';
import type { Random } from './random.js';

export type AmendmentReason =
  'formal-correction' | 'quality-assurance' | 'typographical' | 'cancelled' | 'cancellation-removed';

/** The `data` of `uk.register-office.death.amended`. */
export type AmendedRecord = DeathRecord & {
  amendment: { reason: AmendmentReason; time: string; of: string };
};

/** The whole record as it stands after an amendment, with what was done. The record given stays as it is. */
export function amend(
  record: DeathRecord,
  reason: AmendmentReason,
  time: string,
  random: Random,
): AmendedRecord {
  const amended = structuredClone(record);
  const { registration, deceased } = amended;
  if (reason === 'formal-correction') {
    amended.causeOfDeath = 'I(a) Multiple injuries';
    amended.certifiedBy = 'HM Coroner for Northshire, after inquest';
  }
  if (reason === 'quality-assurance') registration.subDistrict = 'Central';
  if (reason === 'typographical') deceased.placeOfBirth = someTown(random);
  return { amendment: { reason, time, of: registration.urn }, ...amended };
}
