import { runService, type ServiceSettings } from '@concordat/service';
import { openLedger, type LedgerSettings } from './open-ledger.js';
import { ledgerSettings } from './settings.js';

await runService<ServiceSettings & LedgerSettings>('ledger', ledgerSettings, openLedger);
