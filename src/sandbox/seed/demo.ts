import { type Scenario, scenarioSchema } from '../scenario/schema.js';
import { ENDED } from './ended.js';
import { conversion, type ExperimentInput, plan } from './metrics.js';
import { RUNNING } from './running.js';

const DRAFTS: readonly ExperimentInput[] = [
  {
    name: 'Checkout button colour',
    feature_flag_key: 'checkout-button',
    description: 'A green button starts more checkouts than the grey one.',
    running_time_calculation: plan(5, 24_000, 14),
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

/** A file-sharing product whose experiments each teach one thing. */
export const demoScenario: Scenario = scenarioSchema.parse({
  project: { id: 1, name: 'Hedgebox' },
  events: [
    ...['signed_up', 'logged_in', 'onboarding_completed', 'file_uploaded', 'file_shared', 'search_performed'],
    ...['pricing_page_viewed', 'checkout_started', 'purchase_completed', 'plan_upgraded', 'subscription_cancelled'],
    ...['referral_sent', 'support_ticket_opened', 'game_opened', '$pageview', '$feature_flag_called'],
  ],
  experiments: [...ENDED, ...RUNNING, ...DRAFTS],
});
