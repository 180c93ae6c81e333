import { MIN_CONVERSIONS } from '../stats/validity.js';
import type { Arm, Facts, MeasuredMetric } from './facts.js';
import { comparedVariants } from './run-split.js';
import { MIN_CONTRIBUTORS } from './thresholds.js';

/** An arm of a metric that has too little of what it measures. */
export interface ThinArm {
  metric: MeasuredMetric;
  arm: Arm;
  /** Conversions, or the equal contributors that the total amounts to; and how many are needed. */
  has: number;
  needs: number;
  unit: 'conversions' | 'contributors';
  /** How many times today's people would have enough; null where there is nothing to go by. */
  growth: number | null;
}

function thin(metric: MeasuredMetric, arm: Arm): ThinArm[] {
  const found = (has: number, needs: number, unit: ThinArm['unit']) =>
    has < needs ? [{ metric, arm, has, needs, unit, growth: has > 0 ? needs / has : null }] : [];
  if (metric.metric_type === 'funnel' || metric.metric_type === 'retention') {
    return found(arm.sum, MIN_CONVERSIONS, 'conversions');
  }
  // Totals of nobody and totals below zero have no contributors to count.
  const squares = arm.sumSquares ?? 0;
  if (metric.metric_type !== 'mean' || !(arm.sum > 0) || !(squares > 0)) return [];
  return found(arm.sum ** 2 / squares, MIN_CONTRIBUTORS, 'contributors');
}

/** Arms whose metric rests on so few people that no normal approximation holds. */
export function thinArms(facts: Facts): ThinArm[] {
  const compared = comparedVariants(facts);
  return facts.metrics.flatMap((metric) =>
    metric.arms.filter(({ key }) => compared.includes(key)).flatMap((arm) => thin(metric, arm)),
  );
}
