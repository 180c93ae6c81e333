import { quoted } from '../schema/quote.js';
import { MIN_CONVERSIONS } from '../stats/validity.js';
import { type Facts, isLaunched, isUnread, type MeasuredMetric } from './facts.js';
import { type Rule, shown } from './finding.js';
import { howToCalculate, STALE_HOURS } from './results.js';
import { isYoung } from './rules-exposure.js';
import { type ThinArm, thinArms } from './thin.js';
import { MIN_CONTRIBUTORS } from './thresholds.js';

const names = (metrics: readonly MeasuredMetric[]) => metrics.map(({ name }) => quoted(name)).join(', ');

/** Whether any calculation is there to judge by. */
function hasResults(facts: Facts): boolean {
  return facts.metrics.some(({ state }) => state === 'measured' || state === 'failed');
}

export const noMetrics: Rule = ({ metrics }) =>
  metrics.some(({ role }) => role === 'primary')
    ? []
    : [
        {
          code: 'no_metrics',
          severity: 'blocker',
          title: 'It has no primary metric, so nothing says what better means.',
          evidence: { primary_metrics: 0, secondary_metrics: metrics.length },
          advice: 'Add one with experiment-update; it also counts what happened before.',
        },
      ];

export const legacyMetrics: Rule = ({ metrics }) => {
  const legacy = metrics.filter(({ state }) => state === 'legacy');
  if (legacy.length === 0) return [];
  return [
    {
      code: 'legacy_metrics',
      severity: 'blocker',
      title: `${names(legacy)}: in a format that today’s statistics do not read.`,
      evidence: { legacy_metrics: legacy.length, metrics: metrics.length },
      advice: 'experiment-migrate makes a copy with metrics of the present format.',
    },
  ];
};

export const duplicateMetrics: Rule = ({ sameMetrics: groups = [] }) =>
  groups.length === 0
    ? []
    : [
        {
          code: 'duplicate_metrics',
          severity: 'info',
          title: `One definition under several names: ${groups.map((named) => named.map(quoted).join(' and ')).join('; ')}.`,
          evidence: { metrics: groups.flat() },
          advice: 'They make each other harder to call significant; remove one with experiment-update.',
        },
      ];

function absence({ freshness, missing }: Facts): string {
  if (isUnread(missing)) return 'The results could not be read.';
  return freshness.source === 'none'
    ? 'No results are stored.'
    : 'The stored results do not cover its metrics, as after an edit.';
}

/** In its first day no calculation could change the answer, which is to wait. */
export const noResults: Rule = (facts) =>
  isLaunched(facts) && !isYoung(facts) && facts.metrics.some(({ state }) => state !== 'legacy') && !hasResults(facts)
    ? [
        {
          code: 'no_results',
          severity: 'blocker',
          title: absence(facts),
          evidence: { metrics_with_results: 0, metrics: facts.metrics.length },
          advice: `Calculate them ${howToCalculate(facts.readOnly)}, then assess again.`,
        },
      ]
    : [];

export const metricFailed: Rule = (facts) => {
  const failed = facts.metrics.filter(({ state }) => state === 'failed' || state === 'absent');
  if (failed.length === 0 || !hasResults(facts)) return [];
  const primary = facts.metrics.filter(({ role }) => role === 'primary');
  const all = primary.length > 0 && primary.every((metric) => failed.includes(metric));
  return [
    {
      code: 'metric_failed',
      severity: all ? 'blocker' : 'info',
      title: `Without a result: ${failed.map(({ name, problem }) => `${quoted(name)} (${problem ?? 'unknown'})`).join(', ')}.`,
      evidence: { failed: failed.length, metrics: facts.metrics.length },
      advice: `Calculate again ${howToCalculate(facts.readOnly)}; if it fails again, check the metric’s definition.`,
    },
  ];
};

const THIN_TITLES = {
  conversions: `Fewer than ${MIN_CONVERSIONS} conversions`,
  contributors: `A few large values decide the total, which amounts to fewer than ${MIN_CONTRIBUTORS} equal ones`,
};

export const notEnoughMetricData: Rule = (facts) => {
  const thin = thinArms(facts);
  if (thin.length === 0) return [];
  const parts = (['conversions', 'contributors'] as const).flatMap((unit) => {
    const metrics = new Set(thin.filter((one) => one.unit === unit).map(({ metric }) => metric));
    return metrics.size > 0 ? [`${THIN_TITLES[unit]}: ${names([...metrics])}.`] : [];
  });
  const counts = (wanted: ThinArm['unit']) =>
    thin
      .filter(({ unit }) => unit === wanted)
      .map(({ metric, arm, has }) => `${quoted(metric.name)} ${arm.key} ${Math.floor(has * 10) / 10}`);
  const [conversions, contributors] = [counts('conversions'), counts('contributors')];
  return [
    {
      code: 'not_enough_metric_data',
      severity: 'warning',
      title: parts.join(' '),
      evidence: {
        ...(conversions.length > 0 ? { conversions, needed_each: MIN_CONVERSIONS } : {}),
        ...(contributors.length > 0 ? { equal_values: contributors, needed_equal_values: MIN_CONTRIBUTORS } : {}),
      },
      advice:
        contributors.length > 0
          ? 'Wait for more people; a metric with a cap on large values, or one that counts buyers, settles sooner.'
          : 'Wait for more, or measure something that happens more often.',
    },
  ];
};

function ageOf({ age_hours }: Facts['freshness']): { age_hours: number } | Record<string, never> {
  return age_hours === undefined ? {} : { age_hours: shown(age_hours) };
}

export const staleResults: Rule = ({ freshness, readOnly }) =>
  freshness.stale && freshness.source !== 'none'
    ? [
        {
          code: 'stale_results',
          severity: 'info',
          title:
            freshness.age_hours === undefined
              ? 'How old the results are is not known.'
              : `The results are older than ${STALE_HOURS} hours.`,
          evidence: { limit_hours: STALE_HOURS, ...ageOf(freshness) },
          advice: `Calculate them anew ${howToCalculate(readOnly)} before deciding.`,
        },
      ]
    : [];

export const fallbackResults: Rule = ({ freshness, readOnly }) =>
  freshness.source === 'daily_fallback'
    ? [
        {
          code: 'fallback_results',
          severity: 'info',
          title: 'The numbers are of the daily job, not of a full calculation.',
          evidence: ageOf(freshness),
          advice: `Calculate them ${howToCalculate(readOnly)} before deciding.`,
        },
      ]
    : [];

export const DATA_RULES: readonly Rule[] = [
  noMetrics,
  legacyMetrics,
  duplicateMetrics,
  noResults,
  metricFailed,
  notEnoughMetricData,
  staleResults,
  fallbackResults,
];
