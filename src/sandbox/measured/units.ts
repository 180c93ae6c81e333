const UNITS: Readonly<Record<string, number>> = {
  second: 1_000,
  minute: 60_000,
  hour: 3_600_000,
  day: 86_400_000,
  week: 7 * 86_400_000,
  month: 30 * 86_400_000,
};
/** 1970 began on a Thursday, weeks begin on Mondays. */
const FIRST_MONDAY = 4 * 86_400_000;

/** A span of time in milliseconds; a month has 30 days. Null where no number or no unit is given. */
export function spanOf(count: unknown, unit: unknown): number | null {
  const ms = typeof unit === 'string' ? UNITS[unit] : undefined;
  return typeof count === 'number' && ms !== undefined ? count * ms : null;
}

/** The unit of time that a moment lies in, counted from the first one; UTC, as the sandbox's projects are. */
export function unitAt(time: number, unit: string): number {
  const ms = UNITS[unit] ?? 1;
  return Math.floor((unit === 'week' ? time - FIRST_MONDAY : time) / ms);
}
