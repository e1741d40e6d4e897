export { OPERATOR_AGENCY } from './clients.js';
export { openIdentity, type IdentitySettings } from './open-identity.js';
