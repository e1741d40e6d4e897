import { runService, type ServiceSettings } from '@concordat/service';
import { openIdentity, type IdentitySettings } from './open-identity.js';
import { identitySettings } from './settings.js';

await runService<ServiceSettings & IdentitySettings>('identity', identitySettings, openIdentity);
