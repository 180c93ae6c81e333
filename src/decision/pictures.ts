import { type ChartRow, intervalPlot } from '../render/chart.js';
import { columnsOf, cutTo } from '../render/width.js';
import { plainOrQuoted } from '../schema/quote.js';
import type { MetricReading, VariantReading } from '../schema/results.js';

/** Of a terminal, and as many for the key of a variant as it has in the plot. */
const COLUMNS = 80;
const KEY_COLUMNS = 18;

function chartRow(variant: VariantReading): ChartRow[] {
  const [low, high] = variant.interval_percent ?? variant.interval_absolute ?? [];
  const point = variant.effect_percent ?? variant.effect_absolute;
  return low === undefined || high === undefined || point === undefined
    ? []
    : [{ label: plainOrQuoted(variant.key), low, point, high }];
}

/** The effect of each variant against the baseline, with its interval; metrics without statistics are left out. */
export function metricPictures(metrics: readonly MetricReading[]): string[] {
  return metrics.flatMap((metric) => {
    const rows = metric.variants.flatMap(chartRow);
    const unit = metric.variants.some((variant) => variant.interval_absolute) ? '' : '%';
    const plot = intervalPlot(rows, unit);
    if (plot.length === 0) return [];
    const better = metric.goal === 'decrease' ? 'left is better' : 'right is better';
    const rest = `: effect against ${cutTo(plainOrQuoted(metric.baseline ?? 'the baseline'), KEY_COLUMNS)} (${better})`;
    return [`${cutTo(plainOrQuoted(metric.name ?? metric.uuid), COLUMNS - columnsOf(rest))}${rest}`, ...plot, ''];
  });
}
