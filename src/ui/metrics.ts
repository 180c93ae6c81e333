import { chanceText, signed } from '../render/digits.js';
import { betterText, type Effect, effectOf, effectTexts, isAbsolute } from '../render/effect.js';
import type { MetricReading, VariantReading } from '../schema/results.js';
import { icon, meaningOf, shape } from './marks.js';
import { count, plain, pValue, share, words } from './numbers.js';
import { type Scale, scaleOf } from './scale.js';
import { type Branch, h, type Tree, typed } from './tree.js';

const ROW_HEIGHT = 34;
const MIDDLE = ROW_HEIGHT / 2;
const CAP = 5;

export function effectText(effect: Effect): string {
  return effectTexts(effect).effect;
}

export function intervalText(effect: Effect): string {
  const { low, high } = effectTexts(effect);
  return `${low} to ${high}`;
}

/** How sure it is, by the method that was used. */
export function surety(variant: VariantReading): string {
  if (variant.chance_to_be_better !== undefined)
    return `${chanceText(variant.chance_to_be_better)} chance to be better`;
  return variant.p_value === undefined ? '' : pValue(variant.p_value);
}

export function valueText(variant: VariantReading, metric: MetricReading): string {
  if (variant.value === undefined) return '';
  return metric.value_is.endsWith(' rate') ? share(variant.value) : plain(variant.value);
}

export function metricName(metric: MetricReading): string {
  return metric.name ?? metric.uuid;
}

/** One picture for each metric: the effect of every variant against the baseline. */
export function metricsSection(metrics: readonly MetricReading[]): Tree[] {
  return metrics.map((metric) => {
    const scale = scaleOf(metric.variants.flatMap((variant) => effectOf(variant, metric) ?? []));
    const rows = metric.variants.filter(({ key }) => key !== metric.baseline);
    return h(
      'section',
      { class: 'metric' },
      h('h2', {}, typed(metricName(metric))),
      h('p', { class: 'muted' }, captionOf(metric)),
      metric.problem === undefined ? null : h('p', {}, icon('warning'), ` ${metric.problem}`),
      rows.map((variant) => variantRow(variant, metric, scale)),
      scale ? axis(scale, unitOf(metric)) : null,
    );
  });
}

function captionOf(metric: MetricReading): Tree[] {
  const base = metric.variants.find(({ key }) => key === metric.baseline);
  const value = base ? valueText(base, metric) : '';
  const effect = metric.variants.some((variant) => effectOf(variant, metric))
    ? `${isAbsolute(metric) ? 'absolute' : 'relative'} effect`
    : '';
  return [
    [metric.role, metric.value_is, betterText(metric.goal), effect].filter(Boolean).map(words).join(' · '),
    ...(base ? [' · against ', typed(base.key), value === '' ? '' : ` at ${value}`] : []),
  ];
}

function unitOf(metric: MetricReading): string {
  return metric.variants.flatMap((variant) => effectOf(variant, metric) ?? [])[0]?.unit ?? '';
}

function variantRow(variant: VariantReading, metric: MetricReading, scale: Scale | null): Branch {
  const effect = effectOf(variant, metric);
  const verdict = variant.verdict ?? 'cannot tell';
  const detail = variant.invalid?.join(', ') ?? surety(variant);
  const name = h('div', { class: 'name', title: variant.key }, typed(variant.key));
  const numbers = h(
    'div',
    { class: 'numbers' },
    effect
      ? h('div', {}, h('b', {}, effectText(effect)), ` (${intervalText(effect)})`)
      : h('div', {}, valueText(variant, metric)),
    h('div', { class: 'muted' }, icon(meaningOf(verdict)), ` ${[verdict, detail].filter(Boolean).join(' · ')}`),
  );
  const picture =
    effect && scale
      ? plot(effect, { variant, scale, lowerIsBetter: metric.goal === 'decrease' })
      : h('div', { class: 'muted' }, `no interval, ${count(variant.samples)} users`);
  return h('div', { class: 'row' }, name, picture, numbers);
}

interface PlotOptions {
  variant: VariantReading;
  scale: Scale;
  lowerIsBetter: boolean;
}

/** The interval as a line with ends, the effect as the mark of its meaning, on the line of zero; the better side is tinted. */
function plot(effect: Effect, { variant, scale, lowerIsBetter }: PlotOptions): Branch {
  const { at } = scale;
  const verdict = variant.verdict ?? 'cannot tell';
  const meaning = meaningOf(verdict);
  const zero = at(0);
  const label = `${variant.key}: ${effectText(effect)}, ${intervalText(effect)}, ${verdict}`;
  const line = (from: number, to: number, [top, bottom]: readonly [number, number]) =>
    h('line', { class: meaning, x1: `${from}%`, x2: `${to}%`, y1: top, y2: bottom });
  return h(
    'svg',
    { class: 'plot', role: 'img', 'aria-label': label, height: ROW_HEIGHT, width: '100%' },
    h('rect', {
      class: 'good',
      x: lowerIsBetter ? '0%' : `${zero}%`,
      width: `${lowerIsBetter ? zero : 100 - zero}%`,
      y: 0,
      height: ROW_HEIGHT,
    }),
    h('line', { class: 'zero', x1: `${zero}%`, x2: `${zero}%`, y1: 0, y2: ROW_HEIGHT }),
    line(at(effect.low), at(effect.high), [MIDDLE, MIDDLE]),
    ...[effect.low, effect.high].map((end) => line(at(end), at(end), [MIDDLE - CAP, MIDDLE + CAP])),
    h('svg', { x: `${at(effect.point)}%`, y: MIDDLE, class: 'point' }, shape(meaning)),
  );
}

function axis({ at, ticks, decimals }: Scale, unit: string): Branch {
  return h(
    'div',
    { class: 'row axis', 'aria-hidden': 'true' },
    h('div', { class: 'name' }),
    h(
      'svg',
      { class: 'plot', height: 14, width: '100%' },
      ...ticks.map((tick) => h('text', { x: `${at(tick)}%`, y: 11 }, `${signed(tick, decimals)}${unit}`)),
    ),
    h('div', { class: 'numbers' }),
  );
}
