import { ARCHIVED, DRAFT, PAUSED, RUNNING, STOPPED } from './shop.js';

const FILTERS = '{"groups":[{"properties":[],"rollout_percentage":100}]}';

/** Arguments that each tool takes in the test shop. A new tool is added here. */
export const VALID_CALLS: Readonly<Record<string, Record<string, unknown>>> = {
  'event-search': {},
  'experiment-activity': { id: RUNNING },
  'experiment-archive': { id: STOPPED },
  'experiment-calculate-running-time': {
    metric_type: 'funnel',
    minimum_detectable_effect: 5,
    baseline_value: 0.1,
  },
  'experiment-create': { name: 'New', feature_flag_key: 'new' },
  'experiment-create-exposure-cohort': { id: RUNNING },
  'experiment-delete': { id: DRAFT },
  'experiment-duplicate': { id: RUNNING, feature_flag_key: 'copy' },
  'experiment-end': { id: RUNNING },
  'experiment-get': { id: RUNNING },
  'experiment-launch': { id: DRAFT },
  'experiment-list': {},
  'experiment-pause': { id: RUNNING },
  'experiment-reset': { id: STOPPED },
  'experiment-results': { id: RUNNING },
  'experiment-resume': { id: PAUSED },
  'experiment-ship-variant': { id: RUNNING, variant_key: 'test' },
  'experiment-timeseries-results': { id: RUNNING, metric_uuid: '00000000-0000-4000-8000-000000000005' },
  'experiment-unarchive': { id: ARCHIVED },
  'experiment-update': { id: DRAFT, name: 'Other' },
  'feature-flag-get': { key: 'signup' },
  'feature-flag-restore': { id: RUNNING, filters: FILTERS },
};
