import type { Metric } from '../schema/metric.js';
import { exposedPeople, type Facts, isOver, type MeasuredMetric, MS_PER_DAY, untilOf } from './facts.js';
import { openMs, shareBefore } from './run-log.js';
import { WINDOWS_ENOUGH_PERCENT } from './thresholds.js';

const MS_PER_HOUR = MS_PER_DAY / 24;

/** Source: PostHog behaviour, which takes a month for 30 days. */
const UNITS: Readonly<Record<string, number>> = {
  second: 1_000,
  minute: 60_000,
  hour: MS_PER_HOUR,
  day: MS_PER_DAY,
  week: 7 * MS_PER_DAY,
  month: 30 * MS_PER_DAY,
};

/** Retention counts these by the calendar, so that the last one has to end. Source: PostHog behaviour. */
const CALENDAR_UNITS: ReadonlySet<string> = new Set(['hour', 'day']);

/**
 * Milliseconds after a person's exposure until nothing can change the person's value any more; null where that takes as long
 * as the run. PostHog ignores a window without a unit. Only people who started count towards retention, and they are taken
 * to start when they are exposed.
 */
export function windowOf(metric: Metric): number | null {
  const isRetention = metric.metric_type === 'retention';
  const unit = isRetention ? (metric.retention_window_unit ?? 'day') : metric.conversion_window_unit;
  const count = isRetention ? metric.retention_window_end : metric.conversion_window;
  const ms = UNITS[unit ?? ''];
  if (ms === undefined || typeof count !== 'number' || !(count >= 0)) return null;
  return (isRetention && CALENDAR_UNITS.has(unit ?? '') ? count + 1 : count) * ms;
}

/** A window in words: `31 days`, `12 hours`. */
export function windowText(ms: number): string {
  const [unit, size] =
    ms >= MS_PER_DAY ? ['day', MS_PER_DAY] : ms >= MS_PER_HOUR ? ['hour', MS_PER_HOUR] : (['minute', 60_000] as const);
  const count = Math.round((ms / Number(size)) * 10) / 10;
  return `${count} ${unit}${count === 1 ? '' : 's'}`;
}

/** When the results were calculated, or now. */
function calculatedAt({ freshness, now }: Facts): number {
  const at = Date.parse(freshness.calculated_at ?? '');
  return Number.isFinite(at) ? Math.min(at, now) : now;
}

/** People exposed before a time that has passed. Without daily counts they are taken to have come evenly. */
export function peopleBy(facts: Facts, time: number): number {
  const people = exposedPeople(facts) ?? 0;
  const { start } = facts.experiment;
  const until = untilOf(facts);
  if (start === null || time <= start) return 0;
  if (time >= until) return people;
  const percent = shareBefore(facts, time);
  if (percent !== null) return (people * percent) / 100;
  const whole = openMs(facts, { from: start, to: until });
  return whole > 0 ? (people * openMs(facts, { from: start, to: time })) / whole : 0;
}

/** How far a window is over: the share of the people in the results who have had all of it, per cent; null where nobody is in. */
export function percentOver(facts: Facts, window: number): number | null {
  const at = calculatedAt(facts);
  const people = peopleBy(facts, at);
  return people > 0 ? (peopleBy(facts, at - window) / people) * 100 : null;
}

export interface OpenWindow {
  metric: MeasuredMetric;
  window: number;
  percent: number;
}

/** Metrics that count people whose window may go on, with the share of people for whom it is over. */
export function windowsOf(facts: Facts): OpenWindow[] {
  if (facts.onlyMatured === true) return [];
  return facts.metrics.flatMap((metric) => {
    const percent = metric.state === 'measured' && metric.window ? percentOver(facts, metric.window) : null;
    return percent === null || !metric.window ? [] : [{ metric, window: metric.window, percent }];
  });
}

/** The longest window that keeps people out of the results of a primary metric; 0 where all exposed people count. */
export function maturingMs({ onlyMatured, metrics }: Facts): number {
  if (onlyMatured !== true) return 0;
  return Math.max(0, ...metrics.filter(({ role }) => role === 'primary').map(({ window }) => window ?? 0));
}

/** How far ahead a date is looked for. Days. Source: our choice, two years. */
const HORIZON_DAYS = 730;

/** The first day from a time on at which something holds of the number of people exposed before any time, at so many a day. */
export function firstDay(
  facts: Facts,
  from: number,
  { rate, holds }: { rate: number; holds: (peopleAt: (time: number) => number, at: number) => boolean },
): number | null {
  const coming = isOver(facts) ? 0 : rate;
  const peopleAt = (time: number) =>
    time <= facts.now
      ? peopleBy(facts, time)
      : (exposedPeople(facts) ?? 0) + (coming * (time - facts.now)) / MS_PER_DAY;
  for (let day = 0; day <= HORIZON_DAYS; day++) {
    const at = from + day * MS_PER_DAY;
    if (holds(peopleAt, at)) return at;
  }
  return null;
}

/** The first day from a time on at which every window is over for enough people; null where none is in sight. */
export function windowsOverOn(facts: Facts, from: number, rate: number): number | null {
  const windows = windowsOf(facts).map(({ window }) => window);
  return firstDay(facts, from, {
    rate,
    holds: (peopleAt, at) =>
      windows.every((window) => peopleAt(at - window) * 100 >= peopleAt(at) * WINDOWS_ENOUGH_PERCENT),
  });
}
