import { runService, settingsSchema } from '@concordat/service';
import { openDelivery } from './open-delivery.js';

await runService('delivery', settingsSchema({}), openDelivery);
