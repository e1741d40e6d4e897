export { problemTypes, problemUri, type ProblemCode, type ProblemType } from './problem-types.js';
export { BrokerError, problemOf, type Finding, type ProblemDocument } from './broker-error.js';
