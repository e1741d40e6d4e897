export {
  agreementSchema,
  freezeAgreement,
  readFrozenAgreement,
  type Agreement,
  type Condition,
  type Form,
  type FrozenAgreement,
  type Grant,
  type GrantedField,
  type Party,
} from './document.js';
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
