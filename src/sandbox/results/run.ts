import type { ExperimentRow } from '../model.js';

export const MS_PER_DAY = 86_400_000;

/** The time in which an experiment collected data, in milliseconds since 1970. */
export interface Run {
  start: number;
  until: number;
}

/** From the start to the end or `asOf`, whichever is first; null for a draft and for what has not begun. */
export function runOf(row: ExperimentRow, asOf: number): Run | null {
  if (row.start_date === null) return null;
  const start = Date.parse(row.start_date);
  const until = Math.min(row.end_date === null ? asOf : Date.parse(row.end_date), asOf);
  return until >= start ? { start, until } : null;
}

/** Share of a run's data that was in at a time: it comes in evenly, and all of it is in at the end. */
export function shareAt({ start, until }: Run, time: number): number {
  if (time >= until) return 1;
  return Math.max(0, (time - start) / (until - start));
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
