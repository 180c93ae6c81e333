import { z } from 'zod';
import { invalid } from '../http/api-error.js';
import { isObject } from '../store/json.js';
import { exposureActionConfig, exposureEventConfig } from './metric-schema.js';
import { pydanticErrors } from './pydantic.js';
import { pyRepr, pyType } from './python.js';

const EXPOSURE_KEYS = ['activation_config', 'exposure_config', 'filterTestAccounts', 'multiple_variant_handling'];
const EXPOSURE_KINDS = ['ExperimentEventExposureConfig', 'ActionsNode'];
const EXPOSURE_HINT =
  "Expected either an event-based config like {'kind': 'ExperimentEventExposureConfig', 'event': '<event_name>', " +
  "'properties': []} or an action-based config like {'kind': 'ActionsNode', 'id': <action_id>}.";

/** Characters of a caller's value that an error repeats. */
const MAX_ECHO = 80;

function echo(value: unknown): string {
  const text = [...pyRepr(value)];
  return text.length > MAX_ECHO ? `${text.slice(0, MAX_ECHO).join('')}...(truncated)` : text.join('');
}

function validateExposureConfig(config: unknown, path: string): void {
  const attr = 'exposure_criteria';
  if (!isObject(config)) {
    throw invalid(`${path} must be an object, got ${pyType(config)}. ${EXPOSURE_HINT}`, attr);
  }
  const kind = Object.hasOwn(config, 'kind') ? config.kind : 'ExperimentEventExposureConfig';
  if (typeof kind !== 'string' || !EXPOSURE_KINDS.includes(kind)) {
    const kinds = pyRepr(EXPOSURE_KINDS);
    throw invalid(`${path}.kind must be one of ${kinds}, got ${echo(kind)}. ${EXPOSURE_HINT}`, attr);
  }
  const errors = pydanticErrors(kind === 'ActionsNode' ? exposureActionConfig : exposureEventConfig, config);
  if (errors.length > 0) {
    throw invalid(`Invalid ${path} (kind=${echo(kind)}): ${pyRepr(errors)}. ${EXPOSURE_HINT}`, attr);
  }
}

/** `exposure_criteria`: null, or an object of four known keys. Source: PostHog API docs. */
export function validateExposureCriteria(value: unknown): void {
  const attr = 'exposure_criteria';
  if (value === null || value === undefined) return;
  if (!isObject(value)) {
    const shape = "{'filterTestAccounts': <bool>, 'exposure_config': <object>}";
    throw invalid(`exposure_criteria must be an object, got ${pyType(value)}. Expected shape: ${shape}.`, attr);
  }
  const unknown = Object.keys(value).filter((key) => !EXPOSURE_KEYS.includes(key));
  if (unknown.length > 0) {
    const allowed = `Allowed keys: ${EXPOSURE_KEYS.join(', ')}.`;
    throw invalid(`exposure_criteria contains unknown key(s): ${unknown.sort().join(', ')}. ${allowed}`, attr);
  }
  const { filterTestAccounts, exposure_config } = value;
  if (filterTestAccounts !== undefined && typeof filterTestAccounts !== 'boolean') {
    const got = `${pyType(filterTestAccounts)}: ${echo(filterTestAccounts)}`;
    throw invalid(`exposure_criteria.filterTestAccounts must be a boolean, got ${got}.`, attr);
  }
  if (exposure_config !== undefined && exposure_config !== null) {
    validateExposureConfig(exposure_config, 'exposure_criteria.exposure_config');
  }
}

const METHODS = ['bayesian', 'frequentist'];

/**
 * `stats_config` is free JSON but for the method and the baseline; numbers out of range are not refused.
 * Source: PostHog API docs.
 */
export function validateStatsConfig(value: unknown, variantKeys: readonly string[]): void {
  if (value === null || value === undefined) return;
  if (!isObject(value)) {
    throw invalid(`Expected a dictionary of items but got type "${pyType(value)}".`, 'stats_config', 'not_a_dict');
  }
  const { method, baseline_variant_key: baseline } = value;
  if (method !== undefined && method !== null && !(typeof method === 'string' && METHODS.includes(method))) {
    const shown = typeof method === 'string' ? `'${method}'` : echo(method);
    throw invalid(`Invalid stats method: ${shown}. Must be one of: ${METHODS.join(', ')}`);
  }
  if (baseline === undefined || baseline === null || baseline === '') return;
  if (typeof baseline !== 'string' || !variantKeys.includes(baseline)) {
    const shown = typeof baseline === 'string' ? `'${baseline}'` : echo(baseline);
    throw invalid(`Invalid baseline_variant_key: ${shown}. Must be one of: ${[...variantKeys].sort().join(', ')}`);
  }
}

const RUNNING_TIME_NUMBERS = ['minimum_detectable_effect', 'recommended_running_time', 'recommended_sample_size'];

/** `running_time_calculation`: null, or numbers that the calculator stored. Source: PostHog API docs. */
export function validateRunningTime(value: unknown): void {
  const attr = 'running_time_calculation';
  if (value === null || value === undefined) return;
  if (!isObject(value)) throw invalid('running_time_calculation must be an object', attr);
  const unknown = Object.keys(value).filter(
    (key) => !RUNNING_TIME_NUMBERS.includes(key) && key !== 'exposure_estimate_config',
  );
  if (unknown.length > 0) {
    throw invalid(`running_time_calculation got unknown keys: ${pyRepr(unknown.sort())}`, attr);
  }
  for (const key of RUNNING_TIME_NUMBERS) {
    const number = value[key];
    if (number !== undefined && number !== null && typeof number !== 'number') {
      throw invalid(`${key} must be a number`, attr);
    }
  }
  const { exposure_estimate_config: estimate } = value;
  if (estimate !== undefined && estimate !== null && !isObject(estimate)) {
    throw invalid('exposure_estimate_config must be an object', attr);
  }
}

const strings = z.array(z.string());

/**
 * Variants left out of the analysis: never the baseline, never all others. `baseline` is the key that results compare
 * with. Returns the list, null for null. Source: PostHog API docs.
 */
export function validateExcludedVariants(
  value: unknown,
  variantKeys: readonly string[],
  baseline: string,
): string[] | null {
  if (value === null || value === undefined) return null;
  const list = strings.safeParse(value);
  if (!list.success) throw invalid('excluded_variants must be a list of strings', 'excluded_variants');
  const excluded = new Set(list.data);
  if (excluded.size === 0) return list.data;
  const holdouts = [...excluded].filter((key) => key.startsWith('holdout-')).sort();
  if (holdouts.length > 0) throw invalid(`cannot exclude holdout pseudo-variants: ${pyRepr(holdouts)}`);
  if (excluded.has(baseline)) throw invalid(`baseline variant cannot be excluded ('${baseline}')`);
  const unknown = [...excluded].filter((key) => !variantKeys.includes(key)).sort();
  if (unknown.length > 0) throw invalid(`unknown variants for this experiment: ${pyRepr(unknown)}`);
  if (variantKeys.every((key) => key === baseline || excluded.has(key))) {
    throw invalid('at least one test variant must remain in analysis');
  }
  return list.data;
}
