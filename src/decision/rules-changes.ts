import { plainOrQuoted } from '../schema/quote.js';
import { type RunChange, reassigns, runChanges } from './change-kinds.js';
import { type Facts, MS_PER_DAY } from './facts.js';
import { dayOf, type Finding, type Rule, shownDays } from './finding.js';
import { insideRun, pausesOf, shareBefore } from './run-log.js';

function beforeAndAfter(facts: Facts, times: readonly number[]): Finding['evidence'] {
  const shares = times.map((time) => shareBefore(facts, time)).filter((share) => share !== null);
  if (shares.length === 0) return {};
  return {
    exposed_before_percent: shares.map((share) => Math.round(share)),
    exposed_after_percent: shares.map((share) => 100 - Math.round(share)),
  };
}

interface Dated {
  at: number;
  changes: readonly RunChange[];
}

/** `split, targeting on 2026-05-25`, of each entry that changed such things. */
function named(entries: readonly Dated[], touches: RunChange['touches']): string[] {
  return entries.flatMap(({ at, changes }) => {
    const whats = changes
      .filter((change) => change.touches === touches)
      .map(({ what, how }) => `${plainOrQuoted(what)}${how === undefined ? '' : ` (${how})`}`);
    return whats.length > 0 ? [`${whats.join(', ')} on ${dayOf(at)}`] : [];
  });
}

const MEASURES_ADVICE =
  'PostHog measures the whole run anew, so the arms stay comparable. But what was chosen after a look at the data proves less: decide by what was planned.';
const PEOPLE_ADVICE =
  'People before and after were not treated or counted alike, and their mix can mislead; experiment-activity tells who changed what. Where it matters, reset and start over.';

function changesInside(facts: Facts): Dated[] {
  return insideRun(facts)
    .map((entry) => ({ at: entry.at, changes: runChanges(entry) }))
    .filter(({ changes }) => changes.length > 0);
}

/** Whether users got another variant inside the run, so that the arms are mixed; all other changes leave them comparable. */
export function isReassigned(facts: Facts): boolean {
  return changesInside(facts).some(({ changes }) => changes.some(reassigns));
}

export const changedMidRun: Rule = (facts) => {
  const entries = changesInside(facts);
  if (entries.length === 0) return [];
  const [people, measures] = [named(entries, 'people'), named(entries, 'measures')];
  const parts = [
    ...(people.length > 0 ? [`Who is compared changed while running: ${people.join('; ')}.`] : []),
    ...(measures.length > 0 ? [`What is measured changed while running: ${measures.join('; ')}.`] : []),
    ...(people.length > 0 ? [] : ['Who is compared did not.']),
  ];
  const times = entries.map(({ at }) => at);
  return [
    {
      code: 'changed_mid_run',
      severity: 'warning',
      title: parts.join(' '),
      evidence: {
        changes: entries.length,
        changes_of_people: people.length,
        changes_of_measures: measures.length,
        ...beforeAndAfter(facts, times),
      },
      advice: people.length > 0 ? PEOPLE_ADVICE : MEASURES_ADVICE,
    },
  ];
};

export const pausedMidRun: Rule = (facts) => {
  const pauses = pausesOf(facts);
  if (pauses.length === 0) return [];
  const days = pauses.reduce((sum, { from, to }) => sum + (to - from), 0) / MS_PER_DAY;
  const starts = pauses.map(({ from }) => from);
  return [
    {
      code: 'paused_mid_run',
      severity: 'warning',
      title: `Paused for ${shownDays(days)} days of the run: ${pauses.map(({ from, to }) => `${dayOf(from)} to ${dayOf(to)}`).join(', ')}.`,
      evidence: { pauses: pauses.length, paused_days: shownDays(days), ...beforeAndAfter(facts, starts) },
      advice:
        'Those enrolled before saw the default meanwhile, which waters the effect down. The real effect may be larger.',
    },
  ];
};

export const CHANGE_RULES: readonly Rule[] = [changedMidRun, pausedMidRun];
