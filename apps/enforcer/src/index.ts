export { openEnforcer, type EnforcerSettings } from './open-enforcer.js';
