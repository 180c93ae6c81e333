import { describe, expect, it } from 'vitest';
import { assess } from '../../src/decision/assess.js';
import { compared, DAY, ended, facts, metric, NOW } from './decision-facts.js';
import {
  type Change,
  draft,
  frozen,
  measured,
  off,
  other,
  planned,
  split,
  started,
  three,
  unread,
} from './decision-shapes.js';

const { freshness } = facts();

/** What a finding is shown on, and what falls just short of it. */
const TABLE: readonly (readonly [code: string, why: string, triggers: Change, short: Change])[] = [
  ['not_launched', 'a draft', draft, {}],
  ['already_ended', 'no conclusion', ended(1), {}],
  [
    'already_ended',
    'a conclusion',
    { experiment: { ...facts().experiment, end: NOW - DAY, conclusion: 'won' } },
    draft,
  ],
  ['flag_inactive', 'its flag off', off, { ...off, ...draft }],
  [
    'flag_not_split',
    'everybody in one variant',
    split({ control: 0, test: 100 }),
    { ...split({ control: 0, test: 100 }), ...draft },
  ],
  ['flag_not_split', 'no variant served', split({ control: 0, test: 0 }), split({ control: 1, test: 99 })],
  ['flag_not_split', 'a single variant', split({ control: 100 }), { flag: null }],
  ['flag_not_split', 'a run that is over', { ...split({ control: 100, test: 0 }), ...ended(1) }, ended(1)],
  [
    'already_shipped',
    'the flag on',
    { ...split({ control: 0, test: 100 }), ...ended(1) },
    split({ control: 0, test: 100 }),
  ],
  [
    'already_shipped',
    'the flag off',
    { ...split({ control: 0, test: 100 }, false), ...ended(1) },
    { ...split({ control: 100 }), ...ended(1) },
  ],
  [
    'already_shipped',
    'a key that needs quotes',
    { ...split({ control: 0, 'the new': 100 }), ...ended(1) },
    { flag: null, ...ended(1) },
  ],
  ['ended_still_split', 'the flag on', { ...split({ control: 60, test: 40 }), ...ended(1) }, { ...off, ...ended(1) }],
  [
    'ended_still_split',
    'three variants',
    { ...three, ...ended(1) },
    { ...split({ control: 100, test: 0 }), ...ended(1) },
  ],
  ['shared_flag', 'two others', { others: [other(3), other(2)] }, { others: [] }],
  [
    'too_early',
    'a day less than a week',
    { ...started(6 * DAY), ...planned({ days: null }) },
    { ...started(7 * DAY), ...planned({ days: null }) },
  ],
  [
    'too_early',
    'less than planned',
    { ...started(9.5 * DAY), ...planned({ days: 10 }) },
    { ...started(10 * DAY), ...planned({ days: 10 }) },
  ],
  ['too_early', 'a run that is over', { ...ended(15) }, draft],
  ['too_early', 'its flag off', { ...started(6 * DAY), ...off }, {}],
  ['too_early', 'unknown exposures', { ...started(6 * DAY), exposures: null }, {}],
  ['planned_sample_not_reached', 'one less', planned({ sampleSize: 20_001 }), planned({ sampleSize: 20_000 })],
  [
    'planned_sample_not_reached',
    'one less in a run that is frozen',
    { ...planned({ sampleSize: 20_001 }), ...frozen },
    { ...planned({ sampleSize: 20_000 }), ...frozen },
  ],
  [
    'planned_sample_not_reached',
    'half in a run that is over',
    { ...planned({ sampleSize: 40_000 }), ...ended(1) },
    { ...planned({ sampleSize: 40_000 }), ...draft },
  ],
  [
    'planned_sample_not_reached',
    'old results',
    {
      freshness: { ...freshness, stale: true },
      ...measured(
        metric('A', [compared('test', 0.2, 0.001)], {
          arms: [
            { key: 'control', samples: 700, sum: 70 },
            { key: 'test', samples: 800, sum: 90 },
          ],
        }),
      ),
    },
    measured(metric('A', [compared('test', 0.2, 0.001)], { arms: [{ key: 'control', samples: 700, sum: 70 }] })),
  ],
  ['no_sample_plan', 'no plan', planned({ sampleSize: null }), {}],
  ['default_plan', 'the default effect', planned({ effectPercent: 30 }), planned({ effectPercent: 29 })],
  ['underpowered', 'a slow rate', planned({ sampleSize: 110_000 }), planned({ sampleSize: 100_000 })],
  [
    'underpowered',
    'a run that is over',
    { ...ended(1), ...planned({ effectPercent: 3 }) },
    { ...draft, ...planned({ effectPercent: 3 }) },
  ],
  [
    'underpowered',
    'a run that has less than its plan and is over',
    { ...ended(1), ...planned({ effectPercent: 3, sampleSize: 30_000 }) },
    ended(1),
  ],
  ['underpowered', 'a plan for a small effect', planned({ effectPercent: 3 }), planned({ effectPercent: null })],
  [
    'underpowered',
    'no plan for the sample',
    planned({ effectPercent: 3, sampleSize: null }),
    { ...planned({ effectPercent: 3 }), flag: null, exposures: null },
  ],
];

const finding = (code: string, change: Change) => assess(facts(change)).findings.find((found) => found.code === code);

describe('a finding about the run', () => {
  const counted = (name: string, samples: number, rest: Parameters<typeof metric>[2] = {}) =>
    metric(name, [compared('test', 0.2, 0.001)], { arms: [{ key: 'test', samples, sum: 90 }], ...rest });
  const stale = { freshness: { ...freshness, stale: true } };

  it('counts the people in old results by the primary metrics that have some', () => {
    const metrics = measured(
      counted('A', 1_500),
      counted('B', 1_600),
      counted('G', 100, { role: 'secondary' }),
      metric('C', [], unread),
    );
    expect(finding('planned_sample_not_reached', { ...stale, ...metrics })?.evidence).toEqual({
      ...{ exposed: 20_000, in_results: 1_500, planned: 20_000 },
    });
  });

  it('says nothing of a sample that cannot be counted', () => {
    expect(finding('planned_sample_not_reached', { ...stale, exposures: null })).toBeUndefined();
  });

  it('calls a plan out of reach that takes more than 90 days, not one that takes as many', () => {
    const rate = {
      exposures: { counts: { control: 10_000, test: 10_000 }, daily: [{ until: NOW - 7 * DAY, total: 6_000 }] },
    };
    expect(finding('underpowered', { ...rate, ...planned({ sampleSize: 200_000 }) })).toBeUndefined();
    expect(finding('underpowered', { ...rate, ...planned({ sampleSize: 200_001 }) })?.evidence).toMatchObject({
      more_days: 91,
    });
  });

  it('does not call a plan weak where everybody converts, so that any effect shows', () => {
    const all = metric('A', [], { baselineRow: { number_of_samples: 100, sum: 100 } });
    expect(finding('underpowered', measured(all))).toBeUndefined();
  });

  it.each(TABLE)('%s tells of %s, and of nothing that falls short of it', (code, _why, triggers, short) => {
    const found = finding(code, triggers);
    expect(found?.code).toBe(code);
    expect(finding(code, short)).toBeUndefined();
    expect(found).toMatchSnapshot();
  });
});
