import { invalid } from '../http/api-error.js';
import { requireScope } from '../http/auth.js';
import { type Answer, type Context, notFound } from '../http/router.js';
import type { JsonObject } from '../store/model.js';
import { body as asBody, char, dict, integer, list, nullable, optional } from '../validation/drf.js';
import { previousExperiments } from './previous-experiments.js';
import { sharedMetrics } from './shared-metrics.js';

const SDK_DAYS = 7;
const SURFACE_DAYS = 14;
const MAX_PROPERTIES = 10;
const MAX_LISTED = 25;
const DEFAULT_LISTED = 10;
const DEFAULT_EVENT = '$feature_flag_called';
/** Filters that PostHog does not take here. */
const REFUSED_TYPES = ['cohort', 'flag'];

interface SetupQuestion {
  target_event: string | null;
  target_url_contains: string | null;
  target_properties: JsonObject[];
  metric_event: string | null;
  metric_properties: JsonObject[];
  previous_experiments_limit: number;
  shared_metrics_limit: number;
}

function filtersIn(source: JsonObject, attr: 'target_properties' | 'metric_properties'): JsonObject[] {
  const filters = optional(source, attr, nullable(list(dict))) ?? [];
  if (filters.length > MAX_PROPERTIES) {
    throw invalid(`Ensure this field has no more than ${MAX_PROPERTIES} elements.`, attr, 'max_length');
  }
  const refused = filters.find(({ type }) => REFUSED_TYPES.some((name) => name === type));
  if (refused) throw invalid(`Property filters of type ${String(refused.type)} are not supported.`, attr);
  return filters;
}

/** Where PostHog's wording could not be seen, the words are ours; the fields that are blamed are PostHog's. */
function questionIn(body: unknown): SetupQuestion {
  const source = asBody(body);
  const text = (key: string) => optional(source, key, nullable(char())) ?? null;
  const limit = (key: string) => optional(source, key, integer({ min: 1, max: MAX_LISTED })) ?? DEFAULT_LISTED;
  const question = {
    target_event: text('target_event'),
    target_url_contains: text('target_url_contains'),
    target_properties: filtersIn(source, 'target_properties'),
    metric_event: text('metric_event'),
    metric_properties: filtersIn(source, 'metric_properties'),
    previous_experiments_limit: limit('previous_experiments_limit'),
    shared_metrics_limit: limit('shared_metrics_limit'),
  };
  const { target_event: target, target_url_contains: url, metric_event: metric } = question;
  if (url !== null && target !== '$pageview') {
    throw invalid('target_url_contains requires target_event to be $pageview', 'target_url_contains');
  }
  if (metric !== null && metric === target) throw invalid('metric_event must differ from target_event', 'metric_event');
  return question;
}

const ok = (data: object) => ({ status: 'ok', data });
const SKIPPED = { status: 'skipped', data: null };

function teamDefaults({ project }: Context): JsonObject {
  const config = project.experiments_config;
  const level = config?.default_experiment_confidence_level ?? null;
  return {
    stats_method: config?.default_experiment_stats_method ?? null,
    confidence_level: level === null ? null : Number(level),
    minimum_detectable_effect: config?.default_minimum_detectable_effect ?? null,
    product_default_minimum_detectable_effect: 30,
    product_default_stats_method: 'bayesian',
    product_default_confidence_level: 0.95,
    only_count_matured_users: config?.default_only_count_matured_users ?? false,
    cuped_enabled: config?.default_cuped_enabled ?? false,
    sequential_testing_enabled: config?.default_sequential_testing_enabled ?? false,
    flags_persistence_default: false,
    test_account_filter_count: project.test_account_filters.length,
    new_experiments_filter_test_accounts: true,
    default_exposure_event: DEFAULT_EVENT,
  };
}

function sdkProfile({ store, project }: Context) {
  const libs = project.traffic?.libs;
  if (libs === undefined) return SKIPPED;
  const flags = [...store.flags.values()].filter((flag) => flag.project_id === project.id && !flag.deleted).length;
  const categories = new Set(libs.map(({ category }) => category));
  const both = categories.has('web') && categories.has('server');
  return ok({
    window_days: SDK_DAYS,
    source_event: DEFAULT_EVENT,
    computed_at: store.timestamp(),
    libs,
    libs_truncated: false,
    flags_seen: flags,
    flags_evaluated_on_server_and_web: both ? flags : 0,
    evaluated_on_server_and_web: both,
    libs_on_any_event: null,
    libs_on_any_event_truncated: false,
  });
}

function targetSurface(question: SetupQuestion, { store, project }: Context) {
  const { target_event: event, target_url_contains, target_properties } = question;
  const traffic = event === null ? undefined : project.traffic?.events[event];
  if (traffic === undefined) return SKIPPED;
  return ok({
    window_days: SURFACE_DAYS,
    source_event: event,
    target_url_contains,
    target_properties,
    computed_at: store.timestamp(),
    test_accounts_filtered: false,
    unique_persons: traffic.persons,
    exposures_per_day_estimate: Math.round(traffic.persons / SURFACE_DAYS),
    libs: [],
    libs_truncated: false,
    anonymous_share: traffic.anonymous_share,
    device_id_share: traffic.device_id_share,
  });
}

function candidateMetric(question: SetupQuestion, { store, project }: Context) {
  const { target_event: target, metric_event: event, metric_properties } = question;
  const metric = event === null ? undefined : project.traffic?.events[event];
  if (metric === undefined) return SKIPPED;
  const reached = target === null ? undefined : project.traffic?.events[target];
  const among = target === null ? undefined : metric.among[target];
  const samples = reached?.persons ?? null;
  const converted = samples === null ? null : (among?.persons ?? 0);
  const known = samples !== null && converted !== null;
  return ok({
    window_days: SURFACE_DAYS,
    source_event: event,
    metric_properties,
    target_event: target,
    computed_at: store.timestamp(),
    test_accounts_filtered: false,
    persons_reached: samples,
    persons_converted: converted,
    conversion_rate: known && samples > 0 ? converted / samples : null,
    funnel_baseline_stats: known ? { number_of_samples: samples, sum: converted, step_counts: [converted] } : null,
    mean_count_baseline_stats: known
      ? { number_of_samples: samples, sum: among?.events ?? 0, sum_squares: among?.sum_squares ?? 0 }
      : null,
    note: 'Metric events are counted in the whole window, not only after the first target event.',
    event_volume: metric.events,
    unique_persons: metric.persons,
  });
}

/** POST: what is known of a project before an experiment is set up. 404 where the feature has not reached it. */
export function setupContext(context: Context): Answer {
  const { principal, project } = context;
  for (const scope of ['experiment_saved_metric:read', 'query:read']) requireScope(principal, scope);
  if (!project.rollouts.includes('experiment-setup-context')) throw notFound();
  const question = questionIn(context.body);
  return {
    status: 200,
    body: {
      team_defaults: ok(teamDefaults(context)),
      sdk_profile: sdkProfile(context),
      target_surface: targetSurface(question, context),
      candidate_metric: candidateMetric(question, context),
      previous_experiments: ok(previousExperiments(question.previous_experiments_limit, context)),
      shared_metrics: ok(sharedMetrics(question, context)),
    },
  };
}
