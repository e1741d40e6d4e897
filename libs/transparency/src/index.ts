export { emptyRoot, HASH_BYTES, leafHash, nodeHash } from './hash.js';
export {
  appendLeaves,
  peaksOf,
  rootOf,
  type Append,
  type NodeId,
  type ReadNodes,
  type TreeNode,
} from './tree.js';
export {
  assemble,
  planConsistency,
  planInclusion,
  proveConsistency,
  proveInclusion,
  type ProofPlan,
} from './proof.js';
export { verifyConsistency, verifyInclusion, type ConsistencyClaim, type InclusionClaim } from './verify.js';
export { NoteError, type NoteErrorCode } from './note-error.js';
export {
  formatSignerKey,
  formatVerifierKey,
  noteVerifier,
  parseSignerKey,
  parseVerifierKey,
  type NoteSigner,
  type NoteVerifier,
} from './note-key.js';
export { addSignature, openNote, signNote, type NoteSignature, type OpenedNote } from './note.js';
export { formatCheckpoint, openCheckpoint, parseCheckpoint, type Checkpoint } from './checkpoint.js';
