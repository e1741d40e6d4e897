/** A day as a number that sorts like the calendar, and stays so when years are added. */
export const dayNumber = (date: string, yearsLater = 0): number => {
  const [year = 0, month = 0, day = 0] = date.split('-').map(Number);
  return (year + yearsLater) * 10_000 + month * 100 + day;
};

const DURATION = /^P(?:(\d+)Y)?(?:(\d+)M)?(?:(\d+)W)?(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?$/u;
const HOURS = [8766, 730.5, 168, 24, 1, 1 / 60, 1 / 3600];

/** An ISO 8601 duration in hours; years and months by their mean length. */
export const hoursIn = (duration: string): number =>
  (DURATION.exec(duration)?.slice(1) ?? []).reduce(
    (sum, amount, index) => sum + Number((amount as string | undefined) ?? 0) * (HOURS[index] ?? 0),
    0,
  );
