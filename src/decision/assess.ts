import type { Finding, PlanProgress, Recommendation } from '../schema/assessment.js';
import type { ExposureReading, MetricReading } from '../schema/results.js';
import { evidenceComment } from './evidence-comment.js';
import { readCounts } from './exposures.js';
import { exposedPeople, type Facts, inOrder, isIdle, isOver } from './facts.js';
import { dayOf, shown, shownDays } from './finding.js';
import { findingsOf } from './findings.js';
import { settledOn } from './needs.js';
import { daysToSample, detectablePercent, exposedPerDay } from './rate.js';
import { runDays } from './run-log.js';
import { comparedSplit, type Split } from './run-split.js';
import { summaryOf } from './summary.js';
import { type Step, stepOf, verdictOf } from './verdict.js';

/** A decision with all that it rests on. */
export interface Assessment {
  recommendation: Recommendation;
  /** The variant to ship; null for every other recommendation. */
  variant_key: string | null;
  /** The variant that the others are compared with. */
  baseline: string;
  /** The step that settled it. */
  step: Step;
  summary: string;
  findings: Finding[];
  metrics: MetricReading[];
  exposures?: ExposureReading;
  plan: PlanProgress;
  evidence_comment: string;
}

/** The share of a variant among those compared, by the split that they entered by. */
function configured(split: Split, key: string): number {
  const whole = Object.values(split).reduce((sum, percent) => sum + percent, 0);
  return shown(((split[key] ?? 0) / whole) * 100);
}

function exposureReading(facts: Facts): { exposures?: ExposureReading } {
  const { exposures, flag, excluded } = facts;
  if (exposures === null || !flag) return {};
  const split = comparedSplit(facts);
  const { counts } = exposures;
  const reading = readCounts({ counts, split: flag.split, excluded, tested: split ?? {} });
  const variants = reading.variants.map(({ configured_percent: _, ...variant }) => ({
    ...variant,
    ...(split === null ? {} : { configured_percent: configured(split, variant.key) }),
  }));
  return {
    exposures: {
      ...reading,
      variants,
      ...(split === null ? { srm_untested: 'the split of the run is not in the log' } : {}),
    },
  };
}

function planProgress(facts: Facts): PlanProgress {
  const { plan, experiment } = facts;
  const exposed = exposedPeople(facts);
  const rate = isOver(facts) ? null : exposedPerDay(facts);
  const more = isOver(facts) || isIdle(facts) || experiment.start === null ? null : daysToSample(facts);
  const settled = settledOn(facts);
  const detectable = detectablePercent(facts, exposed);
  return {
    ...(plan.sampleSize === null ? {} : { sample_size: plan.sampleSize }),
    ...(exposed === null ? {} : { exposed }),
    ...(plan.effectPercent === null ? {} : { effect_percent: plan.effectPercent }),
    ...(plan.days === null ? {} : { days: plan.days }),
    days_run: shownDays(runDays(facts)),
    ...(rate === null ? {} : { exposed_per_day: shown(rate) }),
    ...(more && settled !== null ? { reached_on: dayOf(settled) } : {}),
    ...(detectable === null ? {} : { detectable_percent: shown(detectable) }),
    ...(plan.sampleSize === null ? {} : course(facts)),
  };
}

/** As many points as show how a run went: more would cost every answer more than they tell. */
const MAX_POINTS = 12;

/** How the number of people grew; nothing for a run of less than two days. */
function course({ exposures }: Facts): { course?: number[] } {
  const totals = exposures?.daily.map(({ total }) => total) ?? [];
  if (totals.length < 2) return {};
  const points = Math.min(MAX_POINTS, totals.length);
  const at = (point: number) => Math.round((point * (totals.length - 1)) / (points - 1));
  return { course: Array.from({ length: points }, (_, point) => totals[at(point)] ?? 0) };
}

/** The decision that the facts carry. Pure: the same facts, in any order, give the same answer. */
export function assess(unordered: Facts): Assessment {
  const facts = inOrder(unordered);
  const findings = findingsOf(facts);
  const verdict = verdictOf(facts, findings);
  return {
    recommendation: verdict.recommendation,
    variant_key: verdict.variant,
    baseline: facts.baseline,
    step: stepOf(verdict),
    summary: summaryOf(facts, findings, verdict),
    findings,
    metrics: facts.metrics.map(({ reading }) => reading),
    ...exposureReading(facts),
    plan: planProgress(facts),
    evidence_comment: evidenceComment(facts, findings, verdict),
  };
}
