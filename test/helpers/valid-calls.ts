import { HOLDOUT, SAVED_METRIC } from './furnishings.js';
import { ARCHIVED, DRAFT, PAUSED, RUNNING, STOPPED } from './shop.js';

const FILTERS =
  '{"groups":[{"properties":[],"rollout_percentage":100}],"multivariate":{"variants":[{"key":"control","rollout_percentage":40},{"key":"test","rollout_percentage":60}]}}';

/** Arguments that each tool takes in the test shop, as `openFor` opens it. A new tool is added here. */
export const VALID_CALLS: Readonly<Record<string, Record<string, unknown>>> = {
  'event-search': {},
  'experiment-activity': { id: RUNNING },
  'experiment-archive': { id: STOPPED },
  'experiment-assess': { id: RUNNING },
  'experiment-calculate-running-time': {
    metric_type: 'funnel',
    minimum_detectable_effect: 5,
    baseline_value: 0.1,
  },
  'experiment-cleanup-task': { id: STOPPED },
  'experiment-copy-to-project': { id: RUNNING, target_project: 2 },
  'experiment-create': { name: 'New', feature_flag_key: 'new' },
  'experiment-create-exposure-cohort': { id: RUNNING },
  'experiment-delete': { id: DRAFT },
  'experiment-duplicate': { id: RUNNING, feature_flag_key: 'copy' },
  'experiment-end': { id: RUNNING },
  'experiment-freeze-exposure': { id: RUNNING },
  'experiment-get': { id: RUNNING },
  'experiment-holdouts-create': { name: 'Kept out', exclusion_percent: 5 },
  'experiment-holdouts-destroy': { id: HOLDOUT },
  'experiment-holdouts-list': {},
  'experiment-holdouts-partial-update': { id: HOLDOUT, exclusion_percent: 20 },
  'experiment-holdouts-retrieve': { id: HOLDOUT },
  'experiment-launch': { id: DRAFT },
  'experiment-list': {},
  'experiment-migrate': { id: DRAFT },
  'experiment-pause': { id: RUNNING },
  'experiment-preflight': { id: DRAFT },
  'experiment-reset': { id: STOPPED },
  'experiment-results': { id: RUNNING },
  'experiment-resume': { id: PAUSED },
  'experiment-review': {},
  'experiment-saved-metrics-create': { metric: { name: 'Sign-ups', metric_type: 'mean', event: 'signed_up' } },
  'experiment-saved-metrics-destroy': { id: SAVED_METRIC },
  'experiment-saved-metrics-list': {},
  'experiment-saved-metrics-partial-update': {
    id: SAVED_METRIC,
    metric: { name: 'Check-outs', metric_type: 'mean', event: 'checkout_started' },
  },
  'experiment-saved-metrics-retrieve': { id: SAVED_METRIC },
  'experiment-ship-variant': { id: RUNNING, variant_key: 'test', override_reason: 'The team decided.' },
  'experiment-stats': {},
  'experiment-timeseries-results': { id: RUNNING, metric_uuid: '00000000-0000-4000-8000-000000000005' },
  'experiment-unarchive': { id: ARCHIVED },
  'experiment-unfreeze-exposure': { id: RUNNING },
  'experiment-update': { id: DRAFT, name: 'Other' },
  'experiments-bulk-update-tags-create': { ids: [DRAFT, RUNNING], action: 'add', tags: ['q3'] },
  'feature-flag-get': { key: 'signup' },
  'feature-flag-restore': { id: RUNNING, filters: FILTERS },
  'project-list': {},
};
