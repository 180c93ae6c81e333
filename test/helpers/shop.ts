import { type Scenario, scenarioSchema } from '../../src/sandbox/scenario/schema.js';

/** Ids of the experiments in `shop`, one for each state of the lifecycle. */
export const DRAFT = 1;
export const RUNNING = 2;
export const PAUSED = 3;
export const STOPPED = 4;
export const ARCHIVED = 5;
/** Two running experiments on one flag. */
export const SHARED = 6;
export const SHARED_TOO = 7;

const variants = [
  { key: 'control', split_percent: 50 },
  { key: 'test', split_percent: 50 },
];

const purchase = {
  name: 'Purchases',
  role: 'primary' as const,
  metric_type: 'funnel' as const,
  data: {
    control: { number_of_samples: 1000, sum: 100, sum_squares: 100 },
    test: { number_of_samples: 1010, sum: 140, sum_squares: 140 },
  },
};

/** A small shop: just enough for a test to need one experiment of a given state. */
export const shop: Scenario = scenarioSchema.parse({
  project: { id: 1, name: 'Shop' },
  events: ['signed_up', 'checkout_started', 'purchase_completed'],
  experiments: [
    {
      name: 'Button colour',
      feature_flag_key: 'button-colour',
      description: 'A greener button.',
      variants,
      metrics: [purchase],
    },
    { name: 'Checkout steps', feature_flag_key: 'checkout-steps', variants, started_days_ago: 10, metrics: [purchase] },
    { name: 'Search ranking', feature_flag_key: 'search-ranking', variants, started_days_ago: 20, flag_active: false },
    { name: 'Pricing page', feature_flag_key: 'pricing-page', variants, started_days_ago: 30, ended_days_ago: 5 },
    {
      name: 'Old banner',
      feature_flag_key: 'old-banner',
      variants,
      started_days_ago: 90,
      ended_days_ago: 60,
      archived: true,
      conclusion: 'lost',
    },
    { name: 'Signup copy', feature_flag_key: 'signup', variants, started_days_ago: 3 },
    { name: 'Signup layout', feature_flag_key: 'signup', variants, started_days_ago: 2 },
  ],
});
