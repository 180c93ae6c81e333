import { conversion, type ExperimentInput, plan, retention } from './metrics.js';

/** Players of each arm of the public Cookie Cats dataset, and how many came back. */
const GATE_30 = { players: 44_700, day1: 20_034, day7: 8_502 };
const GATE_40 = { players: 45_489, day1: 20_119, day7: 8_279 };

export const ENDED: readonly ExperimentInput[] = [
  {
    name: 'Cookie Cats: first gate at level 40',
    feature_flag_key: 'cookie-cats-gate',
    description:
      'Moves the first forced wait from level 30 to level 40. Counts are the real ones of the public Cookie Cats ' +
      'dataset (90,189 players, Tactile Entertainment); the baseline is gate_30.',
    variants: [
      { key: 'gate_30', name: 'Gate at level 30', split_percent: 50 },
      { key: 'gate_40', name: 'Gate at level 40', split_percent: 50 },
    ],
    started_days_ago: 40,
    ended_days_ago: 26,
    stats_config: { method: 'frequentist' },
    running_time_calculation: plan({ effect: 4, baseline: 0.19, perDay: 6_400 }),
    exposures: { gate_30: GATE_30.players, gate_40: GATE_40.players },
    metrics: [
      retention('game_opened', 7, {
        name: 'Retained on day 7',
        data: { gate_30: [GATE_30.players, GATE_30.day7], gate_40: [GATE_40.players, GATE_40.day7] },
      }),
      retention('game_opened', 1, {
        name: 'Retained on day 1',
        role: 'secondary',
        data: { gate_30: [GATE_30.players, GATE_30.day1], gate_40: [GATE_40.players, GATE_40.day1] },
      }),
    ],
    results_age_hours: 12,
  },
  {
    name: 'Trial of 30 days',
    feature_flag_key: 'trial-30-days',
    description: 'Won and ended, but never shipped: half of the new customers still get the short trial.',
    started_days_ago: 52,
    ended_days_ago: 10,
    conclusion: 'won',
    running_time_calculation: plan({ effect: 12.5, baseline: 0.12, perDay: 400 }),
    exposures: { control: 8_240, test: 8_199 },
    metrics: [
      conversion('purchase_completed', {
        name: 'Trial converted',
        data: { control: [8_240, 989], test: [8_199, 1_156] },
      }),
    ],
    results_age_hours: 20,
  },
  {
    name: 'Login page wording',
    feature_flag_key: 'login-page-wording',
    description: 'Long over and put away.',
    started_days_ago: 120,
    ended_days_ago: 95,
    archived: true,
    flag_active: false,
    conclusion: 'inconclusive',
    exposures: { control: 2_150, test: 2_131 },
    metrics: [conversion('logged_in', { name: 'Logged in', data: { control: [2_150, 1_720], test: [2_131, 1_711] } })],
    results_age_hours: 2_000,
  },
];
