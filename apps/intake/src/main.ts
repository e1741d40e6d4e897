import { runService, settingsSchema } from '@concordat/service';
import { openIntake } from './open-intake.js';

await runService('intake', settingsSchema({}), openIntake);
