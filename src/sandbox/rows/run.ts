import { canonicalJson, isObject } from '../store/json.js';
import type { ExperimentRow, Rollout } from '../store/model.js';
import type { Store } from '../store/store.js';

/** Experiments that started before have a part of their exposures under the old event only. Source: PostHog behaviour. */
const EXPOSURE_EVENT_SINCE = Date.parse('2026-09-01T00:00:00Z');

/** Whether PostHog has brought something to the experiment's project. */
export function hasReached(row: ExperimentRow, rollout: Rollout, store: Store): boolean {
  return store.projects.get(row.project_id)?.rollouts.includes(rollout) === true;
}

/** What counts as exposure unless the criteria name something else; a draft is taken to start now. */
export function defaultExposureEvent(row: ExperimentRow, store: Store): string {
  const start = row.start_date === null ? store.now().getTime() : Date.parse(row.start_date);
  const moved = start >= EXPOSURE_EVENT_SINCE && hasReached(row, 'experiment-exposure-event', store);
  return moved ? '$experiment_exposure' : '$feature_flag_called';
}

function splitIn(filters: unknown): string | null {
  const { multivariate } = isObject(filters) ? filters : {};
  const variants: unknown = isObject(multivariate) ? multivariate.variants : undefined;
  if (!Array.isArray(variants)) return null;
  const shares = variants.filter(isObject).map(({ key, rollout_percentage: share }) => [String(key), share]);
  return canonicalJson(Object.fromEntries(shares));
}

/** When the flag's split first changed in the run, as Python writes it; null where it never did. */
export function splitChangedAt({ start_date: start, end_date: end, activity }: ExperimentRow): string | null {
  if (start === null) return null;
  const [from, to] = [Date.parse(start), end === null ? Number.POSITIVE_INFINITY : Date.parse(end)];
  const changed = activity.find(({ at, about, changes }) => {
    const inRun = Date.parse(at) > from && Date.parse(at) <= to && about?.scope === 'FeatureFlag';
    const filters = inRun ? changes.find(({ field }) => field === 'filters') : undefined;
    const [before, after] = [splitIn(filters?.before), splitIn(filters?.after)];
    return before !== null && after !== null && before !== after;
  });
  return changed?.at.replace(/Z$/, '+00:00') ?? null;
}
