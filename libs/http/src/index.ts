export { laneView } from './health.js';
export { PageLimit } from './page-limit.js';
export type { Part } from './part.js';
export { sendProblem } from './problem-filter.js';
export { runUntilStopped } from './run.js';
export { serve, type Served, type ServeOptions } from './serve.js';
