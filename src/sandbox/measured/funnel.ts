import type { Act } from './actions.js';

/** Without a conversion window a funnel may take three years. Milliseconds. */
export const NO_WINDOW = 3 * 365 * 86_400_000;

interface Opening {
  /** Of the exposures that may open the funnel, in order. */
  times: readonly number[];
  window: number;
}

/** How many steps in order one got furthest, from whichever exposure. Each event is used once. */
export function orderedDepth(steps: readonly (readonly Act[])[], { times, window }: Opening): number {
  return Math.max(0, ...times.map((time) => depthFrom(steps, time, time + window)));
}

function depthFrom(steps: readonly (readonly Act[])[], from: number, until: number): number {
  const used = new Set<number>();
  let last = from;
  let depth = 0;
  for (const acts of steps) {
    const act = acts.find(({ row, time }) => time >= last && time <= until && !used.has(row));
    if (!act) break;
    used.add(act.row);
    last = act.time;
    depth += 1;
  }
  return depth;
}

/** How many steps one took in any order, after the first exposure. Each event is used once. */
export function unorderedDepth(steps: readonly (readonly Act[])[], { times, window }: Opening): number {
  const [first = Number.POSITIVE_INFINITY] = times;
  const inTime = steps.map((acts) => acts.filter(({ time }) => time >= first && time <= first + window));
  const takenBy = new Map<number, number>();
  /** Finds an event for a step, and another one for the step that has it, where need be. */
  const take = (step: number, tried: Set<number>): boolean =>
    (inTime[step] ?? []).some(({ row }) => {
      if (tried.has(row)) return false;
      tried.add(row);
      const other = takenBy.get(row);
      if (other !== undefined && !take(other, tried)) return false;
      takenBy.set(row, step);
      return true;
    });
  return inTime.filter((_, step) => take(step, new Set())).length;
}

/** The same as in order, with no other event between: `all` are all events of the entity. */
export function strictDepth(
  steps: readonly (readonly Act[])[],
  all: readonly Act[],
  { times, window }: Opening,
): number {
  const takes = steps.map((acts) => new Set(acts.map(({ row }) => row)));
  const depths = times.map((from) => {
    const events = all.filter(({ time }) => time >= from && time <= from + window);
    return Math.max(
      0,
      ...events.map((_, at) => {
        const missed = takes.findIndex((step, index) => !step.has(events[at + index]?.row ?? -1));
        return missed < 0 ? takes.length : missed;
      }),
    );
  });
  return Math.max(0, ...depths);
}
