import { multipleVariantBias } from '../../stats/bias-risk.js';
import { testSplit } from '../../stats/srm.js';
import { invalid } from '../http/api-error.js';
import { MULTIPLE } from '../measured/exposed.js';
import { originalKey } from '../rows/flag-key.js';
import { exposedBy, exposureRules, isMeasured } from '../rows/measuring.js';
import { isObject } from '../store/json.js';
import type { ExperimentRow, JsonObject } from '../store/model.js';
import { flagOf, type Store } from '../store/store.js';
import { datetime } from '../validation/datetime.js';
import { nullable } from '../validation/drf.js';
import { type Day, daysOf, type Run, runOf, shareAt } from './run.js';

interface SplitVariant {
  key: string;
  rollout: number;
}

/** What the request says about the flag; the caller echoes it from the experiment. */
function flagIn(query: JsonObject): { key: string; variants: SplitVariant[] } {
  const { feature_flag: flag } = query;
  const key = isObject(flag) ? flag.key : undefined;
  if (!isObject(flag) || typeof key !== 'string' || key === '') throw invalid('feature_flag key is required');
  const filters = isObject(flag.filters) ? flag.filters : {};
  const listed = isObject(filters.multivariate) ? filters.multivariate.variants : [];
  const variants: unknown[] = Array.isArray(listed) ? listed : [];
  return {
    key,
    variants: variants.filter(isObject).map((variant) => ({
      key: String(variant.key),
      rollout: typeof variant.rollout_percentage === 'number' ? Math.max(0, variant.rollout_percentage) : 0,
    })),
  };
}

/** People seen in several variants are left out and counted apart, or belong to the first one they saw. */
function handlingIn({ exposure_criteria: criteria }: JsonObject): 'exclude' | 'first_seen' {
  return isObject(criteria) && criteria.multiple_variant_handling === 'first_seen' ? 'first_seen' : 'exclude';
}

interface Window {
  from: number;
  to: number;
  days: Day[];
}

/** The days asked for; none for a draft, which has no start to echo. */
function windowIn(query: JsonObject, now: number): Window | null {
  const at = (key: string) => nullable(datetime)(query[key] ?? null, key);
  const [start, end] = [at('start_date'), at('end_date')];
  if (start === null) return null;
  const [from, to] = [Date.parse(start), end === null ? now : Date.parse(end)];
  return { from, to, days: daysOf(from, to) };
}

/** Counts up to the end of each day, of all that the run exposed. */
function cumulative(total: number, window: Window, run: Run): number[] {
  const before = shareAt(run, window.from - 1);
  return window.days.map(({ end }) => {
    return Math.max(0, Math.floor(total * shareAt(run, Math.min(end, window.to))) - Math.floor(total * before));
  });
}

interface Exposed {
  variant: string;
  days: string[];
  exposure_counts: number[];
}

/** People by the day of their first exposure, added up from day to day. */
function countedSeries(query: JsonObject, window: Window, row: ExperimentRow, store: Store): Exposed[] {
  const { key, variants } = flagIn(query);
  const excluded = row.excluded_variants ?? [];
  const keys = variants.map((variant) => variant.key).filter((name) => !excluded.includes(name));
  const rules = {
    ...exposureRules(row, flagOf(row, store), store),
    ...{ flagKey: key, variants: keys, start: window.from, end: window.to },
    criteria: isObject(query.exposure_criteria) ? query.exposure_criteria : null,
  };
  const exposed = [...exposedBy(rules, row, store).values()];
  const shown = exposed.some(({ variant }) => variant === MULTIPLE) ? [...keys, MULTIPLE] : keys;
  return shown.map((variant) => {
    const firsts = exposed.flatMap((one) => (one.variant === variant ? [one.times[0] ?? Number.NaN] : []));
    const exposure_counts = window.days.map(({ end }) => firsts.filter((time) => time <= end).length);
    return { variant, days: window.days.map(({ date }) => date), exposure_counts };
  });
}

function seriesOf(query: JsonObject, row: ExperimentRow, store: Store): Exposed[] {
  const now = store.now().getTime();
  const window = windowIn(query, now);
  if (!window || window.days.length === 0) return [];
  if (isMeasured(row)) return countedSeries(query, window, row, store);
  const asked = flagIn(query);
  const run = runOf(row, now);
  const known = asked.key === originalKey(flagOf(row, store)) ? row.data.exposures : {};
  const totalOf = (key: string) => (run && Object.hasOwn(known, key) ? (known[key] ?? 0) : 0);
  const excluded = row.excluded_variants ?? [];
  const keys = asked.variants.map(({ key }) => key).filter((key) => !excluded.includes(key));
  const severalShown = totalOf(MULTIPLE) > 0 && handlingIn(query) === 'exclude';
  return [...keys, ...(severalShown ? [MULTIPLE] : [])].map((variant) => ({
    variant,
    days: window.days.map(({ date }) => date),
    exposure_counts: run ? cumulative(totalOf(variant), window, run) : window.days.map(() => 0),
  }));
}

function sampleRatio(variants: readonly SplitVariant[], totals: Record<string, number>): JsonObject | null {
  const split = Object.fromEntries(variants.map(({ key, rollout }) => [key, rollout]));
  const test = testSplit(totals, split);
  return test && { expected: test.expected, p_value: test.pValue };
}

function biasRisk(query: JsonObject, totals: Record<string, number>): JsonObject | null {
  if (query.end_date !== undefined && query.end_date !== null) return null;
  const { variants } = flagIn(query);
  const share = multipleVariantBias(
    variants.map(({ rollout }) => rollout),
    handlingIn(query),
    totals,
  );
  return share === null ? null : { multiple_variant_percentage: share };
}

/**
 * The answer to an `ExperimentExposureQuery`: people by variant, cumulative by day. Flag, dates and criteria are the
 * request's; a flag that is not the experiment's exposed nobody. Throws 400. Source: PostHog API docs.
 */
export function computeExposures(query: JsonObject, row: ExperimentRow, store: Store): JsonObject {
  const { variants } = flagIn(query);
  const timeseries = seriesOf(query, row, store);
  const totals = Object.fromEntries(timeseries.map((series) => [series.variant, series.exposure_counts.at(-1) ?? 0]));
  const excluded = row.excluded_variants ?? [];
  const included = variants.filter(({ key }) => !excluded.includes(key));
  return {
    kind: 'ExperimentExposureQuery',
    timeseries,
    total_exposures: totals,
    date_range: { date_from: query.start_date ?? null, date_to: query.end_date ?? null, explicitDate: true },
    sample_ratio_mismatch: sampleRatio(included, totals),
    bias_risk: biasRisk(query, totals),
    warnings: null,
  };
}
