export { deathRegistrations, deathRegistrationStream, OPENING_EVENTS } from './events.js';
export type { DeathRecord } from './death.js';
export type { AmendedRecord, AmendmentReason } from './amend.js';
export { sampleAgencies, type SampleAgency } from './agencies.js';
export { loadSampleAgreements, loadSampleSchemas, type SampleSchema } from './load.js';
