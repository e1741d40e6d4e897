import type { OnRefused } from '@concordat/register';
import type { Logger } from '@concordat/telemetry';

/** Raises an alarm for each record of the register that is left out. */
export const logRefused =
  (logger: Logger): OnRefused =>
  (refused) =>
    logger.error(refused, 'a record of the register is left out');
