/** How many digits of a measured number to show: as many as its uncertainty supports. Pure; decisions never use it. */

/** More than this an interval of any real size does not need in text. */
const MAX_DECIMALS = 6;
/** `toFixed` takes no more. */
const MOST_OF_FORMAT = 100;
/** Digits of a number whose uncertainty is unknown. */
const SIGNIFICANT_DIGITS = 4;
/** Decimals of a probability that is neither near 0 nor near 1. */
const PROBABILITY_DECIMALS = 3;
const LEAST_SHOWN = 0.001;

/** Decimals that an interval supports, as two digits of its width; undefined where it has no width. */
function supported(low: number, high: number): number | undefined {
  const width = Math.abs(high - low);
  if (!Number.isFinite(width) || width === 0) return undefined;
  return Math.min(MOST_OF_FORMAT, Math.max(0, 1 - Math.floor(Math.log10(width))));
}

/** For text: two digits of the interval's width, so an effect of −1.1 to 7.5 reads +3.2. */
export function decimalsFor(low: number, high: number): number {
  return Math.min(MAX_DECIMALS, supported(low, high) ?? 2);
}

/** `value` as its interval supports it; without an interval, or with one without width, to a few significant digits. */
export function roundedBy(value: number, interval?: readonly [number, number] | null): number {
  const decimals = interval ? supported(...interval) : undefined;
  return decimals === undefined ? Number(value.toPrecision(SIGNIFICANT_DIGITS)) : toDecimals(value, decimals);
}

/** Above 1e21 `toFixed` turns to powers of ten, which read the same; and nothing is a negative zero. */
function toDecimals(value: number, decimals: number): number {
  return Number(value.toFixed(decimals)) + 0;
}

/** Two digits of a small p-value, three decimals of any other. */
export function roundedP(p: number): number {
  return p > 0 && p < 1 ? toDecimals(p, tailDecimals(p)) : p;
}

/** The same at both ends, so that a chance which is not certain never reads 1. */
export function roundedChance(chance: number): number {
  return chance > 0 && chance < 1 ? toDecimals(chance, tailDecimals(Math.min(chance, 1 - chance))) : chance;
}

/** A probability in text: `0.012`; beyond three decimals only on which side it is. */
export function probabilityText(value: number): string {
  if (value > 0 && value < LEAST_SHOWN) return `<${LEAST_SHOWN}`;
  if (value > 1 - LEAST_SHOWN && value < 1) return `>${1 - LEAST_SHOWN}`;
  return String(value);
}

/** The same of a p-value that is not rounded yet. */
export function pText(p: number): string {
  return probabilityText(roundedP(p));
}

function tailDecimals(tail: number): number {
  return Math.max(PROBABILITY_DECIMALS, supported(0, tail) ?? 0);
}

/** `+4.3`, `-1.0`, `0`. */
export function signed(value: number, decimals: number): string {
  const digits = value.toFixed(decimals);
  if (Number(digits) === 0) return '0';
  return value > 0 ? `+${digits}` : digits;
}
