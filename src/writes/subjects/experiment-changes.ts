import { canonical } from '../../schema/canonical.js';
import { type Experiment, statusOf } from '../../schema/experiment.js';
import { flagHoldout, variantsOf } from '../../schema/flag.js';
import { type Metric, withoutServerFields } from '../../schema/metric.js';
import { plainOrQuoted } from '../../schema/quote.js';
import type { Change } from '../../tool.js';

/** Fields that a write can change and a reader cares about; caches, versions and timestamps of the row are not. */
const FIELDS = [
  'name',
  'description',
  'start_date',
  'end_date',
  'archived',
  'deleted',
  'conclusion',
  'conclusion_comment',
  'exposure_cohort',
  'holdout_id',
  'excluded_variants',
  'only_count_matured_users',
  'stats_config',
  'exposure_criteria',
  'running_time_calculation',
  'tags',
] as const;

/** Before and after of everything that differs between two states of one experiment, as dotted paths. */
export function changesBetween(before: Experiment, after: Experiment): Change[] {
  const found: Change[] = [];
  compare('', comparable(before), comparable(after), found);
  return [...found, ...orderChange(before, after)];
}

/** The same variants in another order, which deals them out to other users. */
function orderChange(before: Experiment, after: Experiment): Change[] {
  const keys = ({ feature_flag }: Experiment) => variantsOf(feature_flag?.filters).map(({ key }) => key);
  const [was, is] = [keys(before), keys(after)];
  if (was.join() === is.join() || [...was].sort().join() !== [...is].sort().join()) return [];
  return [{ path: 'feature_flag.variant_order', before: was, after: is }];
}

/** The one change that a new experiment is; its fields are in the answer already. */
export function creationOf({ id, name, feature_flag_key }: Experiment): Change[] {
  return [{ path: 'experiment', before: null, after: { id, name, feature_flag_key } }];
}

function comparable(experiment: Experiment): Record<string, unknown> {
  const flag = experiment.feature_flag;
  const fields = Object.fromEntries(FIELDS.map((field) => [field, experiment[field]]));
  return {
    status: statusOf(experiment),
    ...fields,
    metrics: byUuid(experiment.metrics),
    metrics_secondary: byUuid(experiment.metrics_secondary),
    saved_metrics: (experiment.saved_metrics ?? []).map((link) => link.saved_metric),
    feature_flag: flag
      ? {
          key: flag.key,
          active: flag.active,
          holdout: flagHoldout(flag.filters),
          variants: Object.fromEntries(variantsOf(flag.filters).map((variant) => [variant.key, variant.split_percent])),
          variant_names: Object.fromEntries(variantsOf(flag.filters).map(({ key, name }) => [key, name])),
          release_groups: (flag.filters.groups ?? []).map((group) => ({
            rollout_percentage: group.rollout_percentage ?? 100,
            conditions: group.properties?.length ?? 0,
            ...(group.variant ? { variant: group.variant } : {}),
          })),
        }
      : null,
  };
}

/** "Not set" has many spellings on the wire; they are one state. */
function isUnset(value: unknown): boolean {
  if (value === undefined || value === null || value === '' || value === false) return true;
  return typeof value === 'object' && Object.keys(value).length === 0;
}

function byUuid(metrics: readonly Metric[] | null | undefined): Record<string, unknown> {
  return Object.fromEntries(
    (metrics ?? []).map((metric, index) => [metric.uuid ?? index, withoutServerFields(metric)]),
  );
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return value !== null && typeof value === 'object' && !Array.isArray(value);
}

function compare(path: string, before: unknown, after: unknown, found: Change[]): void {
  if (isRecord(before) && isRecord(after)) {
    for (const key of new Set([...Object.keys(before), ...Object.keys(after)])) {
      compare(path ? `${path}.${plainOrQuoted(key)}` : plainOrQuoted(key), before[key], after[key], found);
    }
    return;
  }
  if ((isUnset(before) && isUnset(after)) || canonical(before) === canonical(after)) return;
  found.push({ path, before: before ?? null, after: after ?? null });
}
