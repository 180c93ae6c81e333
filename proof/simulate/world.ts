import { type ActivityFact, type Facts, MS_PER_DAY } from '../../src/decision/facts.js';
import { measure } from '../../src/decision/measure.js';
import type { ScenarioInput } from '../../src/sandbox/scenario/schema.js';
import type { MetricResult, VariantRow } from '../../src/schema/results.js';
import { compareVariants, type MetricRow } from '../../src/stats/compare.js';
import { sampleSize } from '../../src/stats/power.js';
import type { StatsSettings } from '../../src/stats/settings.js';
import { added, type Kind } from './metrics.js';
import type { Random } from './random.js';

export interface SimulatedMetric {
  name: string;
  role: 'primary' | 'secondary';
  kind: Kind;
  /** True lift of each test variant, by its place. */
  lifts: readonly number[];
}

/** A simulated person's value is there from the first look on, so no window may go on after it. */
const RETURNS_AT_ONCE = {
  ...{ kind: 'ExperimentMetric', metric_type: 'retention', start_handling: 'first_seen' },
  start_event: { kind: 'ExperimentExposureNode' },
  completion_event: { kind: 'EventsNode', event: '$pageview' },
  ...{ retention_window_start: 0, retention_window_end: 0, retention_window_unit: 'hour' },
};

/** Each conversion has an event of its own, as no two metrics of a sound experiment are the same. */
function conversionOf(place: number) {
  return {
    ...{ kind: 'ExperimentMetric', metric_type: 'funnel', funnel_order_type: 'ordered' },
    series: [{ kind: 'EventsNode', event: `goal_${place}_reached` }],
  };
}

/** An experiment whose truth is known. */
export interface World {
  metrics: readonly SimulatedMetric[];
  /** Per cent of each arm, the baseline first. */
  split: readonly number[];
  /** Smallest effect that matters, per cent, that the plan is for; and the days that the plan takes. */
  effectPercent: number;
  days: number;
  /** Whether the experiment stores its plan. */
  isPlanned: boolean;
  /** People a day as a share of what the plan takes. */
  traffic: number;
  stats: StatsSettings;
  /** Whether people come and convert less on weekends. */
  weekly: boolean;
  /** Days in which a lift falls to a third; 0 where it stays. */
  fadesIn: number;
  /** What breaks the comparison, applied to the facts of a look. */
  damage?: (facts: Facts, random: Random) => Facts;
}

const FREQUENTIST: StatsSettings = {
  method: 'frequentist',
  differenceType: 'RELATIVE',
  cuped: false,
  alpha: 0.05,
  sequentialTuningParameter: null,
};

export const SOUND: Omit<World, 'metrics'> = {
  split: [50, 50],
  effectPercent: 10,
  days: 14,
  isPlanned: true,
  traffic: 1,
  stats: FREQUENTIST,
  weekly: false,
  fadesIn: 0,
};

const START = Date.parse('2026-01-05T00:00:00Z');
/** Traffic and conversion by day of the week, from Monday, around a mean of 1. */
const WEEK = [1.1, 1.15, 1.15, 1.1, 1.05, 0.7, 0.75] as const;

/** What PostHog's calculator asks for, for the first metric, with the smallest arm as large as in an even split. */
export function plannedPeople({ metrics, split, effectPercent }: World): number {
  const [first] = metrics;
  if (!first) throw new Error('a world needs a metric');
  const { mean: baseline, variance } = first.kind;
  const even = sampleSize({ baseline, variance, variants: split.length }, effectPercent) ?? Number.NaN;
  const whole = split.reduce((sum, share) => sum + share, 0);
  const [control = 0] = split;
  // Of the worst pair; 2 / arms for an even split.
  const pairs = split.slice(1).map((share) => whole / share + whole / control);
  return Math.ceil((even * Math.max(...pairs)) / (2 * split.length));
}

type ScenarioExperiment = NonNullable<ScenarioInput['experiments']>[number];

function configOf(stats: StatsSettings): Record<string, unknown> {
  if (stats.method === 'bayesian') return { method: 'bayesian', bayesian: { ci_level: stats.ciLevel } };
  const tuning = stats.sequentialTuningParameter;
  const sequential = {
    sequential_testing_enabled: tuning !== null,
    ...(tuning === null ? {} : { sequential_tuning_parameter: tuning }),
  };
  return { method: 'frequentist', frequentist: { alpha: stats.alpha, ...sequential } };
}

interface Arm {
  key: string;
  exposed: number;
  rows: MetricRow[];
}

const NOTHING: MetricRow = { number_of_samples: 0, sum: 0 };

/** An experiment as it grows, day by day. */
export class Run {
  readonly #world: World;
  readonly #random: Random;
  readonly #planned: number;
  readonly #arms: Arm[];
  readonly #daily: { until: number; total: number }[] = [];
  #day = 0;

  constructor(world: World, random: Random) {
    this.#world = world;
    this.#random = random;
    this.#planned = plannedPeople(world);
    const keys = [
      'control',
      ...world.split.slice(1).map((_, at) => (world.split.length === 2 ? 'test' : `test-${at + 1}`)),
    ];
    this.#arms = keys.map((key) => ({ key, exposed: 0, rows: world.metrics.map(() => NOTHING) }));
  }

  /** Lets time pass up to the end of a day. Days that differ in nothing are drawn at once. */
  to(day: number): void {
    const { weekly, fadesIn } = this.#world;
    while (this.#day < day) this.#pass(weekly || fadesIn > 0 ? 1 : day - this.#day);
  }

  #pass(days: number): void {
    const { split, metrics, traffic, days: planDays, weekly, fadesIn } = this.#world;
    const factor = weekly ? (WEEK[this.#day % WEEK.length] ?? 1) : 1;
    const expected = (this.#planned / planDays) * traffic * factor * days;
    const came = Math.max(0, Math.round(expected + Math.sqrt(expected) * this.#random.normal()));
    const shown = fadesIn > 0 ? Math.exp(-this.#day / fadesIn) : 1;
    let [people, left] = [came, split.reduce((sum, share) => sum + share, 0)];
    for (const [place, arm] of this.#arms.entries()) {
      const share = split[place] ?? 0;
      const n = this.#random.binomial(people, Math.min(1, share / left));
      [people, left] = [people - n, left - share];
      arm.exposed += n;
      arm.rows = arm.rows.map((row, at) => {
        const metric = metrics[at];
        if (!metric) return row;
        const lift = place === 0 ? 0 : (metric.lifts[place - 1] ?? 0) * shown;
        return added(row, metric.kind.draw(this.#random, n, factor * (1 + lift) - 1));
      });
    }
    const [before, at] = [this.#daily.at(-1)?.total ?? 0, this.#day];
    for (let passed = 1; passed <= days; passed++) {
      this.#daily.push({
        until: START + (at + passed) * MS_PER_DAY - 1,
        total: Math.round(before + (came * passed) / days),
      });
    }
    this.#day += days;
  }

  /** Lets time pass until the plan is carried out: its days and its people. */
  toPlan(): void {
    this.to(this.#world.days);
    while ((this.#daily.at(-1)?.total ?? 0) < this.#planned) this.to(this.#day + 1);
  }

  /** What an assessment would know at the end of the day. */
  facts(): Facts {
    const world = this.#world;
    const now = START + this.#day * MS_PER_DAY;
    const facts: Facts = {
      now,
      readOnly: false,
      experiment: { id: 1, name: 'Simulated', status: 'running', start: START, end: null, conclusion: null },
      flag: {
        key: 'simulated',
        active: true,
        split: this.#arms.map(({ key }, at) => ({ key, percent: world.split[at] ?? 0 })),
      },
      baseline: 'control',
      excluded: [],
      plan: world.isPlanned
        ? { effectPercent: world.effectPercent, sampleSize: this.#planned, days: world.days }
        : { effectPercent: null, sampleSize: null, days: null },
      stats: world.stats,
      exposureSettings: { filtersTestAccounts: true, handling: 'exclude', customEvent: null },
      metrics: world.metrics.map((metric, at) => this.#measured(metric, at)),
      exposures: {
        counts: Object.fromEntries(this.#arms.map(({ key, exposed }) => [key, exposed])),
        daily: [...this.#daily],
      },
      freshness: { source: 'calculation', age_hours: 1, stale: false },
      activity: [] as readonly ActivityFact[],
      others: [],
      missing: [],
    };
    return world.damage?.(facts, this.#random) ?? facts;
  }

  /** The same as a scenario of the sandbox describes it. */
  scenario(name: string): ScenarioExperiment {
    const { metrics, isPlanned, effectPercent, days, split, stats } = this.#world;
    return {
      name,
      feature_flag_key: name,
      started_days_ago: this.#day,
      variants: this.#arms.map(({ key }, at) => ({ key, split_percent: split[at] ?? 0 })),
      exposures: Object.fromEntries(this.#arms.map(({ key, exposed }) => [key, exposed])),
      stats_config: configOf(stats),
      running_time_calculation: isPlanned
        ? {
            minimum_detectable_effect: effectPercent,
            recommended_sample_size: this.#planned,
            recommended_running_time: days,
          }
        : {},
      metrics: metrics.map((metric, at) => ({
        name: metric.name,
        role: metric.role,
        metric_type: metric.kind.type,
        ...(metric.kind.type === 'retention' ? { query: RETURNS_AT_ONCE } : {}),
        ...(metric.kind.type === 'funnel' ? { query: conversionOf(at) } : {}),
        data: Object.fromEntries(this.#arms.map(({ key, rows }) => [key, rows[at] ?? NOTHING])),
      })),
      results_age_hours: 0,
    };
  }

  #measured({ name, role, kind }: SimulatedMetric, at: number): Facts['metrics'][number] {
    const { stats: settings } = this.#world;
    const rows = this.#arms.map(({ key, rows }) => ({ key, ...(rows[at] ?? NOTHING) }));
    const [baseline, ...others] = rows;
    if (!baseline) throw new Error('a world needs arms');
    const compared = (variant: MetricRow & { key: string }): VariantRow => ({
      ...variant,
      ...compareVariants({ metricType: kind.type, baseline, variant, settings }),
    });
    const result: MetricResult = { baseline, variant_results: others.map(compared) };
    const run = {
      ...{ id: 'simulated', status: 'completed', result_source: 'recalculation' },
      results: [{ metric_uuid: name, status: 'completed', result }],
    };
    const facts = { uuid: name, name, role, metric_type: kind.type, goal: 'increase' };
    return measure(facts, run, { settings, breakdowns: false });
  }
}
