export { compile, type Compiled } from './compile.js';
export type { FindSchema } from '@concordat/record';
export {
  decide,
  withheldReasons,
  type Decision,
  type DecisionContext,
  type WithheldReason,
} from './decide.js';
export type { Program } from './program.js';
export type { Secret } from './secrets.js';
