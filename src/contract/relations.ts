import type { z } from 'zod';
import { canonical } from '../schema/canonical.js';
import type { Difference } from './differences.js';
import type { SHAPES } from './shapes.js';

/** What belongs together must say the same in each answer. Called with answers that have the expected shape. */

type Row = z.output<typeof SHAPES.list>['results'][number];
type Detail = z.output<typeof SHAPES.detail>;
type Flag = z.output<typeof SHAPES.flag>;
type Results = z.output<typeof SHAPES.results>;
type Exposures = z.output<typeof SHAPES.exposures>;

const differs = (path: string, other: string): Difference => ({ path, problem: `is not as in ${other}` });

const SAME_IN_DETAIL = [
  ...['id', 'name', 'status', 'start_date', 'end_date', 'feature_flag_key', 'archived', 'conclusion'],
  ...['created_at', 'tags'],
];

export function rowAgainstDetail(row: Row, detail: Detail): Difference[] {
  const fields: Record<string, unknown> = { ...row };
  const whole: Record<string, unknown> = { ...detail };
  return SAME_IN_DETAIL.filter((name) => canonical(fields[name]) !== canonical(whole[name])).map((name) =>
    differs(name, 'the list of experiments'),
  );
}

export function detailAlone({ feature_flag: flag, feature_flag_key: key, ...detail }: Detail): Difference[] {
  const { status, start_date, end_date } = detail;
  const derived = !start_date ? ['draft'] : end_date ? ['stopped'] : ['running', 'paused', 'exposure_frozen'];
  return [
    // The key of a deleted flag is made free for others.
    ...(flag.deleted || flag.key === key ? [] : [differs('feature_flag.key', 'feature_flag_key')]),
    ...(derived.includes(status) ? [] : [{ path: 'status', problem: 'does not follow from start_date and end_date' }]),
  ];
}

export function flagAgainstDetail(flag: Flag, detail: Detail): Difference[] {
  const embedded: Record<string, unknown> = { ...detail.feature_flag };
  const own: Record<string, unknown> = { ...flag };
  const same = ['id', 'key', 'active', 'filters', 'version'];
  return [
    ...same
      .filter((name) => canonical(embedded[name]) !== canonical(own[name]))
      .map((name) => differs(name, 'feature_flag of the experiment')),
    ...(flag.experiment_set.includes(detail.id)
      ? []
      : [{ path: 'experiment_set', problem: 'lacks the experiment that is on the flag' }]),
  ];
}

/** What the filter asks for, against the rows that came. */
export function filtered(rows: readonly Row[], filter: string, keeps: (row: Row) => boolean): Difference[] {
  return rows.every(keeps) ? [] : [{ path: 'results[]', problem: `has rows that ${filter} leaves out` }];
}

const MULTIPLE = '$multiple';

function variantsOf({ feature_flag: { filters } }: Detail): Set<string> {
  return new Set((filters.multivariate?.variants ?? []).map(({ key }) => key));
}

const rowsOf = (results: Results) =>
  (results.results ?? []).flatMap(({ result }) => [
    ...(result?.baseline ? [result.baseline] : []),
    ...(result?.variant_results ?? []),
  ]);

export function resultsAgainstDetail(results: Results, detail: Detail): Difference[] {
  const variants = variantsOf(detail);
  const shared = detail.saved_metrics.map(({ query }) => query);
  const metrics = new Set([...detail.metrics, ...detail.metrics_secondary, ...shared].map(({ uuid }) => uuid));
  const isKnown = (uuid: string) => metrics.has(uuid);
  return [
    ...(rowsOf(results).every(({ key }) => variants.has(key))
      ? []
      : [differs('results[].result.variant_results[].key', 'the variants of the flag')]),
    // Metrics that were changed since have other ids.
    ...((results.results ?? []).length === 0 || (results.results ?? []).some(({ metric_uuid }) => isKnown(metric_uuid))
      ? []
      : [differs('results[].metric_uuid', 'the metrics of the experiment')]),
  ];
}

/** Exposures are counted now and results were before, so there are at least as many. Saved people may have been merged since. */
const MERGED = 1.02;

export function resultsAgainstExposures(results: Results, { total_exposures: exposed }: Exposures): Difference[] {
  const tooMany = rowsOf(results).some(
    ({ key, number_of_samples: samples }) => samples > (exposed[key] ?? 0) * MERGED + 10,
  );
  return tooMany
    ? [{ path: 'results[].result.variant_results[].number_of_samples', problem: 'is more than were exposed' }]
    : [];
}

export function exposuresAgainstDetail({ total_exposures: exposed }: Exposures, detail: Detail): Difference[] {
  const known = variantsOf(detail);
  const others = Object.keys(exposed).filter((key) => key !== MULTIPLE && !known.has(key));
  return others.length === 0 || detail.holdout !== null
    ? []
    : [differs('total_exposures.*', 'the variants of the flag')];
}
