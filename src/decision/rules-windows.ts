import { quoted } from '../schema/quote.js';
import { type Facts, isOver } from './facts.js';
import { dayOf, type Rule, shown } from './finding.js';
import { howToCalculate } from './results.js';
import { waitAdvice } from './rules-time.js';
import { WINDOWS_ALL_PERCENT, WINDOWS_ENOUGH_PERCENT } from './thresholds.js';
import { type OpenWindow, windowsOf, windowsOverOn, windowText } from './windows.js';

/** `"Back" (31 days: 0%)`: rounded down, so that what falls short never reads as enough. */
function namedWindows(windows: readonly OpenWindow[]): string {
  return windows
    .map(({ metric, window, percent }) => `${quoted(metric.name)} (${windowText(window)}: ${Math.floor(percent)}%)`)
    .join(', ');
}

/** After the end nobody new comes, while the windows of those who are in go on. */
function advice(facts: Facts): string {
  if (!isOver(facts)) {
    return `${waitAdvice(facts)} Freezing exposure (experiment-freeze-exposure) once enough people are in brings that forward.`;
  }
  const on = windowsOverOn(facts, facts.now, 0);
  if (on !== null && on > facts.now) return `Calculate the results again on ${dayOf(on)}.`;
  return `The stored results are from before that; calculate them anew ${howToCalculate(facts.readOnly)}.`;
}

export const windowsOpen: Rule = (facts) => {
  const found = windowsOf(facts).filter(({ percent }) => percent < WINDOWS_ALL_PERCENT);
  const early = found.filter(({ percent }) => percent < WINDOWS_ENOUGH_PERCENT);
  if (found.length === 0) return [];
  const told = early.length > 0 ? early : found;
  return [
    {
      code: 'windows_open',
      severity: early.length > 0 ? 'warning' : 'info',
      title:
        early.length > 0
          ? `Too few people have had the whole window of ${namedWindows(told)}.`
          : `Not everybody has had the whole window of ${namedWindows(told)}, so late values are missing in all variants alike.`,
      evidence: {
        percent_over: told.map(({ percent }) => shown(percent)),
        needed_percent: WINDOWS_ENOUGH_PERCENT,
        only_count_matured_users: facts.onlyMatured === undefined ? 'unknown' : 'no',
      },
      advice: early.length > 0 ? advice(facts) : 'With only_count_matured_users PostHog counts only people who had it.',
    },
  ];
};
