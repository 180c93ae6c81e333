import { type Scenario, scenarioSchema } from '../schema.js';
import { ENDED } from './ended.js';
import { conversion, type ExperimentInput, plan } from './metrics.js';
import { RUNNING } from './running.js';

const DRAFTS: readonly ExperimentInput[] = [
  {
    name: 'Checkout button colour',
    feature_flag_key: 'checkout-button',
    description: 'A green button starts more checkouts than the grey one.',
    running_time_calculation: plan({ effect: 10, baseline: 0.12, perDay: 1_200 }),
    metrics: [conversion('purchase_completed', { name: 'Purchase completed', data: {} })],
    results_age_hours: null,
  },
  {
    name: 'Empty folder illustration',
    feature_flag_key: 'empty-folder-illustration',
    description: 'Three variants, a fifth of all people, and no metric yet.',
    variants: [
      { key: 'control', split_percent: 34 },
      { key: 'cat', split_percent: 33 },
      { key: 'hedgehog', split_percent: 33 },
    ],
    rollout_percentage: 20,
    results_age_hours: null,
  },
];

/** Stored before metrics had their present format; the API shows it and changes little of it. */
const LEGACY: readonly ExperimentInput[] = [
  {
    name: 'Reminder e-mail for shared files',
    feature_flag_key: 'share-reminder-email',
    description: 'From before the present metric format: it can be read and migrated, but hardly changed.',
    started_days_ago: 230,
    ended_days_ago: 205,
    conclusion: 'inconclusive',
    exposures: { control: 1_905, test: 1_921 },
    metrics: [
      {
        metric_type: 'mean',
        query: {
          kind: 'ExperimentTrendsQuery',
          name: 'Files shared',
          count_query: { kind: 'TrendsQuery', series: [{ kind: 'EventsNode', event: 'file_shared' }] },
        },
      },
      {
        metric_type: 'funnel',
        role: 'secondary',
        query: {
          kind: 'ExperimentFunnelsQuery',
          name: 'Logged in, then shared',
          funnels_query: {
            kind: 'FunnelsQuery',
            series: [
              { kind: 'EventsNode', event: 'logged_in' },
              { kind: 'EventsNode', event: 'file_shared' },
            ],
          },
        },
      },
    ],
    results_age_hours: null,
  },
];

/** A file-sharing product whose experiments each teach one thing. */
export const demoScenario: Scenario = scenarioSchema.parse({
  project: { id: 1, name: 'Hedgebox' },
  prompts: [{ name: 'share-note', versions: [1, 2, 3] }],
  repositories: ['hedgebox/app'],
  events: [
    ...['signed_up', 'logged_in', 'onboarding_completed', 'file_uploaded', 'file_shared', 'search_performed'],
    ...['pricing_page_viewed', 'checkout_started', 'purchase_completed', 'plan_upgraded', 'subscription_cancelled'],
    ...['referral_sent', 'support_ticket_opened', 'game_opened', '$pageview', '$feature_flag_called'],
  ],
  experiments: [...ENDED, ...RUNNING, ...DRAFTS, ...LEGACY],
});
