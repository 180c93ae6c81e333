import type { Finding } from '../schema/assessment.js';
import type { Facts } from './facts.js';

export type { Finding } from '../schema/assessment.js';

/** Looks at one thing and tells what it finds; nothing where all is well or nothing is known. */
export type Rule = (facts: Facts) => Finding[];

/** Digits that numbers in findings keep. */
const DIGITS = 4;

/** A number as findings show it. */
export function shown(value: number): number {
  return Number(value.toPrecision(DIGITS));
}

/** Days as findings show them: minutes are no part of a day that anybody plans with. */
export function shownDays(days: number): number {
  return shown(Math.round(days * 100) / 100);
}

/** Milliseconds since 1970 as `YYYY-MM-DD`, UTC. */
export function dayOf(time: number): string {
  return new Date(time).toISOString().slice(0, 10);
}

/** `+3.2 %` of a fraction. */
export function signedPercent(fraction: number): string {
  const percent = Number((fraction * 100).toPrecision(3));
  return `${percent > 0 ? '+' : ''}${percent} %`;
}
