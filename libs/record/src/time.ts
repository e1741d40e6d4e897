const RFC3339 = /^(\d{4}-\d{2}-\d{2})T\d{2}:\d{2}:\d{2}(?:\.\d+)?(?:Z|[+-]\d{2}:\d{2})$/u;

/**
 * Whether a text is a time with a zone (RFC 3339 §5.6), on a day that exists. `Date.parse` alone takes
 * 30 February for 2 March, and the hour 24 for the next day's first.
 */
export function isTime(text: string): boolean {
  const day = RFC3339.exec(text)?.[1];
  if (day === undefined || text.startsWith('24', 11) || Number.isNaN(Date.parse(text))) return false;
  return new Date(`${day}T00:00:00Z`).toISOString().startsWith(day);
}
