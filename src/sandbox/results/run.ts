import type { ActivityRow, ExperimentRow } from '../store/model.js';

export const MS_PER_DAY = 86_400_000;

interface Span {
  from: number;
  to: number;
}

/** The time in which an experiment collected data, in milliseconds since 1970. */
export interface Run {
  start: number;
  until: number;
  /** Parts of it in which nobody was enrolled; in order, apart from each other, and inside the run. */
  gaps: readonly Span[];
}

const CLOSES: ReadonlySet<string> = new Set(['paused', 'exposure_frozen']);
const OPENS: ReadonlyMap<string, string> = new Map([
  ['resumed', 'paused'],
  ['exposure_unfrozen', 'exposure_frozen'],
]);

/** Pauses and freezes inside a run; one may begin while the other lasts. */
function gapsOf(activity: readonly ActivityRow[], start: number, until: number): Span[] {
  const gaps: Span[] = [];
  const closedBy = new Set<string>();
  let from = start;
  for (const entry of activity.toSorted((a, b) => Date.parse(a.at) - Date.parse(b.at))) {
    // What comes before the start is of an earlier run; launching and resetting open enrolment again.
    const at = Date.parse(entry.at);
    if (at < start || at > until) continue;
    if (CLOSES.has(entry.activity)) {
      if (closedBy.size === 0) from = at;
      closedBy.add(entry.activity);
    }
    const opened = OPENS.get(entry.activity);
    if (opened !== undefined && closedBy.delete(opened) && closedBy.size === 0) gaps.push({ from, to: at });
  }
  return closedBy.size === 0 ? gaps : [...gaps, { from, to: until }];
}

/** From the start to the end or `asOf`, whichever is first; null for a draft and for what has not begun. */
export function runOf(row: ExperimentRow, asOf: number): Run | null {
  if (row.start_date === null) return null;
  const start = Date.parse(row.start_date);
  const until = Math.min(row.end_date === null ? asOf : Date.parse(row.end_date), asOf);
  return until >= start ? { start, until, gaps: gapsOf(row.activity, start, until) } : null;
}

/** Milliseconds from the start to a time in which people were enrolled. */
function enrolling({ start, gaps }: Run, time: number): number {
  const closed = gaps.reduce((sum, { from, to }) => sum + Math.max(0, Math.min(to, time) - from), 0);
  return Math.max(0, time - start - closed);
}

/** Share of a run's data that was in at a time: it comes in evenly while people are enrolled, and all of it is in at the end. */
export function shareAt(run: Run, time: number): number {
  if (time >= run.until) return 1;
  const whole = enrolling(run, run.until);
  return whole > 0 ? enrolling(run, time) / whole : 0;
}

export interface Day {
  /** `YYYY-MM-DD`, UTC. */
  date: string;
  /** Its last moment, in milliseconds since 1970. */
  end: number;
}

/** The UTC days that a time touches, both ends included; none where it ends before it begins. */
export function daysOf(start: number, until: number): Day[] {
  const days: Day[] = [];
  for (let day = Math.floor(start / MS_PER_DAY) * MS_PER_DAY; day <= until; day += MS_PER_DAY) {
    days.push({ date: new Date(day).toISOString().slice(0, 10), end: day + MS_PER_DAY - 1 });
  }
  return start > until ? [] : days;
}
