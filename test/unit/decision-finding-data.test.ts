import { describe, expect, it } from 'vitest';
import { assess } from '../../src/decision/assess.js';
import { compared, DAY, ended, facts, guardrail, metric } from './decision-facts.js';
import {
  absent,
  type Change,
  conversions,
  draft,
  HOUR,
  legacy,
  measured,
  noProblem,
  off,
  purchases,
  started,
  unread,
} from './decision-shapes.js';

const { freshness } = facts();

/** What a finding is shown on, and what falls just short of it. */
const TABLE: readonly (readonly [code: string, why: string, triggers: Change, short: Change])[] = [
  ['no_metrics', 'secondary ones only', measured(guardrail('G', [])), measured(guardrail('G', []), purchases)],
  ['no_metrics', 'none', measured(), {}],
  ['legacy_metrics', 'two of three', measured(metric('A', [], legacy), purchases, metric('B', [], legacy)), {}],
  [
    'no_results',
    'none stored',
    { ...measured(metric('A', [], absent)), freshness: { source: 'none' } },
    measured(metric('A', [], unread)),
  ],
  [
    'no_results',
    'an edit',
    measured(metric('A', [], absent), metric('B', [], legacy)),
    measured(metric('A', [], legacy)),
  ],
  [
    'no_results',
    'an unread answer',
    { ...measured(metric('A', [], absent)), missing: ['exposures: slow', 'results: slow'] },
    measured(metric('A', [], absent), purchases),
  ],
  [
    'no_results',
    'none after a day',
    { ...measured(metric('A', [], absent)), ...started(DAY) },
    { ...measured(metric('A', [], absent)), ...started(DAY - 1) },
  ],
  [
    'no_results',
    'none in a young run with its flag off',
    { ...measured(metric('A', [], absent)), ...started(HOUR), ...off },
    { ...measured(metric('A', [], absent)), ...draft },
  ],
  [
    'no_results',
    'none of a short run that is over',
    { ...measured(metric('A', [], absent)), ...ended(20.5) },
    measured(),
  ],
  [
    'metric_failed',
    'one of two',
    measured(purchases, metric('B', [], unread)),
    measured(purchases, metric('B', [], legacy)),
  ],
  [
    'metric_failed',
    'every primary one',
    measured(metric('B', [], unread), guardrail('G', [compared('test', 0, 1, 0.05)])),
    measured(metric('B', [], absent)),
  ],
  ['metric_failed', 'absent ones', measured(purchases, metric('B', [], absent), metric('C', [], noProblem)), {}],
  ['metric_failed', 'a secondary one', measured(purchases, guardrail('G', [], unread)), measured(purchases)],
  ['metric_failed', 'a secondary one alone', measured(guardrail('G', [], unread)), measured()],
  ['not_enough_metric_data', 'four conversions', measured(conversions(4)), measured(conversions(5))],
  ['not_enough_metric_data', 'retention', measured(conversions(4, 'retention')), measured(conversions(4, 'mean'))],
  [
    'not_enough_metric_data',
    'two metrics',
    measured(
      conversions(4),
      metric('B', [], {
        arms: [
          { key: 'control', samples: 100, sum: 0 },
          { key: 'test', samples: 100, sum: 1 },
        ],
      }),
    ),
    measured(conversions(4, 'ratio')),
  ],
  ['stale_results', 'a day and an hour', { freshness: { ...freshness, age_hours: 25.12345, stale: true } }, {}],
  [
    'stale_results',
    'an unknown age',
    { freshness: { source: 'calculation', stale: true } },
    { freshness: { source: 'none', stale: true } },
  ],
  ['fallback_results', 'the daily job', { freshness: { ...freshness, source: 'daily_fallback' } }, {}],
  [
    'fallback_results',
    'an unknown age',
    { freshness: { source: 'daily_fallback' } },
    { freshness: { source: 'none' } },
  ],
];

const finding = (code: string, change: Change) => assess(facts(change)).findings.find((found) => found.code === code);

describe('a finding about results', () => {
  it.each(TABLE)('%s tells of %s, and of nothing that falls short of it', (code, _why, triggers, short) => {
    const found = finding(code, triggers);
    expect(found?.code).toBe(code);
    expect(finding(code, short)).toBeUndefined();
    expect(found).toMatchSnapshot();
  });
});
