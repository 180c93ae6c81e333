import type { Look } from '../stats/looks.js';
import { exposedPeople, type Facts, isOver, MS_PER_DAY } from './facts.js';
import { pausedMs, runDays, shareBefore } from './run-log.js';
import { MIN_RUN_DAYS, PLANNED_LOOK_GROWTH } from './thresholds.js';
import { maturingMs, peopleBy } from './windows.js';

/** People that are in, and in the results: not those whose window has to end first, nor those who came after old results. Null where it cannot be told. */
export function peopleCovered(facts: Facts): number | null {
  const window = maturingMs(facts);
  const exposed =
    window > 0 && facts.exposures && facts.flag
      ? Math.floor(peopleBy(facts, facts.now - window))
      : exposedPeople(facts);
  if (exposed === null || facts.freshness.stale !== true || isOver(facts)) return exposed;
  const samples = facts.metrics
    .filter(({ role, state }) => role === 'primary' && state === 'measured')
    .map(({ arms }) => arms.reduce((sum, arm) => sum + arm.samples, 0));
  return Math.min(exposed, ...samples);
}

/** Whole days that have to pass before anything is decided. */
export function neededDays({ plan }: Facts): number {
  return Math.max(MIN_RUN_DAYS, plan.days ?? 0);
}

/** People that had come when the days were over before which nothing is decided. */
function peopleAtFirstLook(facts: Facts, people: number): number {
  const { start } = facts.experiment;
  const days = runDays(facts);
  const time = (start ?? 0) + pausedMs(facts) + neededDays(facts) * MS_PER_DAY;
  const percent = start === null ? null : shareBefore(facts, time);
  // Without daily counts people are taken to have come evenly.
  const share = percent === null ? neededDays(facts) / Math.max(days, neededDays(facts)) : percent / 100;
  return (exposedPeople(facts) ?? people) * share;
}

/**
 * Which of the looks at the data this one is. Nobody says how often somebody looked, so every look counts as if it had been
 * taken daily since the first one that could have decided.
 */
export function lookOf(facts: Facts): Look {
  const { plan, stats } = facts;
  if (stats.method === 'frequentist' && stats.sequentialTuningParameter !== null) return { kind: 'any' };
  const people = peopleCovered(facts) ?? 0;
  const first = Math.max(plan.sampleSize ?? 0, peopleAtFirstLook(facts, people));
  const growth = first > 0 ? Math.max(1, people / first) : 1;
  if (plan.sampleSize === null && plan.days === null) return { kind: 'unplanned', growth };
  return growth <= PLANNED_LOOK_GROWTH ? { kind: 'planned' } : { kind: 'late', growth };
}
