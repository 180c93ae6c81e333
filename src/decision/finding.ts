import { decimalsFor, signed } from '../render/digits.js';
import type { Finding } from '../schema/assessment.js';
import type { Comparison, Facts } from './facts.js';

export type { Finding } from '../schema/assessment.js';

/** Looks at one thing and tells what it finds; nothing where all is well or nothing is known. */
export type Rule = (facts: Facts) => Finding[];

/** Digits that numbers in findings keep. */
const DIGITS = 4;

/** A number as findings show it. */
export function shown(value: number): number {
  return Number(value.toPrecision(DIGITS));
}

/** Days as findings show them, without minutes; rounded down, so that a run short of its plan never reads as complete. */
export function shownDays(days: number): number {
  // A millionth more, since a sum of floats can fall short of a whole hundredth.
  return shown(Math.floor(days * 100 + 1e-6) / 100);
}

/** Milliseconds since 1970 as `2026-11-25 UTC`: a day alone is another one elsewhere. */
export function dayOf(time: number): string {
  return `${new Date(time).toISOString().slice(0, 10)} UTC`;
}

/** A gain and its interval, fractions all, as per cents with the digits that the interval supports: `+3.2%`. */
export function gainTexts({ gain, interval }: Comparison): { gain: string; low: string; high: string } {
  const [low, high] = (interval ?? [0, 0]).map((end) => end * 100);
  const decimals = decimalsFor(low ?? 0, high ?? 0);
  const text = (percent: number) => `${signed(percent, decimals)}%`;
  return { gain: text((gain ?? 0) * 100), low: text(low ?? 0), high: text(high ?? 0) };
}
