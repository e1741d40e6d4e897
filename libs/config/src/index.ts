export { ConfigError, type SettingProblem } from './config-error.js';
export { readConfig } from './read-config.js';
