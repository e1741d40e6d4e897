import type { LaneReport } from '@concordat/event-log';
import { laneView } from '@concordat/http';
import type { Logger } from '@concordat/telemetry';

/** Raises an alarm when a lane is parked, with what stops it and where; says so when it runs again. */
export const logLane =
  (logger: Logger) =>
  (report: LaneReport): void => {
    if (report.state === 'parked') logger.error(laneView(report), 'a lane is parked: its next record fails');
    else logger.warn(laneView(report), 'a lane runs again');
  };
