import { createHash } from 'node:crypto';
import { canonicalJson, isObject } from './json.js';
import type { ExperimentRow, JsonObject } from './model.js';

function hasBreakdowns(metric: JsonObject): boolean {
  const filter = metric.breakdownFilter;
  return isObject(filter) && Array.isArray(filter.breakdowns) && filter.breakdowns.length > 0;
}

/**
 * SHA-256 hex of what a stored result depends on: the metric without its names, the start, the method, the exposure
 * criteria and the exclusions. Results are found again by it, so it changes on launch and on those edits. Source:
 * PostHog behaviour.
 */
export function metricFingerprint(metric: JsonObject, row: ExperimentRow): string {
  const { uuid: _u, name: _n, kind: _k, fingerprint: _f, only_count_matured_users: _m, ...rest } = metric;
  const { breakdownFilter, ...bare } = rest;
  const excluded = row.excluded_variants ?? [];
  const source = {
    ...bare,
    ...(hasBreakdowns(metric) ? { breakdownFilter } : {}),
    start_date: row.start_date === null ? null : new Date(row.start_date).toISOString(),
    stats_method: row.stats_config?.method ?? 'bayesian',
    ...(row.exposure_criteria && Object.keys(row.exposure_criteria).length > 0
      ? { exposure_criteria: row.exposure_criteria }
      : {}),
    ...(row.only_count_matured_users ? { only_count_matured_users: true } : {}),
    ...(excluded.length > 0 ? { excluded_variants: [...excluded].sort() } : {}),
  };
  return createHash('sha256').update(canonicalJson(source)).digest('hex');
}
