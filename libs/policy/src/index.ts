export { compile, type Compiled } from './compile.js';
export type { FindSchema } from '@concordat/record';
export { decide, type Decision, type DecisionContext } from './decide.js';
export { compileNarrowed, withholdingProgram } from './narrow.js';
export type { Program } from './program.js';
export { withheldReasons, type WithheldReason } from './reasons.js';
export type { Secret } from './secrets.js';
