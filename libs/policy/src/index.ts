export { compile, type Compiled, type FindSchema } from './compile.js';
export {
  decide,
  withheldReasons,
  type Decision,
  type DecisionContext,
  type WithheldReason,
} from './decide.js';
export type { Program } from './program.js';
export type { Secret } from './secrets.js';
