import type { Freshness, MetricReading } from '../schema/results.js';
import type { MetricRow } from '../stats/compare.js';
import type { Difference } from '../stats/difference.js';
import type { StatsSettings } from '../stats/settings.js';
import { servedOf } from './exposures.js';

/** One variant against the baseline. Turned by the metric's goal, so that above zero is always better. */
export interface Comparison {
  variant: string;
  /** Fraction of the baseline; null without statistics. */
  gain: number | null;
  /** Of the gain, at the experiment's level, two-sided. */
  interval: readonly [low: number, high: number] | null;
  /** Two-sided; of a Bayesian chance c, 2·min(c, 1 − c). */
  p: number | null;
  /** PostHog's own word, which is one-sided where the method is Bayesian. */
  significant: boolean;
  /** What the sums of both arms say of their difference; absent where the sums are adjusted or allow no test. */
  tested?: Difference;
}

export interface Arm {
  key: string;
  samples: number;
  /** Conversions of a funnel or retention metric, else the total value. */
  sum: number;
  /** Of the values of its people. */
  sumSquares?: number;
}

/** A metric with what the last calculation says of it. */
export interface MeasuredMetric {
  uuid: string;
  name: string;
  role: 'primary' | 'secondary';
  metric_type: string;
  /** absent: no calculation has it. */
  state: 'measured' | 'failed' | 'absent' | 'legacy';
  problem?: string;
  arms: readonly Arm[];
  comparisons: readonly Comparison[];
  /** Sums of the baseline, for planning. */
  baselineRow: MetricRow | null;
  /** Milliseconds after a person's exposure until nothing can change the person's value any more; absent without a window. */
  window?: number;
  /** As it is shown. */
  reading: MetricReading;
}

/** An entry of the activity log. */
export interface ActivityFact {
  /** Milliseconds since 1970. */
  at: number;
  activity: string;
  /** What it was about, e.g. `Experiment` or `FeatureFlag`. */
  scope: string;
  changes: readonly { field: string; before: unknown; after: unknown }[];
}

export interface OtherExperiment {
  id: number;
  name: string;
  status: string;
}

export interface ExposureFacts {
  /** People by variant, with `$multiple` and holdouts where PostHog gives them. */
  counts: Readonly<Record<string, number>>;
  /** Of all variants together, up to the end of each day (milliseconds since 1970). */
  daily: readonly { until: number; total: number }[];
}

/** Everything that an assessment knows. Plain data: the same facts always give the same answer. Times are milliseconds since 1970. */
export interface Facts {
  now: number;
  experiment: {
    id: number;
    name: string;
    status: string;
    start: number | null;
    end: number | null;
    conclusion: string | null;
  };
  flag: {
    key: string;
    active: boolean;
    split: readonly { key: string; percent: number }[];
    /** Why nobody gets a variant of it: it is off, deleted, or lets nobody in. */
    nobody?: string;
    /** The variant that everybody inside gets, and all that somebody can get; where absent the split tells. */
    sole?: string;
    reached?: readonly string[];
    /** Every release condition that lets users in names their variant, so that chance deals out nothing. */
    isForced?: boolean;
    /** Numbers of the release groups that force a variant on some by their properties. */
    forced?: readonly number[];
  } | null;
  /** Key of the variant that the others are compared with. */
  baseline: string;
  excluded: readonly string[];
  plan: { effectPercent: number | null; sampleSize: number | null; days: number | null };
  /** Smallest effect that matters to the team, where its defaults name one. Per cent. */
  teamEffectPercent?: number | null;
  stats: StatsSettings;
  exposureSettings: {
    filtersTestAccounts: boolean;
    handling: 'exclude' | 'first_seen';
    /** Name of an own exposure event or action; null for PostHog's default. */
    customEvent: string | null;
  };
  metrics: readonly MeasuredMetric[];
  /** Names of metrics that measure the same, by definition. */
  sameMetrics?: readonly (readonly string[])[];
  /** Whether metrics leave out people whose window is not over; absent where that is unknown. */
  onlyMatured?: boolean;
  /** Null where they could not be read. */
  exposures: ExposureFacts | null;
  freshness: Freshness;
  activity: readonly ActivityFact[] | null;
  /** Other experiments on the flag that are launched and not ended. */
  others: readonly OtherExperiment[] | null;
  /** Parts that could not be read, each with its reason. */
  missing: readonly string[];
  /** Whether no calculation can be started from here. */
  readOnly: boolean;
}

/** Whether results may be stored that could not be read; what is then said of them must not be that there are none. */
export function isUnread(missing: Facts['missing']): boolean {
  return missing.some((part) => part.startsWith('results: '));
}

export const MS_PER_DAY = 86_400_000;

export function isLaunched({ experiment }: Facts): boolean {
  return experiment.start !== null;
}

export function isOver({ experiment }: Facts): boolean {
  return experiment.start !== null && experiment.end !== null;
}

/** Why nobody gets a variant; undefined where somebody can, or the flag is not known. */
export function whyNobody({ flag }: Facts): string | undefined {
  return flag?.nobody ?? (flag?.active === false ? 'the flag is off' : undefined);
}

/** An experiment that should enrol, and whose flag serves nobody. */
export function isIdle(facts: Facts): boolean {
  return isLaunched(facts) && !isOver(facts) && whyNobody(facts) !== undefined;
}

/** Variants that somebody can get now. */
export function reachedVariants({ flag }: Facts): readonly string[] {
  return flag?.reached ?? (flag?.split ?? []).filter(({ percent }) => percent > 0).map(({ key }) => key);
}

/** The variant that everybody inside gets. */
export function wholeSplit({ flag }: Facts): string | undefined {
  if (!flag || flag.split.length < 2) return undefined;
  return flag.reached === undefined ? flag.split.find(({ percent }) => percent === 100)?.key : flag.sole;
}

/** A run in which people keep their variant and nobody new enters. */
export function isFrozen(facts: Facts): boolean {
  return facts.experiment.status === 'exposure_frozen';
}

/** The end of the run, or now; an end that is set in the future has not come. */
export function untilOf({ experiment: { end }, now }: Facts): number {
  return end === null ? now : Math.min(end, now);
}

/** Days from the start to the end or now, pauses included; 0 for a draft. */
export function calendarDays(facts: Facts): number {
  const { start } = facts.experiment;
  return start === null ? 0 : Math.max(0, untilOf(facts) - start) / MS_PER_DAY;
}

/** Share of each variant that is served and not excluded from the analysis. Per cent by key. */
export function servedSplit({ flag, excluded }: Facts): Record<string, number> {
  return servedOf(flag?.split ?? null, excluded);
}

/** People in the analysis: seen in one of the flag's variants; null where exposures or the flag could not be read. */
export function exposedPeople({ exposures, flag, excluded }: Facts): number | null {
  if (exposures === null || flag === null) return null;
  const keys = flag.split.map(({ key }) => key).filter((key) => !excluded.includes(key));
  const known = Object.entries(exposures.counts).filter(([key]) => keys.includes(key));
  return known.reduce((sum, [, count]) => sum + count, 0);
}

function by<T>(...keys: ((item: T) => string | number)[]) {
  return (a: T, b: T): number => {
    for (const key of keys) {
      const [left, right] = [key(a), key(b)];
      if (left !== right) return left < right ? -1 : 1;
    }
    return 0;
  };
}

function sortedMetric(metric: MeasuredMetric, baseline: string): MeasuredMetric {
  const place = (key: string) => (key === baseline ? 0 : 1);
  return {
    ...metric,
    arms: metric.arms.toSorted(by(({ key }) => key)),
    comparisons: metric.comparisons.toSorted(by(({ variant }) => variant)),
    reading: {
      ...metric.reading,
      variants: metric.reading.variants.toSorted(
        by(
          ({ key }) => place(key),
          ({ key }) => key,
        ),
      ),
    },
  };
}

/** The same facts in one order, whatever order they came in. */
export function inOrder(facts: Facts): Facts {
  const { flag, exposures } = facts;
  const counts = Object.entries(exposures?.counts ?? {}).toSorted(by(([key]) => key));
  return {
    ...facts,
    flag: flag && { ...flag, split: flag.split.toSorted(by(({ key }) => key)) },
    excluded: facts.excluded.toSorted(),
    metrics: facts.metrics
      .map((metric) => sortedMetric(metric, facts.baseline))
      .sort(
        by(
          ({ role }) => role,
          ({ name }) => name,
          ({ uuid }) => uuid,
        ),
      ),
    exposures: exposures && {
      counts: Object.fromEntries(counts),
      daily: exposures.daily.toSorted(by(({ until }) => until)),
    },
    activity:
      facts.activity?.toSorted(
        by(
          ({ at }) => at,
          ({ activity }) => activity,
          (entry) => JSON.stringify(entry),
        ),
      ) ?? null,
    others: facts.others?.toSorted(by(({ id }) => id)) ?? null,
    missing: facts.missing.toSorted(),
  };
}
