export { openLedger, type LedgerSettings } from './open-ledger.js';
