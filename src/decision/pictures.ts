import { type ChartRow, intervalPlot } from '../render/chart.js';
import { effectOf, effectTexts, isAbsolute } from '../render/effect.js';
import { columnsOf, cutTo } from '../render/width.js';
import { plainOrQuoted } from '../schema/quote.js';
import type { MetricReading, VariantReading } from '../schema/results.js';

/** Of a terminal, and as many for the key of a variant as it has in the plot. */
const COLUMNS = 80;
const KEY_COLUMNS = 18;

function chartRow(variant: VariantReading, metric: MetricReading): ChartRow[] {
  const effect = effectOf(variant, metric);
  return effect ? [{ label: plainOrQuoted(variant.key), text: effectTexts(effect).effect, ...effect }] : [];
}

/** The effect of each variant against the baseline, with its interval; metrics without statistics are left out. */
export function metricPictures(metrics: readonly MetricReading[]): string[] {
  return metrics.flatMap((metric) => {
    const rows = metric.variants.flatMap((variant) => chartRow(variant, metric));
    const unit = metric.variants.flatMap((variant) => effectOf(variant, metric) ?? [])[0]?.unit ?? '';
    const plot = intervalPlot(rows, unit);
    if (plot.length === 0) return [];
    const better = metric.goal === 'decrease' ? 'left is better' : 'right is better';
    const rest = `: ${isAbsolute(metric) ? 'absolute' : 'relative'} effect against ${cutTo(plainOrQuoted(metric.baseline ?? 'the baseline'), KEY_COLUMNS)} (${better})`;
    return [`${cutTo(plainOrQuoted(metric.name ?? metric.uuid), COLUMNS - columnsOf(rest))}${rest}`, ...plot, ''];
  });
}
