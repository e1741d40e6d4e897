export {
  decodeRegisterRecord,
  encodeRegisterRecord,
  registerKey,
  type Agency,
  type AgreementRecord,
  type EnforcedAgreement,
  type EventSchema,
  type NoticeRecord,
  type RegisterRecord,
} from './records.js';
export { ownsSource, Register, type OnRefused, type VersionRecord } from './register.js';
export { followRegister, type FollowedRegister } from './follow.js';
