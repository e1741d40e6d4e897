export { compile, type Compiled } from './program/compile.js';
export type { FindSchema } from '@concordat/record';
export { Engine, type BatchContext, type TextDecision } from './engine/engine.js';
export type { ByteText } from './engine/event-text.js';
export { decide, type Decision, type DecisionContext } from './interpreter/decide.js';
export { compileNarrowed, withholdingProgram } from './program/narrow.js';
export type { Program } from './program/program.js';
export { withheldReasons, type WithheldReason } from './reasons.js';
export type { Secret } from './values/secrets.js';
