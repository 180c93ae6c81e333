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
import { sameDefinitions } from '../decision/odd-metrics.js';
import { type Circumstances, freshnessOf, metricsOf } from '../decision/results.js';
import type { TeamDefaults } from '../reads/team-defaults.js';
import { type Experiment, statusOf } from '../schema/experiment.js';
import { ownExposure } from '../schema/exposure-event.js';
import { flagProblem, originalKey } from '../schema/flag.js';
import { plainOrQuoted } from '../schema/quote.js';
import type { Exposures, Recalculation } from '../schema/results.js';
import { wireNumber } from '../schema/wire.js';
import {
  dealtPercents,
  forcedByProperty,
  isForced,
  reachedVariants,
  soleVariant,
  whyNobody,
} from '../serving/served.js';

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
  timeseries: z
    .array(
      z.looseObject({ variant: z.string(), days: z.array(z.string()), exposure_counts: z.array(z.unknown()) }).catch({
        variant: '',
        days: [],
        exposure_counts: [],
      }),
    )
    .catch([]),
});

const DAY_END = 'T23:59:59.999Z';

/** What of the exposures by day cannot be read, so that the days are left out. */
export function oddDays(exposures: Exposures | null): string[] {
  const series = seriesWire.safeParse(exposures).data?.timeseries ?? [];
  return series.flatMap(({ variant, days, exposure_counts: counts }) => {
    if (variant === '') return ['exposures: one variant by day cannot be read, so no day is told'];
    const odd = days.filter((_, at) => !wireNumber.safeParse(counts[at] ?? 0).success);
    const what = `exposures: days of ${plainOrQuoted(variant)} cannot be read and are left out`;
    return odd.length === 0 ? [] : [`${what} (${odd.map(plainOrQuoted).join(', ')})`];
  });
}

/**
 * People of all variants by the end of each day. A day that lacks the count of a variant is left out, since its total would be
 * too low.
 */
function dailyTotals(exposures: Exposures, keys: ReadonlySet<string>): ExposureFacts['daily'] {
  const series = seriesWire.safeParse(exposures).data?.timeseries ?? [];
  // Of a variant that cannot be told, no day is whole.
  if (series.some(({ variant }) => variant === '')) return [];
  const totals = new Map<string, number>();
  for (const { variant, days, exposure_counts: counts } of series) {
    if (!keys.has(variant)) continue;
    for (const [at, day] of days.entries()) {
      const count = wireNumber.safeParse(counts[at] ?? 0).data ?? Number.NaN;
      totals.set(day, (totals.get(day) ?? 0) + count);
    }
  }
  return [...totals]
    .filter(([, total]) => !Number.isNaN(total))
    .map(([day, total]) => ({ until: Date.parse(day.slice(0, 10) + DAY_END), total }))
    .filter(({ until }) => Number.isFinite(until));
}

function exposureSettings(experiment: Experiment): Facts['exposureSettings'] {
  const { exposure_criteria: criteria } = experiment;
  return {
    filtersTestAccounts: criteria?.filterTestAccounts === true,
    handling: criteria?.multiple_variant_handling === 'first_seen' ? 'first_seen' : 'exclude',
    customEvent: ownExposure(experiment),
  };
}

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
  if (!flag || flagProblem(flag) !== undefined) return null;
  const { filters, active } = flag;
  const [nobody, sole, forced] = [whyNobody(flag), soleVariant(filters), forcedByProperty(filters)];
  return {
    key: originalKey(flag),
    active,
    split: dealtPercents(filters),
    ...(nobody === undefined ? {} : { nobody }),
    ...(sole === undefined ? {} : { sole }),
    reached: reachedVariants(filters),
    ...(isForced(filters) ? { isForced: true } : {}),
    ...(forced.length > 0 ? { forced } : {}),
  };
}

/** An experiment that says nothing takes its team's default, which is unknown where it could not be read. */
function matured(experiment: Experiment, team: TeamDefaults | null): { onlyMatured?: boolean } {
  const set = experiment.only_count_matured_users ?? (team && (team.default_only_count_matured_users ?? false));
  return set === null ? {} : { onlyMatured: set };
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
    sameMetrics: sameDefinitions(experiment),
    ...matured(experiment, team),
    exposures: exposures && { counts: exposures.total_exposures ?? {}, daily: dailyTotals(exposures, counted) },
    freshness: freshnessOf(run, { now, readOnly }, experiment.end_date),
    activity,
    others,
    missing,
    readOnly,
  };
}
