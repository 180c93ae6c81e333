import type { Experiment } from '../schema/experiment.js';
import type { Recalculation, VariantRow } from '../schema/results.js';
import { leftToTeam, type StatsSettings, statsSettings, type TeamDefaults } from '../stats/settings.js';
import type { Comparison, MeasuredMetric } from './facts.js';
import { type MetricFacts, readMetric } from './reading.js';
import { isOver, metricsOf } from './results.js';
import { meanOf, sumsOf, testOf, twoSidedP } from './tested.js';

/** How an experiment's results are computed. */
export function statsOf({ stats_config: config }: Experiment, team: TeamDefaults = {}): StatsSettings {
  return statsSettings(config, team);
}

/** What of it an experiment does not set, so that its team's defaults hold. */
export function unsetOf(experiment: Experiment) {
  const { stats_config: config, running_time_calculation: plan, only_count_matured_users: matured } = experiment;
  const hasWindow = metricsOf(experiment).some(({ window }) => window !== undefined);
  return {
    ...leftToTeam(config),
    effect: !plan?.minimum_detectable_effect,
    matured: hasWindow && (matured ?? null) === null,
  };
}

type Entry = NonNullable<Recalculation['results']>[number];

interface Comparing {
  facts: MetricFacts;
  baseline: VariantRow;
  settings: StatsSettings;
}

/** What turns PostHog's difference into a gain as a fraction of the baseline; null where the baseline is nothing. */
function gainFactor({ facts, baseline, settings }: Comparing): number | null {
  const value = meanOf(baseline, facts.metric_type);
  if (value === null || value === 0) return null;
  const better = facts.goal === 'decrease' ? -1 : 1;
  // A relative difference has the sign of the baseline in it; an absolute one does not.
  return settings.differenceType === 'ABSOLUTE' ? better / Math.abs(value) : better * Math.sign(value);
}

function compare(row: VariantRow, comparing: Comparing): Comparison {
  const bounds = row.credible_interval ?? row.confidence_interval ?? null;
  const factor = gainFactor(comparing);
  const p = twoSidedP(row);
  const variant = row.key;
  if (bounds === null || factor === null || p === null) {
    return { variant, gain: null, interval: null, p: null, significant: false };
  }
  const ends = [bounds[0] * factor, bounds[1] * factor] as const;
  const interval = [Math.min(...ends), Math.max(...ends)] as const;
  const { facts, baseline, settings } = comparing;
  const tested = testOf({ row, baseline, metricType: facts.metric_type, settings });
  return {
    ...{ variant, gain: (ends[0] + ends[1]) / 2, interval, p, significant: row.significant === true },
    ...(tested ? { tested } : {}),
  };
}

function stateOf(facts: MetricFacts, entry: Entry | undefined): MeasuredMetric['state'] {
  if (facts.metric_type === 'legacy') return 'legacy';
  if (!entry || (!entry.result && entry.status !== 'failed')) return 'absent';
  return entry.status === 'failed' || !entry.result?.baseline ? 'failed' : 'measured';
}

function armsOf(rows: readonly VariantRow[]): MeasuredMetric['arms'] {
  return rows.map(({ key, number_of_samples: samples, sum, sum_squares: squares }) => ({
    ...{ key, samples, sum },
    ...(typeof squares === 'number' ? { sumSquares: squares } : {}),
  }));
}

interface Measuring {
  settings: StatsSettings;
  breakdowns: boolean;
  /** Whether there is no calculation only because it could not be read. */
  unread?: boolean;
}

/** A metric with the last calculation of it, turned so that above zero is better. */
export function measure(
  facts: MetricFacts,
  run: Recalculation | null,
  { settings, breakdowns, unread = false }: Measuring,
): MeasuredMetric {
  const found = run?.results?.find(({ metric_uuid }) => metric_uuid === facts.uuid);
  const entry = facts.unknown === undefined ? found : undefined;
  const state = facts.unknown === undefined ? stateOf(facts, entry) : 'failed';
  const result = state === 'measured' ? entry?.result : null;
  const baseline = result?.baseline ?? null;
  const reading = readMetric(facts, result, { settings, breakdowns });
  const why = unread && state === 'absent' ? 'its results could not be read' : problemOf(state, entry, run);
  const problem = facts.unknown ?? why;
  const rows = result?.variant_results ?? [];
  return {
    uuid: facts.uuid,
    name: facts.name ?? facts.uuid,
    role: facts.role === 'secondary' ? 'secondary' : 'primary',
    metric_type: facts.metric_type,
    state,
    ...(problem === undefined ? {} : { problem }),
    ...(facts.window === undefined ? {} : { window: facts.window }),
    arms: baseline ? armsOf([baseline, ...rows]) : [],
    comparisons: baseline ? rows.map((row) => compare(row, { facts, baseline, settings })) : [],
    baselineRow: baseline && sumsOf(baseline),
    reading: problem === undefined ? reading : { ...reading, problem },
  };
}

function problemOf(state: MeasuredMetric['state'], entry: Entry | undefined, run: Recalculation | null) {
  switch (state) {
    case 'measured':
      return undefined;
    case 'legacy':
      return 'in the format of an older PostHog';
    case 'failed':
      return entry?.error_message ?? 'PostHog failed to calculate it';
    case 'absent':
      return run && !isOver(run) ? 'still being calculated' : 'no calculation has it';
  }
}
