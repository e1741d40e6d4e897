export type {
  Agreement,
  Condition,
  Contact,
  EthicsScore,
  EthicsStatement,
  ExpectedBenefit,
  Form,
  Grant,
  GrantedField,
  Party,
  Processor,
  Signatory,
  SpecialCategory,
  WithheldField,
} from './document/agreement.js';
export {
  agreementSchema,
  freezeAgreement,
  readFrozenAgreement,
  type FrozenAgreement,
} from './document/document.js';
export {
  algorithmOf,
  thumbprint,
  toPublicJwk,
  type KeyUse,
  type PublicJwk,
  type RegisteredKey,
} from './keys/key.js';
export {
  requiredSignatories,
  signAgreement,
  verifyAllSignatures,
  verifySignature,
  type DetachedSignature,
  type FindKey,
  type SignatureHeader,
} from './signatures/signature.js';
