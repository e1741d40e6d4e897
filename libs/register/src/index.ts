export {
  decodeRegisterRecord,
  encodeRegisterRecord,
  registerKey,
  type Agency,
  type AgreementRecord,
  type EnforcedAgreement,
  type EventSchema,
  type RegisterRecord,
} from './records.js';
export { ownsSource, Register } from './register.js';
export { followRegister, type FollowedRegister } from './follow.js';
