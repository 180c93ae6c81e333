import { summarize } from '../stats/compare.js';
import { StatsError } from '../stats/errors.js';
import { detectableEffectPercent, timesEvenSplit } from '../stats/power.js';
import { METRIC_TYPES } from '../stats/validity.js';
import { exposedPeople, type Facts, isFrozen, isIdle, isOver, MS_PER_DAY, servedSplit, untilOf } from './facts.js';
import { openMs, pausedMs } from './run-log.js';
import { MIN_RUN_DAYS, RATE_DAYS } from './thresholds.js';
import { firstDay, maturingMs } from './windows.js';

/**
 * People a day over the last days, or over the whole of a shorter run, without the time in which nobody could come; null
 * where nobody is known to come now.
 */
export function exposedPerDay(facts: Facts): number | null {
  const total = exposedPeople(facts);
  const { start } = facts.experiment;
  if (total === null || start === null || facts.exposures === null || isIdle(facts) || isFrozen(facts)) return null;
  const until = untilOf(facts);
  const before = facts.exposures.daily.findLast((day) => day.until <= until - RATE_DAYS * MS_PER_DAY);
  const since = before ?? { until: start, total: 0 };
  const open = openMs(facts, { from: since.until, to: until });
  const rate = open > 0 ? ((total - since.total) * MS_PER_DAY) / open : 0;
  return rate > 0 ? rate : null;
}

/** Days more until the planned sample is reached at today's rate; 0 where it is, null where there is no plan or no rate. */
export function daysToSample(facts: Facts): number | null {
  const { sampleSize } = facts.plan;
  const exposed = exposedPeople(facts);
  if (sampleSize === null || exposed === null) return null;
  const rate = exposedPerDay(facts);
  const window = maturingMs(facts);
  if (window > 0) {
    const holds = (peopleAt: (time: number) => number, at: number) => peopleAt(at - window) >= sampleSize;
    const on = firstDay(facts, facts.now, { rate: rate ?? 0, holds });
    return on === null ? null : (on - facts.now) / MS_PER_DAY;
  }
  if (exposed >= sampleSize) return 0;
  return rate === null ? null : (sampleSize - exposed) / rate;
}

/** When a run that enrols will have had its planned sample and time; null where that cannot be told. */
export function readyOn(facts: Facts): number | null {
  const { start } = facts.experiment;
  if (start === null || isOver(facts) || isIdle(facts)) return null;
  const more = facts.plan.sampleSize === null ? 0 : daysToSample(facts);
  if (more === null) return null;
  const time = start + pausedMs(facts) + Math.max(MIN_RUN_DAYS, facts.plan.days ?? 0) * MS_PER_DAY;
  return Math.max(facts.now + more * MS_PER_DAY, time);
}

/** How many times the people of an even split this one needs; null where there is nothing to compare with the baseline. */
export function timesEven(facts: Facts): number | null {
  const { [facts.baseline]: baseline, ...variants } = servedSplit(facts);
  const shares = Object.values(variants);
  const times = baseline === undefined || shares.length === 0 ? Number.NaN : timesEvenSplit(baseline, shares);
  return Number.isFinite(times) ? times : null;
}

/**
 * Smallest effect, in per cent, that the primary metrics can show with so many people, split as they are: of the least
 * sensitive metric and the smallest variant; null where unknown.
 */
export function detectablePercent(facts: Facts, people: number | null): number | null {
  const variants = Object.keys(servedSplit(facts)).length;
  const times = timesEven(facts);
  if (!people || times === null) return null;
  const effects = facts.metrics.flatMap(({ role, metric_type, baselineRow }) => {
    const type = METRIC_TYPES.find((known) => known === metric_type);
    if (role !== 'primary' || !type || !baselineRow || baselineRow.number_of_samples < 1) return [];
    try {
      const { mean, variance } = summarize(type, baselineRow);
      const effect = detectableEffectPercent({ baseline: mean, variance, variants }, people / times);
      return effect === null ? [] : [effect];
    } catch (error) {
      // Sums that cannot be: nothing can be planned from them.
      if (error instanceof StatsError) return [];
      throw error;
    }
  });
  return effects.length > 0 ? Math.max(...effects) : null;
}
