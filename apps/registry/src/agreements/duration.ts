const DURATION = /^P(?:(\d+)Y)?(?:(\d+)M)?(?:(\d+)W)?(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?$/u;

/**
 * A moment and an ISO 8601 duration after it, by the calendar in UTC: a month after 31 January is the last day
 * of February.
 *
 * @throws TypeError for what is no duration
 */
export function afterDuration(moment: Date, duration: string): Date {
  const parts = DURATION.exec(duration);
  if (parts === null) throw new TypeError('not a duration');
  const [years = 0, months = 0, weeks = 0, days = 0, hours = 0, minutes = 0, seconds = 0] = parts
    .slice(1)
    .map((part) => Number(part ?? 0));
  const result = new Date(moment);
  const day = result.getUTCDate();
  result.setUTCDate(1);
  result.setUTCMonth(result.getUTCMonth() + years * 12 + months);
  const last = new Date(Date.UTC(result.getUTCFullYear(), result.getUTCMonth() + 1, 0)).getUTCDate();
  result.setUTCDate(Math.min(day, last));
  result.setUTCDate(result.getUTCDate() + weeks * 7 + days);
  return new Date(result.getTime() + ((hours * 60 + minutes) * 60 + seconds) * 1000);
}
