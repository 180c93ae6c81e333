import { MIN_EXPOSURES } from '../stats/validity.js';
import { effectThatMatters, evidenceOf, guardrailsOf } from './evidence.js';
import { type Facts, isOver, MS_PER_DAY, servedSplit } from './facts.js';
import { peopleCovered } from './look.js';
import { daysToSample, exposedPerDay, readyOn } from './rate.js';
import { thinArms } from './thin.js';
import { ENOUGH_PEOPLE } from './thresholds.js';
import { windowsOverOn } from './windows.js';

/** Days more, at today's rate, until there are so many times today's people; null where that cannot be told. */
function daysToGrow(facts: Facts, growth: number | null): number | null {
  if (growth !== null && growth <= 1) return 0;
  const [people, rate] = [peopleCovered(facts), exposedPerDay(facts)];
  return growth === null || people === null || rate === null ? null : (people * (growth - 1)) / rate;
}

/** Days more until each arm that is served has the people that statistics need. */
function daysToExposures(facts: Facts): number | null {
  const split = servedSplit(facts);
  const whole = Object.values(split).reduce((sum, share) => sum + share, 0);
  const rate = exposedPerDay(facts);
  const counts = facts.exposures?.counts ?? {};
  const days = Object.entries(split).map(([key, share]) => {
    const missing = MIN_EXPOSURES - (counts[key] ?? 0);
    return missing <= 0 ? 0 : rate === null ? null : missing / ((rate * share) / whole);
  });
  return latest(days);
}

/** The latest of all; null where one of them cannot be told. */
function latest(days: readonly (number | null)[]): number | null {
  return days.reduce<number | null>((late, one) => (late === null || one === null ? null : Math.max(late, one)), 0);
}

/** Days more until the evidence of the primary metrics is settled; what the planned sample settles needs no more than that. */
function daysToEvidence(facts: Facts): number | null {
  const people = peopleCovered(facts) ?? 0;
  const { sampleSize } = facts.plan;
  const isOfPlan = effectThatMatters(facts).from === 'plan' && sampleSize !== null && people < sampleSize;
  const growths = evidenceOf(facts)
    .filter(({ standing }) => standing === 'unresolved')
    .map(({ growth }) => growth)
    .filter((growth) => !(isOfPlan && growth !== null && growth * ENOUGH_PEOPLE * people <= sampleSize));
  return latest(growths.map((growth) => daysToGrow(facts, growth)));
}

/** Days more until what only more people settle is settled, guardrails aside; null where that cannot be told. */
export function daysOfPeople(facts: Facts): number | null {
  return latest([
    facts.plan.sampleSize === null ? 0 : daysToSample(facts),
    daysToExposures(facts),
    ...thinArms(facts).map(({ growth }) => daysToGrow(facts, growth)),
    daysToEvidence(facts),
  ]);
}

/** Days more until guardrails that are imprecise are settled. */
export function daysOfGuardrails(facts: Facts): number | null {
  const open = guardrailsOf(facts).filter(({ guard }) => guard === 'open');
  return latest(open.map(({ growth }) => daysToGrow(facts, growth)));
}

/**
 * When everything that the answer waits for is there: days, sample, people and conversions of each arm, windows, evidence,
 * guardrails.
 * One date for the whole answer. Null where a part of it cannot be told.
 */
export function settledOn(facts: Facts): number | null {
  const ready = readyOn(facts);
  const more = latest([daysOfPeople(facts), daysOfGuardrails(facts)]);
  if (isOver(facts) || ready === null || more === null) return null;
  return windowsOverOn(facts, Math.max(ready, facts.now + more * MS_PER_DAY), exposedPerDay(facts) ?? 0);
}
