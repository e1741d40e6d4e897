export {
  BrokerClient,
  type AuditedEntry,
  type BatchResult,
  type Delivery,
  type Receipt,
} from './client/broker-client.js';
export { RefusedError } from './client/refused-error.js';
export { readCredentials, type Credentials } from './client/credentials.js';
export { newKeyPair, type KeyPair } from './client/new-key.js';
export { vouchedKey } from './client/vouch.js';
export { run } from './program.js';
export type { Terminal } from './terminal/terminal.js';
export { progressBar } from './commands/progress.js';
export { verifyRemembering, type RememberingVerdict } from './client/remembered-ledger.js';
export { verifyLedger, type LedgerVerdict } from './client/verify-ledger.js';
