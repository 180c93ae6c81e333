import { canonical } from '../schema/canonical.js';
import { dealtPercents } from '../serving/served.js';
import { MIN_EXPOSURES } from '../stats/validity.js';
import { flagStates } from './change-kinds.js';
import { type Facts, isOver, untilOf, wholeSplit } from './facts.js';
import { shareBefore } from './run-log.js';
import { EDGE_OF_RUN_MS } from './thresholds.js';

export type Split = Readonly<Record<string, number>>;

/** A time of the run and the split that its people entered by. Per cent by variant, of those that are served and compared. */
interface Period {
  from: number;
  to: number;
  split: Split;
}

type Shares = readonly { key: string; percent: number }[];

function splitOf(percents: Shares, { excluded }: Facts): Split {
  const served = percents.filter(({ key, percent }) => percent > 0 && !excluded.includes(key));
  return Object.fromEntries(served.map(({ key, percent }) => [key, percent]));
}

interface State {
  /** Until when it held. */
  at: number;
  split: Shares;
}

/** The splits before each change of the flag since a time, in the order of time. Of a state that the log lacks nothing is known. */
function statesBefore({ flag, activity }: Facts, since: number): State[] {
  const changes = (activity ?? [])
    .filter(({ at }) => at > since)
    .flatMap(({ at, changes }) =>
      flagStates(changes).flatMap(({ before, after }) =>
        before && after ? [{ at, before: dealtPercents(before), after: dealtPercents(after) }] : [],
      ),
    );
  let next: Shares = flag?.split ?? [];
  return [...new Set(changes.map(({ at }) => at))]
    .toReversed()
    .map((at): State => {
      // The log does not order what was saved at the same time: what none of it led to was first, else all of it was taken back.
      const group = changes.filter((change) => change.at === at);
      const first = group.find(({ before }) => !group.some(({ after }) => canonical(after) === canonical(before)));
      next = first?.before ?? next;
      return { at, split: next };
    })
    .toReversed();
}

/**
 * The splits that the run has had, in the order of time; null where the log does not tell. What was saved along with launch
 * or end, as shipping is, or after it, is no part of the run.
 */
export function splitsOfRun(facts: Facts): Period[] | null {
  const { flag, experiment } = facts;
  const { start, end } = experiment;
  if (flag === null) return null;
  if (start === null) return [{ from: facts.now, to: facts.now, split: splitOf(flag.split, facts) }];
  const until = untilOf(facts);
  const last = end === null ? until : until - EDGE_OF_RUN_MS;
  const states = statesBefore(facts, start + EDGE_OF_RUN_MS);
  const periods: Period[] = [];
  let from = start;
  for (const { at, split } of [...states, { at: until, split: flag.split }]) {
    const to = at >= last ? until : at;
    periods.push({ from, to, split: splitOf(split, facts) });
    if (to === until) break;
    from = to;
  }
  // A variant that has everything after the end was shipped, and the run was split in a way that nobody wrote down.
  const isShippedUnseen = isOver(facts) && wholeSplit(facts) !== undefined && !states.some(({ at }) => at >= last);
  return isShippedUnseen ? null : periods;
}

/** The split that the exposures of the whole run are held against: of each time by the people who came in it. */
export function comparedSplit(facts: Facts): Split | null {
  const periods = splitsOfRun(facts);
  const [only, ...more] = periods ?? [];
  if (periods === null || only === undefined) return null;
  if (more.length === 0) return only.split;
  const whole = untilOf(facts) - only.from;
  const before = (time: number) => shareBefore(facts, time) ?? ((time - only.from) / whole) * 100;
  const weights: Record<string, number> = {};
  for (const { from, to, split } of periods) {
    const sum = Object.values(split).reduce((total, percent) => total + percent, 0);
    const people = before(to) - before(from);
    for (const [key, percent] of Object.entries(split)) weights[key] = (weights[key] ?? 0) + (people * percent) / sum;
  }
  return weights;
}

/**
 * Variants that the run compares. One that is at 0% and was seen by hardly anybody is none: no waiting would bring it people.
 */
export function comparedVariants(facts: Facts): string[] {
  const { flag, excluded, exposures } = facts;
  const split = comparedSplit(facts);
  return (flag?.split ?? [])
    .filter(({ key, percent }) => {
      const served = split === null ? percent > 0 : (split[key] ?? 0) > 0 && (percent > 0 || isOver(facts));
      return !excluded.includes(key) && (served || (exposures?.counts[key] ?? 0) >= MIN_EXPOSURES);
    })
    .map(({ key }) => key);
}
