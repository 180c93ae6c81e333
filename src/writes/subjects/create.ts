import { ToolError } from '../../errors.js';
import { apiPath } from '../../posthog/path.js';
import { experimentWire } from '../../schema/experiment.js';
import { type Flag, rolloutOf, variantsOf } from '../../schema/flag.js';
import { encodedPayloads } from '../../schema/flag-input.js';
import type { MetricRole } from '../../schema/metric.js';
import { breakdownOf } from '../../schema/metric-breakdowns.js';
import { type MetricInput, toMetricJson } from '../../schema/metric-json.js';
import { quoted } from '../../schema/quote.js';
import type { Settings } from '../../schema/settings.js';
import { settingsBody } from '../../schema/settings-json.js';
import { servedText } from '../../serving/serving.js';
import type { CallContext, Sent, Warning } from '../../tool.js';
import { creationOf } from './experiment-changes.js';
import { flagBefore, linkedWarnings } from './linked-flag.js';
import { trustWarnings } from './unknown-events.js';

interface Draft extends Settings {
  name: string;
  feature_flag_key: string;
  description?: string | undefined;
  variants?: { key: string; name?: string | undefined; split_percent: number }[] | undefined;
  rollout_percentage?: number | undefined;
  payloads?: string | undefined;
  ensure_experience_continuity?: boolean | undefined;
  aggregation_group_type_index?: number | undefined;
  metrics?: MetricInput[] | undefined;
  saved_metric_ids?: number[] | undefined;
  secondary_saved_metric_ids?: number[] | undefined;
  saved_metric_breakdowns?: string[] | undefined;
  allow_unknown_events: boolean;
}

/** Creates a draft and says whether PostHog made its flag or linked one that was there. */
export async function createDraft(input: Draft, context: CallContext): Promise<Sent> {
  const existing = await flagBefore(input.feature_flag_key, context);
  if (existing) refuseConfigOf(existing, input);
  const linked = existing ? await linkedWarnings(existing, context) : [];
  const trusted = input.allow_unknown_events
    ? await trustWarnings((input.metrics ?? []).map(toMetricJson), context)
    : [];
  const { api, project } = context;
  const experiment = await api.post(apiPath`/api/projects/${project}/experiments/`, experimentWire, draftBody(input));
  const ignored = existing ? [] : ignoredConfig(input, experiment.feature_flag);
  const made = existing === null && ignored.length === 0 ? 'new' : undefined;
  return {
    after: experiment,
    changes: creationOf(experiment, existing ? 'linked' : made),
    warnings: [...linked, ...ignored, ...trusted],
  };
}

/** PostHog takes `parameters` for a flag that exists without a word, and ignores them. */
function ignoredConfig(input: Draft, flag: Flag | null | undefined): Warning[] {
  if (!flag) return [];
  const splits = variantsOf(flag.filters).map(({ key, split_percent }) => `${key} ${split_percent}`);
  const sameVariants =
    !input.variants ||
    input.variants.map(({ key, split_percent }) => `${key} ${split_percent}`).join() === splits.join();
  const wanted = input.rollout_percentage;
  if (sameVariants && (wanted === undefined || wanted === rolloutOf(flag.filters))) return [];
  const message = `The flag is not as asked for, probably because ${quoted(flag.key)} existed and was linked as it is: ${servedText(flag)}${flag.active ? '' : ' once it is on'}.`;
  return [{ code: 'flag_not_as_asked', message }];
}

const OF_A_NEW_FLAG = [
  'variants',
  'rollout_percentage',
  'payloads',
  'ensure_experience_continuity',
  'aggregation_group_type_index',
] as const;

function refuseConfigOf(flag: Flag, input: Draft): void {
  const named = OF_A_NEW_FLAG.filter((name) => input[name] !== undefined);
  if (named.length === 0) return;
  throw new ToolError(
    'refused',
    `A feature flag with the key ${quoted(flag.key)} exists already, so ${named.join(' and ')} cannot be set here.`,
    `Leave ${named.length === 1 ? 'it' : 'them'} out to link the flag as it is (${servedText(flag)} while it is on), or choose another feature_flag_key.`,
    { field: 'feature_flag_key', next_tool: 'feature-flag-get' },
  );
}

/**
 * Variants go through `parameters`, the one form that every build of PostHog takes; each carries both names of its split
 * for the same reason.
 */
function draftBody(input: Draft): Record<string, unknown> {
  const metrics = (wanted: MetricRole) =>
    (input.metrics ?? []).filter(({ role = 'primary' }) => role === wanted).map(toMetricJson);
  const { ensure_experience_continuity, aggregation_group_type_index } = input;
  const primary = metrics('primary');
  const secondary = metrics('secondary');
  const breakdowns = input.saved_metric_breakdowns?.length
    ? { breakdowns: input.saved_metric_breakdowns.map(breakdownOf) }
    : {};
  const links = (ids: readonly number[] = [], type: MetricRole) =>
    ids.map((id) => ({ id, metadata: { type, ...breakdowns } }));
  const saved_metrics_ids = [
    ...links(input.saved_metric_ids, 'primary'),
    ...links(input.secondary_saved_metric_ids, 'secondary'),
  ];
  const parameters = {
    ...(input.variants
      ? {
          feature_flag_variants: input.variants.map(({ key, name, split_percent }) => ({
            key,
            ...(name ? { name } : {}),
            split_percent,
            rollout_percentage: split_percent,
          })),
        }
      : {}),
    ...(input.rollout_percentage === undefined ? {} : { rollout_percentage: input.rollout_percentage }),
    ...(input.payloads === undefined ? {} : { feature_flag_payloads: encodedPayloads(input.payloads) }),
    ...(ensure_experience_continuity === undefined ? {} : { ensure_experience_continuity }),
    ...(aggregation_group_type_index === undefined ? {} : { aggregation_group_type_index }),
  };
  return {
    name: input.name,
    feature_flag_key: input.feature_flag_key,
    ...(input.description === undefined ? {} : { description: input.description }),
    ...(Object.keys(parameters).length > 0 ? { parameters } : {}),
    ...(primary.length > 0 ? { metrics: primary } : {}),
    ...(secondary.length > 0 ? { metrics_secondary: secondary } : {}),
    ...(saved_metrics_ids.length > 0 ? { saved_metrics_ids } : {}),
    ...settingsBody(input, {}),
    ...(input.allow_unknown_events ? { allow_unknown_events: true } : {}),
  };
}
