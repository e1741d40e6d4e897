export type {
  Agreement,
  Condition,
  DateComparison,
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
  endorseKey,
  readNamedRoots,
  rootsOf,
  traceKeys,
  verifyEndorsement,
  type EndorsedKey,
  type NamedRoots,
  type KeyStatement,
} from './keys/endorsement.js';
export { traceAgencies, type TracedKeys } from './keys/traced-keys.js';
export {
  algorithmOf,
  thumbprint,
  toPublicJwk,
  type KeyUse,
  type PublicJwk,
  type RegisteredKey,
} from './keys/key.js';
export { asItStoodFirst, CLOCK_TOLERANCE, isKeyUsable, whyKeyDoesNotVouch } from './keys/validity.js';
export {
  type DetachedSignature,
  type FindKey,
  type PrivateKey,
  type SignatoryHeader,
} from './signatures/jws.js';
export {
  allSignatories,
  requiredSignatories,
  signAgreement,
  verifyAllSignatures,
  verifySignature,
  type SignatureHeader,
  type Signed,
} from './signatures/signature.js';
export {
  freezeNotice,
  noticeSchema,
  readFrozenNotice,
  type FrozenNotice,
  type Notice,
  type RejectNotice,
  type ResumeNotice,
  type ReviewNotice,
  type SuspendNotice,
  type TerminateNotice,
  type VersionReference,
} from './lifecycle/notice.js';
export { signNotice, verifyNotice } from './lifecycle/sign-notice.js';
export { standingOf } from './lifecycle/standing.js';
export { whyNoSuccessor } from './lifecycle/successor.js';
export type {
  AgreementState,
  Cause,
  CompareVersions,
  PartyStanding,
  SignedBy,
  Standing,
  VerifiedNotice,
  VerifiedVersion,
  VersionStanding,
  VersionState,
  Warning,
} from './lifecycle/standing-types.js';
export {
  kidOf,
  verifyAgreementRecord,
  type AgreementToVerify,
  type Refusal,
  type Verification,
  type VerifiedRecord,
} from './lifecycle/verify-record.js';
export { renderAgreement, type Rendering } from './plain-english/render.js';
export { type Change, type ChangeKind, type Difference } from './difference/change.js';
export { compareAgreements } from './difference/difference.js';
export { renderDifference } from './difference/render.js';
export type { Blank, BlankType, FrozenTemplate, ListBlank, Template } from './templates/template.js';
export { freezeTemplate, readFrozenTemplate, templateSchema } from './templates/freeze.js';
export { fillTemplate } from './templates/fill.js';
export { isMadeFrom, type MadeFrom } from './templates/made-from.js';
export { LINT_CODES, type LintCode, type LintFinding, type LintSeverity } from './lint/codes.js';
export { lintAgreement } from './lint/lint.js';
export { toOdrl } from './exports/odrl.js';
export { toDcat, type CatalogueFacts } from './exports/dcat.js';
export {
  toArticle30Csv,
  toArticle30Rows,
  type Article30Rows,
  type ControllerRow,
  type ProcessorRow,
} from './exports/article-30.js';
export {
  toRegisterCsv,
  toRegisterEntry,
  type RegisterEntry,
  type StandingForRegister,
} from './exports/register-entry.js';
