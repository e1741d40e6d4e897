import { runService, settingsSchema } from '@concordat/service';
import { openRegistry } from './open-registry.js';

await runService('registry', settingsSchema({}), openRegistry);
