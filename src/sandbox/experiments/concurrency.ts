import { ApiError } from '../http/api-error.js';
import type { Target } from '../rows/lookup.js';
import { fullExperiment } from '../rows/serialize.js';
import { canonicalJson, isObject } from '../store/json.js';
import type { JsonObject } from '../store/model.js';
import type { Store } from '../store/store.js';

const METRIC_FIELDS = ['metrics', 'metrics_secondary'] as const;
/** Options of the request; they are not values that two callers could disagree about. */
const REQUEST_OPTIONS = ['version', 'original_experiment', 'allow_unknown_events', 'update_feature_flag_params'];

function conflict(version: number, collisions: JsonObject): ApiError {
  const detail = 'This experiment changed since you loaded it. Review the latest changes and try again.';
  return new ApiError(409, { detail, current_version: version, ...collisions });
}

/** Fingerprints are computed, so a difference in them is no edit. */
function comparable(value: unknown): string {
  if (!isObject(value)) return canonicalJson(value);
  const { fingerprint: _computed, ...rest } = value;
  return canonicalJson(rest);
}

function byUuid(value: unknown): Map<string, JsonObject> {
  const metrics = (Array.isArray(value) ? value : []).filter(isObject);
  return new Map(metrics.map((metric) => [String(metric.uuid ?? ''), metric]));
}

/** The links of an answer as a request names them: an answer has no value under the name that requests use. */
function linksIn({ saved_metrics: links }: JsonObject): JsonObject[] {
  const rows = (Array.isArray(links) ? links : []).filter(isObject);
  return rows.map(({ saved_metric: id, metadata }) => ({ id, metadata }));
}

/** Links by the saved metric's id. */
function bySavedMetric(value: unknown): Map<string, JsonObject> {
  const links = (Array.isArray(value) ? value : []).filter(isObject);
  return new Map(links.map((link) => [String(link.id), link]));
}

interface Sides<T> {
  base: T;
  theirs: T;
  ours: T;
}

type Merge<T> = { value: T } | 'collision';

/** Whoever left the base alone gives way to the other; both at once only where they agree. */
function mergeValue<T>({ base, theirs, ours }: Sides<T>): Merge<T> {
  const [was, now, sent] = [comparable(base), comparable(theirs), comparable(ours)];
  if (sent === was || sent === now) return { value: theirs };
  return now === was ? { value: ours } : 'collision';
}

/** One metric list, merged per uuid: their order first, then what we added. New metrics without a uuid are all kept. */
function mergeMetrics(sides: Sides<unknown>, collisions: string[]): JsonObject[] {
  const [base, theirs, ours] = [byUuid(sides.base), byUuid(sides.theirs), byUuid(sides.ours)];
  const fresh = (Array.isArray(sides.ours) ? sides.ours : []).filter(isObject).filter((metric) => !metric.uuid);
  const merged: JsonObject[] = [];
  for (const uuid of new Set([...theirs.keys(), ...ours.keys()])) {
    if (uuid === '') continue;
    const result = mergeValue({ base: base.get(uuid), theirs: theirs.get(uuid), ours: ours.get(uuid) });
    if (result === 'collision') collisions.push(uuid);
    else if (result.value) merged.push(result.value);
  }
  return [...merged, ...fresh];
}

/** The links to saved metrics, merged like metrics. */
function mergeLinks(sides: Sides<unknown>, collisions: string[]): JsonObject[] {
  const [base, theirs, ours] = [bySavedMetric(sides.base), bySavedMetric(sides.theirs), bySavedMetric(sides.ours)];
  const merged: JsonObject[] = [];
  for (const id of new Set([...theirs.keys(), ...ours.keys()])) {
    const result = mergeValue({ base: base.get(id), theirs: theirs.get(id), ours: ours.get(id) });
    if (result === 'collision') collisions.push(`saved_metric:${id}`);
    else if (result.value) merged.push(result.value);
  }
  return merged;
}

/**
 * The body to apply, given what the caller last saw. Without `version`, or with the current one, that is the body as
 * sent. A stale `version` alone is refused; with `original_experiment` both sides' edits are merged, metrics by uuid and
 * everything else by field. Throws 409 with `current_version` and what collided. Source: PostHog behaviour.
 */
export function reconcile({ row, flag }: Target, body: JsonObject, store: Store): JsonObject {
  const { version, original_experiment: original } = body;
  if (typeof version !== 'number' || version === row.version) return body;
  if (!isObject(original)) throw conflict(row.version, {});
  const current = fullExperiment(row, flag, store);
  const merged: JsonObject = {};
  const fields: string[] = [];
  const uuids: string[] = [];
  for (const [field, ours] of Object.entries(body)) {
    const sides = { base: original[field], theirs: current[field], ours };
    if (REQUEST_OPTIONS.includes(field)) merged[field] = ours;
    else if (field === 'saved_metrics_ids') {
      merged[field] = mergeLinks({ base: linksIn(original), theirs: linksIn(current), ours }, uuids);
    } else if (METRIC_FIELDS.some((name) => name === field)) merged[field] = mergeMetrics(sides, uuids);
    else {
      const result = mergeValue(sides);
      if (result === 'collision') fields.push(field);
      else if (comparable(result.value) !== comparable(sides.theirs)) merged[field] = result.value;
    }
  }
  if (fields.length === 0 && uuids.length === 0) return merged;
  throw conflict(row.version, {
    ...(fields.length > 0 ? { conflicting_fields: fields } : {}),
    ...(uuids.length > 0 ? { conflicting_metric_uuids: uuids } : {}),
  });
}
