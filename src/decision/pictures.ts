import { type ChartRow, intervalPlot } from '../render/chart.js';
import type { MetricReading, VariantReading } from '../schema/results.js';

function chartRow(variant: VariantReading): ChartRow[] {
  const [low, high] = variant.interval_percent ?? variant.interval_absolute ?? [];
  const point = variant.effect_percent ?? variant.effect_absolute;
  return low === undefined || high === undefined || point === undefined
    ? []
    : [{ label: variant.key, low, point, high }];
}

/** The effect of each variant against the baseline, with its interval; metrics without statistics are left out. */
export function metricPictures(metrics: readonly MetricReading[]): string[] {
  return metrics.flatMap((metric) => {
    const rows = metric.variants.flatMap(chartRow);
    const unit = metric.variants.some((variant) => variant.interval_absolute) ? '' : '%';
    const plot = intervalPlot(rows, unit);
    if (plot.length === 0) return [];
    const name = (metric.name ?? metric.uuid).replaceAll(/\s+/g, ' ');
    const better = metric.goal === 'decrease' ? 'left is better' : 'right is better';
    return [`${name}: effect against ${metric.baseline} (${better})`, ...plot, ''];
  });
}
