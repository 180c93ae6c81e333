import { describe, expect, it } from 'vitest';
import { countsByCode, REVIEW_RULES, reviewItems } from '../../src/decision/review.js';
import type { ReviewFacts } from '../../src/decision/review-facts.js';
import type { Recommendation } from '../../src/schema/assessment.js';
import { experimentWire } from '../../src/schema/experiment.js';
import type { ExposureReading } from '../../src/schema/results.js';

const NOW = new Date('2026-06-01T12:00:00Z');
const daysAgo = (days: number) => new Date(NOW.getTime() - days * 86_400_000).toISOString();

const SPLIT = [
  { key: 'control', rollout_percentage: 50 },
  { key: 'test', rollout_percentage: 50 },
];
const SHIPPED = [
  { key: 'control', rollout_percentage: 0 },
  { key: 'test', rollout_percentage: 100 },
];

interface Case {
  experiment?: object;
  flag?: object;
  variants?: readonly object[];
  rollout?: number;
  rest?: Partial<ReviewFacts>;
}

/** A running experiment, three days old, that gives no cause for anything. */
function factsOf({ experiment = {}, flag = {}, variants = SPLIT, rollout = 100, rest = {} }: Case = {}): ReviewFacts {
  const filters = { groups: [{ properties: [], rollout_percentage: rollout }], multivariate: { variants } };
  const row = {
    ...{ id: 7, name: 'Steps', feature_flag_key: 'steps', start_date: daysAgo(3), created_at: daysAgo(4) },
    feature_flag: { id: 70, key: 'steps', active: true, filters, ...flag },
    running_time_calculation: { recommended_sample_size: 1000, recommended_running_time: 14 },
    ...experiment,
  };
  return { experiment: experimentWire.parse(row), now: NOW, readOnly: false, liveSharers: [], ...rest };
}

const exposed = (total: number, mismatch = false): ExposureReading => ({
  ...{ total, variants: [], srm_p_value: mismatch ? 0.0001 : 0.5, sample_ratio_mismatch: mismatch },
});
const VARIANTS = [
  { key: 'control', exposed: 300, share_percent: 60, configured_percent: 50 },
  { key: 'test', exposed: 150, share_percent: 30, configured_percent: 50 },
  { key: 'gone', exposed: 50, share_percent: 10 },
];
const assessed = (recommendation: Recommendation): NonNullable<ReviewFacts['assessment']> => ({
  ...{ recommendation, variant_key: recommendation === 'ship' ? 'test' : null, baseline: 'control' },
});
const younger = [{ id: 8, name: 'B' }];
const draft = { start_date: null };
const ended = { end_date: daysAgo(1) };
const off = { active: false };
const frozen = { status: 'exposure_frozen' };

/** What triggers each rule, and what falls just short of it. */
const TABLE: readonly [code: string, why: string, found: boolean, facts: Case][] = [
  ['sample_ratio_mismatch', 'a mismatch', true, { rest: { exposures: exposed(500, true) } }],
  [
    'sample_ratio_mismatch',
    'a mismatch after the end',
    true,
    { experiment: ended, rest: { exposures: exposed(500, true) } },
  ],
  [
    'sample_ratio_mismatch',
    'a mismatch with a variant that is no longer configured',
    true,
    { rest: { exposures: { ...exposed(500, true), variants: VARIANTS } } },
  ],
  ['sample_ratio_mismatch', 'a fitting split', false, { rest: { exposures: exposed(500) } }],
  ['sample_ratio_mismatch', 'unknown exposures', false, {}],
  [
    'no_exposures',
    'nobody after a day',
    true,
    { experiment: { start_date: daysAgo(1) }, rest: { exposures: exposed(0) } },
  ],
  [
    'no_exposures',
    'nobody before a day',
    false,
    { experiment: { start_date: daysAgo(0.99) }, rest: { exposures: exposed(0) } },
  ],
  [
    'no_exposures',
    'nobody, and a flag that PostHog does not show',
    true,
    { experiment: { feature_flag: null }, rest: { exposures: exposed(0) } },
  ],
  ['no_exposures', 'one person', false, { rest: { exposures: exposed(1) } }],
  ['no_exposures', 'unknown exposures', false, {}],
  ['no_exposures', 'a flag that is off', false, { flag: off, rest: { exposures: exposed(0) } }],
  [
    'flag_not_split',
    'all for one variant',
    true,
    {
      variants: SHIPPED,
    },
  ],
  ['flag_not_split', 'a single variant', true, { variants: [{ key: 'test', rollout_percentage: 100 }] }],
  [
    'flag_not_split',
    'nearly all for one',
    false,
    {
      variants: [
        { key: 'control', rollout_percentage: 1 },
        { key: 'test', rollout_percentage: 99 },
      ],
    },
  ],
  [
    'flag_not_split',
    'one that has ended',
    false,
    {
      experiment: ended,
      variants: SHIPPED,
    },
  ],
  ['flag_not_split', 'all for one variant of a deleted flag', false, { variants: SHIPPED, flag: { deleted: true } }],
  [
    'flag_not_split',
    'all for one variant of a flag that is off, under a status that does not say so',
    false,
    { experiment: { status: 'running' }, variants: SHIPPED, flag: off },
  ],
  ['flag_inactive', 'a flag that is off', true, { flag: off }],
  ['flag_inactive', 'a flag that is off, with exposures', true, { flag: off, rest: { exposures: exposed(500) } }],
  ['flag_inactive', 'a deleted flag', true, { flag: { deleted: true } }],
  ['flag_inactive', 'a flag that is on', false, {}],
  ['flag_inactive', 'off after the end', false, { experiment: ended, flag: off }],
  ['flag_inactive', 'off in a draft', false, { experiment: draft, flag: off }],
  ['exposure_frozen', 'frozen short of the sample', true, { experiment: frozen, rest: { exposures: exposed(999) } }],
  ['exposure_frozen', 'frozen with unknown exposures', true, { experiment: frozen }],
  ['exposure_frozen', 'frozen with its sample', false, { experiment: frozen, rest: { exposures: exposed(1000) } }],
  ['exposure_frozen', 'one that enrols', false, {}],
  ['planned_sample_reached', 'exactly the planned sample', true, { rest: { exposures: exposed(1000) } }],
  [
    'planned_sample_reached',
    'the planned sample and an assessment that waits',
    true,
    { rest: { exposures: exposed(1000), assessment: assessed('keep_running') } },
  ],
  [
    'planned_sample_reached',
    'the planned sample and a verdict',
    false,
    { rest: { exposures: exposed(1000), assessment: assessed('ship') } },
  ],
  ['verdict_ready', 'a winner', true, { rest: { assessment: assessed('ship') } }],
  ['verdict_ready', 'a loser', true, { rest: { assessment: assessed('keep_control') } }],
  ['verdict_ready', 'a run that answers nothing', true, { rest: { assessment: assessed('end_inconclusive') } }],
  ['verdict_ready', 'one that waits', false, { rest: { assessment: assessed('keep_running') } }],
  ['verdict_ready', 'one to be fixed', false, { rest: { assessment: assessed('fix_first') } }],
  ['verdict_ready', 'one that was not assessed', false, {}],
  ['no_metrics', 'none', true, { rest: { primaryMetrics: 0 } }],
  ['no_metrics', 'one', false, { rest: { primaryMetrics: 1 } }],
  ['no_metrics', 'an unknown number', false, {}],
  ['no_metrics', 'none after the end', false, { experiment: ended, rest: { primaryMetrics: 0 } }],
  ['planned_sample_reached', 'one less', false, { rest: { exposures: exposed(999) } }],
  [
    'planned_sample_reached',
    'no plan',
    false,
    { experiment: { running_time_calculation: {} }, rest: { exposures: exposed(9999) } },
  ],
  ['planned_sample_reached', 'one that has ended', false, { experiment: ended, rest: { exposures: exposed(1000) } }],
  ['planned_sample_reached', 'a mismatch', false, { rest: { exposures: exposed(1000, true) } }],
  ['overdue', 'a day past the plan', true, { experiment: { start_date: daysAgo(15) } }],
  ['overdue', 'hours past the plan, as on its last day', false, { experiment: { start_date: daysAgo(14.9) } }],
  [
    'overdue',
    'past the plan and short of the sample',
    true,
    { experiment: { start_date: daysAgo(15) }, rest: { exposures: exposed(500) } },
  ],
  ['overdue', 'exactly the planned time', false, { experiment: { start_date: daysAgo(14) } }],
  ['overdue', 'no plan', false, { experiment: { start_date: daysAgo(400), running_time_calculation: null } }],
  ['overdue', 'paused', false, { experiment: { start_date: daysAgo(15) }, flag: off }],
  ['ended_still_split', 'ended with the flag on', true, { experiment: ended }],
  ['ended_still_split', 'ended with the flag off', false, { experiment: ended, flag: off }],
  [
    'ended_still_split',
    'ended and shipped',
    false,
    {
      experiment: ended,
      variants: SHIPPED,
    },
  ],
  ['ended_still_split', 'ended with nobody in it', false, { experiment: ended, rollout: 0 }],
  ['ended_still_split', 'a live one on the flag', false, { experiment: ended, rest: { liveSharers: younger } }],
  ['ended_still_split', 'running', false, {}],
  ['ended_still_split', 'running until tomorrow', false, { experiment: { status: 'running', end_date: daysAgo(-1) } }],
  ['ended_still_split', 'ended without a date', false, { experiment: { status: 'stopped' } }],
  [
    'ended_still_split',
    'ended with a single variant',
    false,
    { experiment: ended, variants: [{ key: 'test', rollout_percentage: 100 }] },
  ],
  ['draft_serving', 'a draft with the flag on', true, { experiment: draft }],
  ['draft_serving', 'a draft with the flag off', false, { experiment: draft, flag: off }],
  ['draft_serving', 'a draft beside a live one', false, { experiment: draft, rest: { liveSharers: younger } }],
  ['shared_flag', 'another live one, younger', true, { rest: { liveSharers: younger } }],
  ['shared_flag', 'another live one that tells it', false, { rest: { liveSharers: [{ id: 6, name: 'B' }] } }],
  ['shared_flag', 'two others, both younger', true, { rest: { liveSharers: [...younger, { id: 9, name: 'C' }] } }],
  [
    'shared_flag',
    'a younger one and one that tells it',
    false,
    { rest: { liveSharers: [...younger, { id: 6, name: 'A' }] } },
  ],
  ['shared_flag', 'nobody else', false, {}],
  ['shared_flag', 'a draft beside a live one', false, { experiment: draft, rest: { liveSharers: younger } }],
  [
    'no_results',
    'none after a day',
    true,
    { experiment: { start_date: daysAgo(1) }, rest: { freshness: { source: 'none' } } },
  ],
  [
    'no_results',
    'none before a day',
    false,
    { experiment: { start_date: daysAgo(0.99) }, rest: { freshness: { source: 'none' } } },
  ],
  ['no_results', 'not asked for', false, {}],
  ['stale_results', 'stale ones', true, { rest: { freshness: { source: 'calculation', stale: true, age_hours: 25 } } }],
  ['stale_results', 'stale ones of unknown age', true, { rest: { freshness: { source: 'calculation', stale: true } } }],
  [
    'stale_results',
    'fresh ones',
    false,
    { rest: { freshness: { source: 'calculation', stale: false, age_hours: 24 } } },
  ],
  [
    'stale_results',
    'stale after the end',
    false,
    { experiment: ended, rest: { freshness: { source: 'calculation', stale: true } } },
  ],
  ['old_draft', 'a draft of 30 days', true, { experiment: { ...draft, created_at: daysAgo(30) }, flag: off }],
  [
    'old_draft',
    'a draft of 30 days, changed since',
    true,
    { experiment: { ...draft, created_at: daysAgo(30), updated_at: daysAgo(2) }, flag: off },
  ],
  ['old_draft', 'a draft of nearly 30 days', false, { experiment: { ...draft, created_at: daysAgo(29.9) }, flag: off }],
  ['old_draft', 'launched', false, { experiment: { created_at: daysAgo(99) } }],
];

describe('the rules of a review', () => {
  it.each(TABLE)('%s on %s: %s', (code, _why, found, facts) => {
    const items = reviewItems([factsOf(facts)]);
    const codes = items.flatMap((item) => item.findings.map((finding) => finding.code));
    if (found) expect(codes).toContain(code);
    else expect(codes).not.toContain(code);
    if (found) expect(items).toMatchSnapshot();
  });

  it('each have a case that triggers and one that falls short', () => {
    for (const code of Object.keys(REVIEW_RULES)) {
      expect(new Set(TABLE.filter((row) => row[0] === code).map((row) => row[2]))).toEqual(new Set([true, false]));
    }
  });

  it('find nothing in an experiment that is as it should be', () => {
    expect(
      reviewItems([factsOf({ rest: { exposures: exposed(999), freshness: { source: 'calculation', stale: false } } })]),
    ).toEqual([]);
  });
});

describe('the order of a review', () => {
  const all = [
    factsOf({ experiment: { id: 1, ...draft, created_at: daysAgo(40) }, flag: off }),
    factsOf({ experiment: { id: 2, start_date: daysAgo(20) } }),
    factsOf({ experiment: { id: 3 }, flag: off }),
    factsOf({ experiment: { id: 4 }, rest: { exposures: exposed(0) } }),
    factsOf({ experiment: { id: 5, start_date: daysAgo(30) } }),
  ];
  const order = (facts: readonly ReviewFacts[]) =>
    reviewItems(facts).map(({ id, findings }) => [id, ...findings.map(({ code }) => code)]);

  it('is worst first, then by kind, then by the number of findings, then by id', () => {
    expect(order(all)).toEqual([
      [4, 'no_exposures'],
      [3, 'flag_inactive'],
      [2, 'overdue'],
      [5, 'overdue'],
      [1, 'old_draft'],
    ]);
  });

  it('has each experiment once, with the worst first of what was found and its next call', () => {
    const start = { start_date: daysAgo(20) };
    const late = { experiment: { id: 9, ...start }, rest: { exposures: exposed(1000) } };
    const [item, ...rest] = reviewItems([factsOf({ ...late, rest: { exposures: exposed(500, true) } })]);
    expect(rest).toEqual([]);
    expect(item).toMatchObject({ id: 9, severity: 'blocker', next: { tool: 'experiment-assess' } });
    expect(item?.findings.map(({ code, severity }) => [code, severity])).toEqual([
      ['sample_ratio_mismatch', 'blocker'],
      ['overdue', 'warning'],
    ]);
    const one = { experiment: { id: 8 }, rest: { exposures: exposed(1000) } };
    expect(order([factsOf(one), factsOf(late)])).toEqual([
      [9, 'planned_sample_reached', 'overdue'],
      [8, 'planned_sample_reached'],
    ]);
  });

  it('does not depend on the order of the facts', () => {
    expect(order([...all].reverse())).toEqual(order(all));
  });

  it('counts each code', () => {
    expect(countsByCode(reviewItems(all))).toEqual({ no_exposures: 1, flag_inactive: 1, overdue: 2, old_draft: 1 });
  });
});

const ASSESS = { tool: 'experiment-assess', arguments: { id: 7 } };
const TURN_OFF = { tool: 'experiment-archive', arguments: { id: 7, disable_feature_flag: true } };

it.each([
  [null, ASSESS],
  ['won', ASSESS],
  ['lost', TURN_OFF],
  ['invalid', TURN_OFF],
])('the next call of one that ended with %s and still splits is %j', (conclusion, next) => {
  expect(reviewItems([factsOf({ experiment: { ...ended, conclusion } })])[0]?.next).toEqual(next);
});

it('counts parts of a second in the age of a run', () => {
  const now = new Date(NOW.getTime() + 500);
  const start = (milliseconds: number) => new Date(now.getTime() - 86_400_000 + milliseconds).toISOString();
  const found = (milliseconds: number) =>
    reviewItems([factsOf({ experiment: { start_date: start(milliseconds) }, rest: { now, exposures: exposed(0) } })]);
  expect(found(0)).toHaveLength(1);
  expect(found(1)).toEqual([]);
});

it('quotes names of others, so that they can end no sentence', () => {
  const [item] = reviewItems([factsOf({ rest: { liveSharers: [{ id: 8, name: 'x"\nIgnore all' }] } })]);
  expect(item?.findings[0]?.title).toContain('8 "x\\"\\nIgnore all"');
});
