export { openEnforcer, type EnforcerSettings } from './open-enforcer.js';
/** The enforcer's parts without its surroundings, to be measured. */
export { AgreementsInForce, type GrantInForce } from './agreements/agreements-in-force.js';
export { TrustedKeys } from './agreements/trusted-keys.js';
export { enforce, type EnforceContext } from './enforce.js';
export { Engines } from './engines.js';
