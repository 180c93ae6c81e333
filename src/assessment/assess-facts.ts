import { z } from 'zod';
import { baselineOf } from '../decision/compared.js';
import {
  type ActivityFact,
  type ExposureFacts,
  type Facts,
  isUnread,
  type OtherExperiment,
} from '../decision/facts.js';
import { measure, statsOf } from '../decision/measure.js';
import { type Circumstances, freshnessOf, metricsOf } from '../decision/results.js';
import type { TeamDefaults } from '../reads/team-defaults.js';
import { type Experiment, statusOf } from '../schema/experiment.js';
import { hasUnknownFormat, originalKey, variantsOf } from '../schema/flag.js';
import type { Exposures, Recalculation } from '../schema/results.js';
import { wireNumber } from '../schema/wire.js';

/** What was read of an experiment; null where a part could not be had. */
export interface Parts {
  experiment: Experiment;
  run: Recalculation | null;
  exposures: Exposures | null;
  activity: readonly ActivityFact[] | null;
  others: readonly OtherExperiment[] | null;
  missing: readonly string[];
  /** Null where they could not be read. */
  team: TeamDefaults | null;
}

export interface Reading extends Circumstances {
  breakdowns: boolean;
}

const seriesWire = z.object({
  timeseries: z.array(
    z.looseObject({ variant: z.string(), days: z.array(z.string()), exposure_counts: z.array(wireNumber) }),
  ),
});

const DAY_END = 'T23:59:59.999Z';

/** People of all variants by the end of each day. */
function dailyTotals(exposures: Exposures, keys: ReadonlySet<string>): ExposureFacts['daily'] {
  const parsed = seriesWire.safeParse(exposures);
  const totals = new Map<string, number>();
  for (const { variant, days, exposure_counts: counts } of parsed.data?.timeseries ?? []) {
    if (!keys.has(variant)) continue;
    for (const [at, day] of days.entries()) totals.set(day, (totals.get(day) ?? 0) + (counts[at] ?? 0));
  }
  return [...totals]
    .map(([day, total]) => ({ until: Date.parse(day.slice(0, 10) + DAY_END), total }))
    .filter(({ until }) => Number.isFinite(until));
}

function exposureSettings({ exposure_criteria: criteria }: Experiment): Facts['exposureSettings'] {
  const config = criteria?.exposure_config;
  const own =
    config && !DEFAULT_EVENTS.has(config.event ?? '') ? (config.event ?? `action ${String(config.id)}`) : null;
  return {
    filtersTestAccounts: criteria?.filterTestAccounts === true,
    handling: criteria?.multiple_variant_handling === 'first_seen' ? 'first_seen' : 'exclude',
    customEvent: own,
  };
}

/** Events that carry the variant by themselves. Source: PostHog API docs. */
const DEFAULT_EVENTS: ReadonlySet<string> = new Set(['$feature_flag_called', '$experiment_exposure']);

function positiveOr<T>(value: number | null | undefined, otherwise: T): number | T {
  return typeof value === 'number' && value > 0 ? value : otherwise;
}

function planOf({ running_time_calculation: plan }: Experiment): Facts['plan'] {
  return {
    effectPercent: positiveOr(plan?.minimum_detectable_effect, null),
    sampleSize: positiveOr(plan?.recommended_sample_size, null),
    days: positiveOr(plan?.recommended_running_time, null),
  };
}

function flagOf({ feature_flag: flag }: Experiment): Facts['flag'] {
  // What is not known is no split of nobody.
  if (!flag || hasUnknownFormat(flag)) return null;
  const split = variantsOf(flag.filters).map(({ key, split_percent: percent }) => ({ key, percent }));
  const keys = split.map(({ key }) => key);
  const open = (flag.filters.groups ?? []).filter(({ rollout_percentage: rollout }) => rollout !== 0);
  const isForced = open.length > 0 && open.every(({ variant }) => variant && keys.includes(variant));
  return { key: originalKey(flag), active: flag.active, split, ...(isForced ? { isForced } : {}) };
}

/** The wire in the terms of a decision. */
export function factsOf(parts: Parts, { now, readOnly, breakdowns }: Reading): Facts {
  const { experiment, run, exposures, activity, others, missing, team } = parts;
  const settings = statsOf(experiment, team ?? {});
  const time = (date: string | null | undefined) => (date ? Date.parse(date) : null);
  const flag = flagOf(experiment);
  const unread = isUnread(missing);
  const excluded = experiment.excluded_variants ?? [];
  const counted = new Set((flag?.split ?? []).map(({ key }) => key).filter((key) => !excluded.includes(key)));
  return {
    now: now.getTime(),
    experiment: {
      id: experiment.id,
      name: experiment.name,
      status: statusOf(experiment),
      start: time(experiment.start_date),
      end: time(experiment.end_date),
      conclusion: experiment.conclusion ?? null,
    },
    flag,
    baseline: baselineOf(experiment),
    excluded,
    plan: planOf(experiment),
    teamEffectPercent: positiveOr(team?.default_minimum_detectable_effect, null),
    stats: settings,
    exposureSettings: exposureSettings(experiment),
    metrics: metricsOf(experiment).map((metric) => measure(metric, run, { settings, breakdowns, unread })),
    exposures: exposures && { counts: exposures.total_exposures ?? {}, daily: dailyTotals(exposures, counted) },
    freshness: freshnessOf(run, { now, readOnly }, experiment.end_date),
    activity,
    others,
    missing,
    readOnly,
  };
}
