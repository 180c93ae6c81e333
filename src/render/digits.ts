/** How many digits of a measured number to show: as many as its uncertainty supports. Pure; decisions never use it. */

/** More than this an interval of any real size does not need in text. */
const MAX_DECIMALS = 6;
/** `toFixed` takes no more. */
const MOST_OF_FORMAT = 100;
/** Digits of a number whose uncertainty is unknown. */
const SIGNIFICANT_DIGITS = 4;
/** Decimals of a probability that is neither near 0 nor near 1. */
const PROBABILITY_DECIMALS = 3;
/** What no calculation can tell from 0 and 1. */
const LEAST_P = 1e-99;
const MOST_P = 0.9999;
const LEAST_CHANCE = 1e-15;
/** Beyond these a text says only on which side it is. */
const LEAST_P_SHOWN = 0.0001;
const MOST_P_SHOWN = 0.999;

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

/** The same of an end of the interval, which never reads zero unless it is. */
export function roundedBound(value: number, interval: readonly [number, number]): number {
  const rounded = roundedBy(value, interval);
  return rounded === 0 && value !== 0 ? Number(value.toPrecision(1)) : rounded;
}

/** Two digits of a small p-value, three decimals of any other; nothing measured is impossible or certain. */
export function roundedP(p: number): number {
  const possible = Math.max(LEAST_P, p);
  return Math.min(MOST_P, toDecimals(possible, tailDecimals(possible)));
}

/** The same at both ends. */
export function roundedChance(chance: number): number {
  const possible = Math.min(1 - LEAST_CHANCE, Math.max(LEAST_CHANCE, chance));
  return toDecimals(possible, tailDecimals(Math.min(possible, 1 - possible)));
}

/** A p-value in text: `0.012`; next to 0 or 1 only on which side it is. */
export function pText(p: number): string {
  if (p < LEAST_P_SHOWN) return `< ${LEAST_P_SHOWN}`;
  return p > MOST_P_SHOWN ? `> ${MOST_P_SHOWN}` : String(roundedP(p));
}

/** A chance in text: `61.9%`. */
export function chanceText(chance: number): string {
  if (chance > MOST_P_SHOWN) return `> ${MOST_P_SHOWN * 100}%`;
  return chance < 1 - MOST_P_SHOWN ? '< 0.1%' : `${(chance * 100).toFixed(1)}%`;
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

/** Decimals that a number has as it is written; undefined where that takes a power of ten. */
function decimalsOf(value: number): number | undefined {
  const [, fraction = ''] = String(value).split('.');
  return String(value).includes('e') ? undefined : fraction.length;
}

/** A number of an effect that is rounded already: as its interval supports it, and with all the digits it has. */
export function effectDigits(value: number, interval: readonly [number, number]): string {
  const own = decimalsOf(value);
  return own === undefined ? `${value > 0 ? '+' : ''}${value}` : signed(value, Math.max(own, decimalsFor(...interval)));
}
