import { runService, type ServiceSettings } from '@concordat/service';
import { openEnforcer, type EnforcerSettings } from './open-enforcer.js';
import { enforcerSettings } from './settings.js';

await runService<ServiceSettings & EnforcerSettings>('enforcer', enforcerSettings, openEnforcer);
