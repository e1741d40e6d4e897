export { logLane } from './log-lane.js';
export { logRefused } from './log-refused.js';
export { anyFailure, type Surroundings } from './opening.js';
export { openEventLog } from './open-log.js';
export { runService } from './run-service.js';
export { settingsSchema, type ServiceSettings } from './settings.js';
