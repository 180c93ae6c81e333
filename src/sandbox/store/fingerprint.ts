import { createHash } from 'node:crypto';
import { canonicalJson, isObject } from './json.js';
import type { ExperimentRow, JsonObject } from './model.js';

/** An empty list of breakdowns is no breakdown; whatever else the filter says stays. */
function withoutEmptyBreakdowns({ breakdownFilter: filter, ...rest }: JsonObject): JsonObject {
  if (filter === undefined || filter === null) return rest;
  if (!isObject(filter)) return { ...rest, breakdownFilter: filter };
  const { breakdowns, ...others } = filter;
  if (Array.isArray(breakdowns) && breakdowns.length > 0) return { ...rest, breakdownFilter: filter };
  return Object.keys(others).length > 0 ? { ...rest, breakdownFilter: others } : rest;
}

/** JSON as Python writes it by default: everything beyond ASCII is escaped. */
function asciiJson(value: unknown): string {
  const escaped = (unit: string) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`;
  return canonicalJson(value).replaceAll(/[\u007f-\uffff]/g, escaped);
}

/**
 * SHA-256 hex of what a stored result depends on: the metric without its names, the start, the method, the exposure
 * criteria and the exclusions. Results are found again by it, so it changes on launch and on those edits. Source:
 * PostHog behaviour.
 */
export function metricFingerprint(metric: JsonObject, row: ExperimentRow): string {
  const { uuid: _u, name: _n, kind: _k, fingerprint: _f, only_count_matured_users: _m, ...rest } = metric;
  const excluded = row.excluded_variants ?? [];
  const source = {
    metric: withoutEmptyBreakdowns(rest),
    start_date: row.start_date?.replace(/Z$/, '+00:00') ?? null,
    stats_method: row.stats_config?.method ?? 'bayesian',
    ...(row.exposure_criteria && Object.keys(row.exposure_criteria).length > 0
      ? { exposure_criteria: row.exposure_criteria }
      : {}),
    ...(row.only_count_matured_users ? { only_count_matured_users: true } : {}),
    ...(excluded.length > 0 ? { excluded_variants: [...new Set(excluded)].sort() } : {}),
  };
  return createHash('sha256').update(asciiJson(source)).digest('hex');
}
