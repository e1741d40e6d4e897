export { openIdentity, type IdentitySettings } from './open-identity.js';
