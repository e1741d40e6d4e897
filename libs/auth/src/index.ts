export { AnyCaller, Anyone, FromCaller, RequireScope, ScopeGuard, VERIFY_TOKEN } from './guard.js';
export {
  allScopes,
  API_AUDIENCE,
  clientIdOf,
  clientOf,
  isRole,
  OPERATOR_AGENCY,
  scopesOfRole,
  type Role,
  type Scope,
} from './roles.js';
export { tokenVerifier, type Caller, type VerifyToken } from './verify-token.js';
