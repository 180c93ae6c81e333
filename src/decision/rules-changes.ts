import { type ActivityFact, type ExposureFacts, exposedPeople, type Facts, MS_PER_DAY, untilOf } from './facts.js';
import { dayOf, type Finding, type Rule, shown } from './finding.js';
import { EDGE_OF_RUN_MS } from './thresholds.js';

/** Fields whose change makes the people, or what is measured, before and after it different. */
const MATTERS: ReadonlySet<string> = new Set([
  ...['feature_flag', 'filters', 'parameters', 'variants', 'multivariate', 'rollout_percentage', 'excluded_variants'],
  ...[
    'exposure_criteria',
    'metrics',
    'metrics_secondary',
    'saved_metrics',
    'saved_metrics_ids',
    'holdout',
    'holdout_id',
  ],
  ...['stats_config', 'only_count_matured_users', 'ensure_experience_continuity'],
]);

/** Activities that change who enters. */
const FREEZES: ReadonlySet<string> = new Set(['exposure_frozen', 'exposure_unfrozen']);

/** Entries inside the run, without what came along with launch and end. */
function insideRun(facts: Facts): ActivityFact[] {
  const { start, end } = facts.experiment;
  if (start === null) return [];
  const until = end === null ? facts.now : untilOf(facts) - EDGE_OF_RUN_MS;
  return (facts.activity ?? []).filter(({ at }) => at > start + EDGE_OF_RUN_MS && at < until);
}

/** People that were in at a time, drawn straight between the ends of the days. */
function exposedBy(time: number, start: number, daily: ExposureFacts['daily']): number {
  const before = daily.findLast(({ until }) => until <= time) ?? { until: start, total: 0 };
  const after = daily.find(({ until }) => until > time);
  if (!after || after.until <= before.until) return before.total;
  return before.total + ((after.total - before.total) * (time - before.until)) / (after.until - before.until);
}

/** Share of the exposed, in per cent, that came before a time; null where it cannot be told. */
function shareBefore(facts: Facts, time: number): number | null {
  const people = exposedPeople(facts);
  const { start } = facts.experiment;
  const daily = facts.exposures?.daily ?? [];
  if (!people || start === null || daily.length === 0) return null;
  const until = untilOf(facts);
  const known = daily.map((day) => ({ ...day, until: Math.min(day.until, until) }));
  return Math.min(100, (exposedBy(time, start, known) / people) * 100);
}

function beforeAndAfter(facts: Facts, times: readonly number[]): Finding['evidence'] {
  const shares = times.map((time) => shareBefore(facts, time)).filter((share) => share !== null);
  if (shares.length === 0) return {};
  return {
    exposed_before_percent: shares.map((share) => Math.round(share)),
    exposed_after_percent: shares.map((share) => 100 - Math.round(share)),
  };
}

export const changedMidRun: Rule = (facts) => {
  const changes = insideRun(facts)
    .map(({ at, activity, changes: made }) => ({
      at,
      fields: FREEZES.has(activity) ? [activity] : made.map(({ field }) => field).filter((field) => MATTERS.has(field)),
    }))
    .filter(({ fields }) => fields.length > 0);
  const times = changes.map(({ at }) => at);
  if (times.length === 0) return [];
  return [
    {
      code: 'changed_mid_run',
      severity: 'info',
      title: `Changed while running: ${changes.map(({ at, fields }) => `${fields.join(', ')} on ${dayOf(at)}`).join('; ')}.`,
      evidence: { changes: changes.length, ...beforeAndAfter(facts, times) },
      advice:
        'People before and after were not treated or counted alike; experiment-activity tells who changed what. Where it matters, reset and run anew.',
    },
  ];
};

/** Whether an entry turned enrolment off (false) or on (true); null where it did neither. */
function switched({ activity, scope, changes }: ActivityFact): boolean | null {
  if (activity === 'paused') return false;
  if (activity === 'resumed') return true;
  const active = scope === 'FeatureFlag' ? changes.find(({ field }) => field === 'active') : undefined;
  return typeof active?.after === 'boolean' ? active.after : null;
}

interface Pause {
  from: number;
  to: number;
}

function pausesOf(facts: Facts): Pause[] {
  const until = untilOf(facts);
  const pauses: Pause[] = [];
  let from: number | null = null;
  for (const entry of insideRun(facts)) {
    const on = switched(entry);
    if (on === false) from ??= entry.at;
    if (on !== true || from === null) continue;
    pauses.push({ from, to: entry.at });
    from = null;
  }
  return from === null ? pauses : [...pauses, { from, to: until }];
}

export const pausedMidRun: Rule = (facts) => {
  const pauses = pausesOf(facts);
  if (pauses.length === 0) return [];
  const days = pauses.reduce((sum, { from, to }) => sum + (to - from), 0) / MS_PER_DAY;
  return [
    {
      code: 'paused_mid_run',
      severity: 'info',
      title: `Paused for ${shown(days)} days of the run: ${pauses.map(({ from, to }) => `${dayOf(from)} to ${dayOf(to)}`).join(', ')}.`,
      evidence: {
        pauses: pauses.length,
        paused_days: shown(days),
        ...beforeAndAfter(
          facts,
          pauses.map(({ from }) => from),
        ),
      },
      advice:
        'Those enrolled before saw the default meanwhile, which waters the effect down. The real effect may be larger.',
    },
  ];
};

export const CHANGE_RULES: readonly Rule[] = [changedMidRun, pausedMidRun];
