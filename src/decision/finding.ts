import { effectOf, effectTexts } from '../render/effect.js';
import type { Finding } from '../schema/assessment.js';
import type { Facts } from './facts.js';
import type { Judged } from './judge.js';

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

/** The effect of a variant and its interval, as every picture and answer shows them: `+3.2%`. */
export function effectTextsOf({ metric: { reading }, comparison: { variant } }: Pick<Judged, 'metric' | 'comparison'>) {
  const row = reading.variants.find(({ key }) => key === variant);
  const effect = row && effectOf(row, reading);
  return effect ? effectTexts(effect) : { effect: 'no effect', low: '?', high: '?' };
}
