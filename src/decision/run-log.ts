import { type ActivityFact, calendarDays, exposedPeople, type Facts, MS_PER_DAY, untilOf } from './facts.js';
import { EDGE_OF_RUN_MS } from './thresholds.js';

/** Entries inside the run, without what came along with launch and end; in the order of time. */
export function insideRun(facts: Facts): ActivityFact[] {
  const { start, end } = facts.experiment;
  if (start === null) return [];
  const until = end === null ? facts.now : untilOf(facts) - EDGE_OF_RUN_MS;
  return (facts.activity ?? []).filter(({ at }) => at > start + EDGE_OF_RUN_MS && at < until);
}

export interface Span {
  from: number;
  to: number;
}

/** Whether an entry turned the flag off (false) or on (true); null where it did neither. */
function switched({ activity, scope, changes }: ActivityFact): boolean | null {
  if (activity === 'paused') return false;
  if (activity === 'resumed') return true;
  const active = scope === 'FeatureFlag' ? changes.find(({ field }) => field === 'active') : undefined;
  return typeof active?.after === 'boolean' ? active.after : null;
}

/** The same for enrolment of new people. */
function frozen({ activity }: ActivityFact): boolean | null {
  if (activity === 'exposure_frozen') return false;
  return activity === 'exposure_unfrozen' ? true : null;
}

function spans(facts: Facts, turned: (entry: ActivityFact) => boolean | null): Span[] {
  const found: Span[] = [];
  let from: number | null = null;
  for (const entry of insideRun(facts)) {
    const on = turned(entry);
    if (on === false) from ??= entry.at;
    if (on !== true || from === null) continue;
    found.push({ from, to: entry.at });
    from = null;
  }
  return from === null ? found : [...found, { from, to: untilOf(facts) }];
}

/** Times inside the run in which the flag was off. */
export function pausesOf(facts: Facts): Span[] {
  return spans(facts, switched);
}

/** Milliseconds of the run in which the flag was off, as far as the log tells. */
export function pausedMs(facts: Facts): number {
  return pausesOf(facts).reduce((sum, { from, to }) => sum + (to - from), 0);
}

/** Days of the run in which variants were served; 0 for a draft. */
export function runDays(facts: Facts): number {
  return Math.max(0, calendarDays(facts) - pausedMs(facts) / MS_PER_DAY);
}

/** Milliseconds between two times of the run in which people could come. */
export function openMs(facts: Facts, span: Span): number {
  return open(span, closuresOf(facts));
}

/** Times inside the run in which nobody new could come; apart from each other. */
function closuresOf(facts: Facts): Span[] {
  const merged: Span[] = [];
  for (const span of [...pausesOf(facts), ...spans(facts, frozen)].sort((a, b) => a.from - b.from)) {
    const last = merged.at(-1);
    if (last && span.from <= last.to) last.to = Math.max(last.to, span.to);
    else merged.push({ ...span });
  }
  return merged;
}

/** Milliseconds between two times in which people could come. */
function open({ from, to }: Span, closures: readonly Span[]): number {
  const closed = closures.reduce((sum, one) => sum + Math.max(0, Math.min(one.to, to) - Math.max(one.from, from)), 0);
  return to - from - closed;
}

/**
 * Share of the exposed, in per cent, that came before a time; null where it cannot be told. Inside a day people are taken
 * to have come evenly, but for pauses and freezes.
 */
export function shareBefore(facts: Facts, time: number): number | null {
  const people = exposedPeople(facts);
  const { start } = facts.experiment;
  const daily = facts.exposures?.daily ?? [];
  if (!people || start === null || daily.length === 0) return null;
  const until = untilOf(facts);
  const known = daily.map((day) => ({ ...day, until: Math.min(day.until, until) }));
  const before = known.findLast((day) => day.until <= time) ?? { until: start, total: 0 };
  const after = known.find((day) => day.until > time);
  const closures = closuresOf(facts);
  const whole = after ? open({ from: before.until, to: after.until }, closures) : 0;
  const part = whole > 0 ? open({ from: before.until, to: time }, closures) / whole : 0;
  const came = before.total + ((after?.total ?? before.total) - before.total) * part;
  return Math.min(100, (came / people) * 100);
}
