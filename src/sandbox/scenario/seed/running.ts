import { average, conversion, type ExperimentInput, plan, retention } from './metrics.js';

/** Launched and not ended; each shows one situation that a decision has to notice. */
export const RUNNING: readonly ExperimentInput[] = [
  {
    name: 'Onboarding checklist',
    feature_flag_key: 'onboarding-checklist',
    description: 'A short checklist after sign-up gets more people to their first shared file.',
    started_days_ago: 21,
    running_time_calculation: plan({ effect: 7.5, baseline: 0.22, perDay: 1_150 }),
    exposures: { control: 12_010, test: 11_990 },
    metrics: [
      conversion('onboarding_completed', {
        name: 'Onboarding completed',
        data: { control: [12_010, 2_642], test: [11_990, 3_058] },
      }),
      average('purchase_completed', 'amount', {
        name: 'Revenue per person',
        role: 'secondary',
        data: { control: [12_010, 4.02, 15.1], test: [11_990, 4.11, 15.3] },
      }),
    ],
    results_age_hours: 3,
  },
  {
    name: 'Pricing page layout',
    feature_flag_key: 'pricing-page-layout',
    description: 'Plans side by side instead of stacked. The new page redirects, and some redirects are lost.',
    started_days_ago: 16,
    running_time_calculation: plan({ effect: 12, baseline: 0.12, perDay: 1_200 }),
    exposures: { control: 10_000, test: 9_300 },
    people: { mismatch_in: { property: '$browser', value: 'Safari' } },
    metrics: [
      conversion('checkout_started', {
        name: 'Checkout started',
        data: { control: [10_000, 1_210], test: [9_300, 1_256] },
      }),
    ],
    results_age_hours: 2,
  },
  {
    name: 'Share dialog wording',
    feature_flag_key: 'share-dialog-wording',
    description: 'Two days old and already "significant": this is what peeking looks like.',
    started_days_ago: 2.25,
    running_time_calculation: plan({ effect: 20, baseline: 0.1, perDay: 540 }),
    exposures: { control: 604, test: 611 },
    metrics: [conversion('file_shared', { name: 'File shared', data: { control: [604, 61], test: [611, 93] } })],
    results_age_hours: 1,
  },
  {
    name: 'Dark mode by default',
    feature_flag_key: 'dark-mode-default',
    description: 'The planned sample is reached and nothing has moved.',
    started_days_ago: 30,
    stats_config: { method: 'frequentist' },
    running_time_calculation: plan({ effect: 4, baseline: 0.4, perDay: 1_100 }),
    exposures: { control: 16_020, test: 16_050 },
    metrics: [
      conversion('file_uploaded', {
        name: 'File uploaded',
        data: { control: [16_020, 6_441], test: [16_050, 6_460] },
      }),
    ],
    results_age_hours: 5,
  },
  {
    name: 'Upgrade prompt on every login',
    feature_flag_key: 'upgrade-prompt',
    description: 'More upgrades, and more cancellations: a winner that costs something.',
    started_days_ago: 24,
    running_time_calculation: plan({ effect: 12, baseline: 0.075, perDay: 1_200 }),
    exposures: { control: 14_480, test: 14_530 },
    metrics: [
      conversion('plan_upgraded', {
        name: 'Plan upgraded',
        data: { control: [14_480, 1_086], test: [14_530, 1_323] },
      }),
      conversion('subscription_cancelled', {
        name: 'Subscription cancelled',
        role: 'secondary',
        goal: 'decrease',
        data: { control: [14_480, 579], test: [14_530, 728] },
      }),
      retention('logged_in', 7, {
        name: 'Back after a week',
        role: 'secondary',
        data: { control: [14_480, 6_227], test: [14_530, 5_957] },
      }),
    ],
    results_age_hours: 4,
  },
  {
    name: 'Referral banner',
    feature_flag_key: 'referral-banner',
    description: 'Paused while a bug in the banner is mended.',
    started_days_ago: 12,
    flag_active: false,
    running_time_calculation: plan({ effect: 20, baseline: 0.05, perDay: 1_000 }),
    exposures: { control: 3_310, test: 3_295 },
    metrics: [
      conversion('referral_sent', { name: 'Referral sent', data: { control: [3_310, 166], test: [3_295, 181] } }),
    ],
    activity: [
      { days_ago: 8, activity: 'paused' },
      { days_ago: 6, activity: 'resumed' },
      { days_ago: 3, activity: 'paused' },
    ],
    results_age_hours: 70,
  },
  {
    name: 'Search ranking v2',
    feature_flag_key: 'search-ranking-v2',
    description: 'Launched, but somebody switched the flag off directly: nobody is enrolled.',
    started_days_ago: 5,
    flag_active: false,
    running_time_calculation: plan({ effect: 5, baseline: 0.25, perDay: 2_000 }),
    metrics: [conversion('search_performed', { name: 'Search performed', data: {} })],
    results_age_hours: null,
  },
  {
    name: 'Upload flow redesign: activation',
    feature_flag_key: 'upload-flow-redesign',
    description: 'Shares its flag with the revenue experiment: pausing one pauses both.',
    started_days_ago: 9,
    running_time_calculation: plan({ effect: 7, baseline: 0.35, perDay: 1_000 }),
    exposures: { control: 4_410, test: 4_377 },
    metrics: [
      conversion('file_uploaded', { name: 'First upload', data: { control: [4_410, 1_543], test: [4_377, 1_606] } }),
    ],
    results_age_hours: 6,
  },
  {
    name: 'Upload flow redesign: revenue',
    feature_flag_key: 'upload-flow-redesign',
    description: 'Shares its flag with the activation experiment.',
    started_days_ago: 9,
    running_time_calculation: plan({ effect: 15, baseline: 3.7, variance: 14.2 ** 2, perDay: 1_000 }),
    exposures: { control: 4_410, test: 4_377 },
    metrics: [
      average('purchase_completed', 'amount', {
        name: 'Revenue per person',
        data: { control: [4_410, 3.71, 14.2], test: [4_377, 3.8, 14.6] },
      }),
    ],
    results_age_hours: 6,
  },
];
