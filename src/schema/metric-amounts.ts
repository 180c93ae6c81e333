/** Windows and bounds as people write them ("14 days"), and as PostHog stores them. */

const UNIT = '(second|minute|hour|day|week|month)s?';
export const CONVERSION_WINDOW = new RegExp(`^([1-9]\\d{0,5}) ${UNIT}$`);
export const RETENTION_WINDOW = new RegExp(`^(\\d{1,4})[-–](\\d{1,4}) ${UNIT}$`);
const PERCENTILE = '(\\d{1,2}(?:\\.\\d{1,4})?|100)';
export const CAP_PERCENTILES = new RegExp(`^${PERCENTILE}[-–]${PERCENTILE}( ignoring zeros)?$`);
export const ATTRIBUTION = /^(first_touch|last_touch|step ([1-9]\d?))$/;

type Json = Record<string, unknown>;

export function conversionWindow(text: string): Json {
  const [, count, unit] = CONVERSION_WINDOW.exec(text) ?? [];
  return { conversion_window: Number(count), conversion_window_unit: unit };
}

export function retentionWindow(text: string): Json {
  const [, start, end, unit] = RETENTION_WINDOW.exec(text) ?? [];
  return { retention_window_start: Number(start), retention_window_end: Number(end), retention_window_unit: unit };
}

/** PostHog stores fractions. The 0th and the 100th percentile cap nothing, so that side is left out. */
export function capPercentiles(text: string): Json {
  const [, lower, upper, zeros] = CAP_PERCENTILES.exec(text) ?? [];
  return {
    ...(Number(lower) > 0 ? { lower_bound_percentile: fraction(lower) } : {}),
    ...(Number(upper) < 100 ? { upper_bound_percentile: fraction(upper) } : {}),
    ...(zeros ? { ignore_zeros: true } : {}),
  };
}

function fraction(percent: string | undefined): number {
  return Number((Number(percent) / 100).toPrecision(6));
}

/** Both numbers of a range such as "1-7 days". */
export function endsOf(range: string): [from: number, to: number] {
  const [from = Number.NaN, to = Number.NaN] = range.split(/[-–]/).map((part) => Number.parseFloat(part));
  return [from, to];
}

/** Steps count from 1 for people and from 0 in PostHog. */
export function attribution(text: string): Json {
  const [, kind, step] = ATTRIBUTION.exec(text) ?? [];
  return step === undefined
    ? { breakdownAttributionType: kind }
    : { breakdownAttributionType: 'step', breakdownAttributionValue: Number(step) - 1 };
}
