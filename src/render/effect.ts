import type { MetricReading, VariantReading } from '../schema/results.js';
import { effectDigits } from './digits.js';

/**
 * The effect of a variant as every text and picture shows it: how the metric moved against the baseline, whatever its goal.
 * Relative effects are shares of the size of the baseline, so that a rise is above zero also where the baseline is below it.
 */
export interface Effect {
  point: number;
  low: number;
  high: number;
  /** "%" of relative effects; " pp" (percentage points) or nothing of absolute ones. */
  unit: string;
}

const isRate = ({ value_is }: Pick<MetricReading, 'value_is'>) => value_is.endsWith(' rate');

/** Digits beyond these are noise of the conversion to percentage points. */
const PRECISION = 12;

/** Undefined where there is no interval to show. */
export function effectOf(variant: VariantReading, metric: Pick<MetricReading, 'value_is'>): Effect | undefined {
  const isRelative = variant.effect_percent !== undefined;
  const scale = !isRelative && isRate(metric) ? 100 : 1;
  const numbers = [
    variant.effect_percent ?? variant.effect_absolute,
    ...((isRelative ? variant.interval_percent : variant.interval_absolute) ?? []),
  ].map((value) => Number(((value ?? Number.NaN) * scale).toPrecision(PRECISION)));
  const [point, low, high] = numbers;
  if (point === undefined || low === undefined || high === undefined || !numbers.every(Number.isFinite))
    return undefined;
  return { point, low, high, unit: isRelative ? '%' : scale === 100 ? ' pp' : '' };
}

/** `+4.3%`, with the ends of its interval. */
export function effectTexts({ point, low, high, unit }: Effect): { effect: string; low: string; high: string } {
  const text = (value: number) => `${effectDigits(value, [low, high])}${unit}`;
  return { effect: text(point), low: text(low), high: text(high) };
}

/** Whether effects of a metric are shown as differences in its own unit. */
export function isAbsolute({ variants }: Pick<MetricReading, 'variants'>): boolean {
  return variants.some(({ effect_absolute }) => effect_absolute !== undefined);
}

/** "higher is better": which way a metric should move. */
export function betterText(goal: string): string {
  return goal === 'decrease' ? 'lower is better' : 'higher is better';
}
