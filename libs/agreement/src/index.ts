export type { Agreement, Condition, Form, Grant, GrantedField, Party } from './agreement.js';
export { agreementSchema, freezeAgreement, readFrozenAgreement, type FrozenAgreement } from './document.js';
export {
  algorithmOf,
  thumbprint,
  toPublicJwk,
  type KeyUse,
  type PublicJwk,
  type RegisteredKey,
} from './key.js';
export {
  requiredSignatories,
  signAgreement,
  verifyAllSignatures,
  verifySignature,
  type DetachedSignature,
  type FindKey,
  type SignatureHeader,
} from './signature.js';
