/** One call of each tool for docs/tools.md, on the demo shop. */
import type { Call } from './stage.js';

export interface Example {
  args: Readonly<Record<string, unknown>>;
  /** What has to have happened in the shop before. */
  after?: readonly Call[];
}

/** Experiments of the demo shop. */
const COOKIE_CATS = 1;
const TRIAL = 2;
const LOGIN_PAGE = 3;
const ONBOARDING = 4;
const PRICING = 5;
const SHARE_DIALOG = 6;
const REFERRAL = 9;
const CHECKOUT = 13;
const EMPTY_FOLDER = 14;
const LEGACY = 15;

const HOLDOUT: Call = {
  tool: 'experiment-holdouts-create',
  args: { name: 'Kept out of everything', exclusion_percent: 5 },
};
const HELD_OUT: readonly Call[] = [
  HOLDOUT,
  { tool: 'experiment-update', args: { id: CHECKOUT, holdout_id: 1 } },
  { tool: 'experiment-launch', args: { id: CHECKOUT } },
];
const UPLOADS = { name: 'Uploads per user', metric_type: 'mean', event: 'file_uploaded' };
const SAVED_METRIC: readonly Call[] = [{ tool: 'experiment-saved-metrics-create', args: { metric: UPLOADS } }];
const FLAG_FILTERS = JSON.stringify({
  groups: [{ properties: [], rollout_percentage: 50 }],
  multivariate: {
    variants: [
      { key: 'control', rollout_percentage: 50 },
      { key: 'test', rollout_percentage: 50 },
    ],
  },
});

/** By tool. `npm run generate` fails for a tool without a line here. */
export const EXAMPLES: Readonly<Record<string, Example>> = {
  'event-search': { args: { search: 'purchase' } },
  'experiment-activity': { args: { id: ONBOARDING } },
  'experiment-archive': { args: { id: TRIAL } },
  'experiment-assess': { args: { id: SHARE_DIALOG } },
  'experiment-calculate-running-time': {
    args: { metric_type: 'funnel', minimum_detectable_effect: 10, baseline_value: 0.2, exposure_rate_per_day: 900 },
  },
  'experiment-cleanup-task': {
    args: { id: ONBOARDING },
    after: [{ tool: 'experiment-end', args: { id: ONBOARDING, conclusion: 'inconclusive', open_cleanup_pr: true } }],
  },
  'experiment-copy-to-project': { args: { id: CHECKOUT, target_project: 2 } },
  'experiment-create': {
    args: {
      name: 'One-page checkout',
      feature_flag_key: 'one-page-checkout',
      rollout_percentage: 20,
      metrics: [{ name: 'Purchase', metric_type: 'funnel', steps: ['checkout_started', 'purchase_completed'] }],
    },
  },
  'experiment-create-exposure-cohort': { args: { id: ONBOARDING } },
  'experiment-create-from-prompt': {
    args: {
      prompt_name: 'share-note',
      versions: [1, 3],
      templates: ['cost', 'eval_pass_rate'],
      feature_flag_key: 'share-note-v1-v3',
    },
  },
  'experiment-diagnose': { args: { id: PRICING } },
  'experiment-delete': { args: { id: EMPTY_FOLDER } },
  'experiment-duplicate': { args: { id: TRIAL, name: 'Trial of 30 days, again', feature_flag_key: 'trial-30-again' } },
  'experiment-end': { args: { id: ONBOARDING, conclusion: 'won' } },
  'experiment-freeze-exposure': { args: { id: ONBOARDING } },
  'experiment-get': { args: { feature_flag_key: 'onboarding-checklist' } },
  'experiment-holdouts-create': { args: HOLDOUT.args },
  'experiment-holdouts-destroy': { args: { id: 1 }, after: HELD_OUT },
  'experiment-holdouts-list': { args: {}, after: HELD_OUT },
  'experiment-holdouts-partial-update': { args: { id: 1, exclusion_percent: 10 }, after: HELD_OUT },
  'experiment-holdouts-retrieve': { args: { id: 1 }, after: HELD_OUT },
  'experiment-launch': { args: { id: CHECKOUT } },
  'experiment-list': { args: { status: 'running', limit: 3 } },
  'experiment-migrate': { args: { id: LEGACY } },
  'experiment-pause': { args: { id: ONBOARDING } },
  'experiment-preflight': { args: { id: EMPTY_FOLDER } },
  'experiment-prompt-templates': { args: {} },
  'experiment-reset': { args: { id: TRIAL } },
  'experiment-results': { args: { id: COOKIE_CATS } },
  'experiment-resume': { args: { id: REFERRAL } },
  'experiment-review': { args: { limit: 3 } },
  'experiment-saved-metrics-create': { args: { metric: UPLOADS } },
  'experiment-saved-metrics-destroy': { args: { id: 1 }, after: SAVED_METRIC },
  'experiment-saved-metrics-list': { args: {}, after: SAVED_METRIC },
  'experiment-saved-metrics-partial-update': {
    args: { id: 1, metric: { name: 'Shares per user', metric_type: 'mean', event: 'file_shared' } },
    after: SAVED_METRIC,
  },
  'experiment-saved-metrics-retrieve': { args: { id: 1 }, after: SAVED_METRIC },
  'experiment-ship-variant': { args: { id: ONBOARDING, variant_key: 'test' } },
  'experiment-stats': { args: {} },
  'experiment-timeseries-results': {
    args: { id: ONBOARDING, metric_uuid: '00000000-0000-4000-8000-000000000015' },
  },
  'experiment-unarchive': { args: { id: LOGIN_PAGE } },
  'experiment-unfreeze-exposure': {
    args: { id: ONBOARDING },
    after: [{ tool: 'experiment-freeze-exposure', args: { id: ONBOARDING } }],
  },
  'experiment-update': { args: { id: CHECKOUT, minimum_detectable_effect: 8 } },
  'experiments-bulk-update-tags-create': { args: { ids: [ONBOARDING, SHARE_DIALOG], action: 'add', tags: ['growth'] } },
  'feature-flag-get': { args: { key: 'upload-flow-redesign' } },
  'feature-flag-restore': { args: { id: ONBOARDING, filters: FLAG_FILTERS } },
  'project-list': { args: {} },
};
