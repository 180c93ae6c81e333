import { z } from 'zod';
import { linkedQueries } from '../rows/related.js';
import type { ExperimentRow, JsonObject, SavedMetricLink } from '../store/model.js';
import { actionsOf, type Store } from '../store/store.js';
import { FLAG_PARAMETER_KEYS } from '../validation/flag-config.js';
import { assignMetricUuids, metricEvents, validateMetrics } from '../validation/metrics.js';

const object = z.record(z.string(), z.unknown());
const nullableText = z.string().nullable();
const texts = z.array(z.string()).nullable();

/** Columns that a request body fills as it stands; validation has been through them before. */
const columns = z
  .object({
    name: z.string(),
    description: nullableText,
    start_date: nullableText,
    end_date: nullableText,
    holdout_id: z.number().nullable(),
    parameters: object.nullable().transform(withoutProjections),
    running_time_calculation: object.nullable(),
    excluded_variants: texts.catch(null),
    secondary_metrics: z.array(z.unknown()).catch([]),
    filters: object,
    archived: z.boolean(),
    deleted: z
      .boolean()
      .nullable()
      .transform((value) => value ?? false),
    type: nullableText,
    exposure_criteria: object.nullable(),
    stats_config: object.nullable(),
    scheduling_config: object.nullable().catch(null),
    conclusion: nullableText,
    conclusion_comment: nullableText,
    primary_metrics_ordered_uuids: texts,
    secondary_metrics_ordered_uuids: texts,
    only_count_matured_users: z.boolean(),
    repository: nullableText,
    tags: z.array(z.string()),
  })
  .partial();

export type Columns = z.output<typeof columns>;

function withoutProjections(parameters: JsonObject | null): JsonObject {
  const own = Object.entries(parameters ?? {}).filter(
    ([key]) => !FLAG_PARAMETER_KEYS.some((projected) => projected === key),
  );
  return Object.fromEntries(own);
}

/** The part of a checked body that is stored as it stands. Metrics and flag configuration are not in it. */
export function columnsOf(body: JsonObject): Columns {
  return columns.parse(body);
}

interface MetricSource {
  body: JsonObject;
  /** The experiment that is changed; null for a new one. */
  row: ExperimentRow | null;
  projectId: number;
  store: Store;
  /** Saved metrics that the experiment is linked to after the write. */
  linked: SavedMetricLink[];
}

function withoutFingerprint(metric: JsonObject): JsonObject {
  const { fingerprint: _computed, ...stored } = metric;
  return stored;
}

/** Metric lists that the body sets, checked and with uuids; a list that it leaves out is absent. Throws 400. */
export function metricColumns(source: MetricSource): Partial<Pick<ExperimentRow, 'metrics' | 'metrics_secondary'>> {
  const { body, row, projectId, store, linked } = source;
  const stored = { metrics: row?.metrics ?? [], metrics_secondary: row?.metrics_secondary ?? [] };
  const facts = {
    knownEvents: new Set(store.projects.get(projectId)?.events.map((event) => event.name)),
    storedEvents: metricEvents([...stored.metrics, ...stored.metrics_secondary]),
    stored: [...stored.metrics, ...stored.metrics_secondary],
    allowUnknownEvents: body.allow_unknown_events === true,
    knownActions: actionsOf(projectId, store),
  };
  const given = (field: 'metrics' | 'metrics_secondary') =>
    body[field] === undefined ? null : validateMetrics(body[field], field, facts).map(withoutFingerprint);
  const primary = given('metrics');
  const secondary = given('metrics_secondary');
  const shared = linkedQueries({ saved_metrics: linked }, store);
  const kept = [...(primary ? [] : stored.metrics), ...(secondary ? [] : stored.metrics_secondary), ...shared];
  const taken = new Set(kept.map((metric) => metric.uuid).filter((uuid) => typeof uuid === 'string'));
  const lists = assignMetricUuids({ primary: primary ?? [], secondary: secondary ?? [] }, taken, store.uuid);
  return {
    ...(primary ? { metrics: lists.primary } : {}),
    ...(secondary ? { metrics_secondary: lists.secondary } : {}),
  };
}
