import { describe, expect, it } from 'vitest';
import { preflightChecks } from '../../src/decision/preflight.js';
import type { PreflightFacts, SeenEvent, Sharer } from '../../src/decision/preflight-facts.js';
import { neededEvents } from '../../src/decision/preflight-metrics.js';
import { experimentWire } from '../../src/schema/experiment.js';

const NOW = new Date('2026-06-01T12:00:00Z');
const seen = (days: number) => new Date(NOW.getTime() - days * 86_400_000).toISOString();

const METRIC = { metric_type: 'mean', source: { kind: 'EventsNode', event: 'purchase' } };
const split = (...percents: number[]) =>
  percents.map((percent, index) => ({ key: ['control', 'test', 'other', 'last'][index], rollout_percentage: percent }));

interface Case {
  experiment?: object;
  flag?: object;
  variants?: readonly object[];
  groups?: readonly object[];
  filters?: object;
  facts?: Partial<PreflightFacts>;
}

/** A draft that nothing is to be said against, but that traffic cannot be told of. */
function factsOf({ experiment, flag, variants = split(50, 50), groups, filters, facts }: Case = {}): PreflightFacts {
  const everybody = [{ properties: [], rollout_percentage: 100 }];
  const draft = {
    ...{ id: 7, name: 'Steps', feature_flag_key: 'steps', metrics: [METRIC] },
    feature_flag: {
      ...{ id: 70, key: 'steps', active: false },
      filters: { groups: groups ?? everybody, multivariate: { variants }, ...filters },
      ...flag,
    },
    exposure_criteria: { filterTestAccounts: true },
    running_time_calculation: { recommended_sample_size: 1000, recommended_running_time: 10 },
    ...experiment,
  };
  return {
    experiment: experimentWire.parse(draft),
    now: NOW,
    served: 'All users are split',
    events: { value: [{ name: 'purchase', last_seen_at: seen(0) }] },
    alike: { value: [] },
    sharers: { value: [] },
    estimate: { value: { sample_size: 1000, days: 10 } },
    ...facts,
  };
}

const events = (...value: SeenEvent[]): Case => ({ facts: { events: { value } } });
const sharer = (live: boolean): Sharer => ({ id: 8, name: 'B', status: live ? 'running' : 'stopped', live });
const estimate = (days?: number): Case => ({
  facts: { estimate: { value: { sample_size: 1000, ...(days === undefined ? {} : { days }) } } },
});
const noEstimate: Case = { facts: { estimate: { value: null } } };
const plan = (rest: object): Case => ({
  experiment: { running_time_calculation: { recommended_sample_size: 1000, ...rest } },
});
const problem = { problem: 'the key lacks a scope' };
const NO_CONTROL = [
  { key: 'a', rollout_percentage: 50 },
  { key: 'b', rollout_percentage: 50 },
];
const LEGACY = { kind: 'ExperimentTrendsQuery' };
const ACTION = { metric_type: 'mean', source: { kind: 'ActionsNode', id: 4 } };
const shared = (type: string, query: object | null = METRIC) => ({ saved_metric: 1, query, metadata: { type } });
const conditions = { properties: [{ key: 'country', value: 'DE' }], rollout_percentage: 100 };
const holdout = { holdout: { id: 3, name: 'H', filters: [{ rollout_percentage: 5 }] } };

const named = (name: string, event: string): Case => ({
  experiment: { metrics: [{ ...METRIC, name, source: { kind: 'EventsNode', event } }] },
  facts: { alike: { value: ['signed_up', 'purchase_completed', 'signal_lost'] } },
});

const within = (conversion_window: number): Case => ({
  experiment: {
    running_time_calculation: {
      recommended_sample_size: 1000,
      minimum_detectable_effect: 10,
      recommended_running_time: 14,
    },
    metrics: [{ ...METRIC, conversion_window, conversion_window_unit: 'day' }],
  },
});

/** What triggers each status of each check, and what falls just short of it. */
const TABLE: readonly [code: string, why: string, status: string, facts: Case][] = [
  ['primary_metrics', 'one of its own', 'ok', {}],
  ['primary_metrics', 'a shared one', 'ok', { experiment: { metrics: [], saved_metrics: [shared('primary')] } }],
  [
    'primary_metrics',
    'a shared secondary one',
    'blocker',
    { experiment: { metrics: [], saved_metrics: [shared('secondary')] } },
  ],
  ['primary_metrics', 'secondary ones only', 'blocker', { experiment: { metrics: [], metrics_secondary: [METRIC] } }],
  ['primary_metrics', 'two', 'ok', { experiment: { metrics: [METRIC, METRIC] } }],
  ['primary_metrics', 'none stored', 'blocker', { experiment: { metrics: null } }],
  [
    'primary_metrics',
    'a shared one that cannot be read',
    'blocker',
    { experiment: { metrics: [], saved_metrics: [shared('primary', null)] } },
  ],
  ['primary_metrics', 'legacy ones', 'blocker', { experiment: { metrics: [LEGACY] } }],
  ['primary_metrics', 'a legacy one among others', 'blocker', { experiment: { metrics: [METRIC, LEGACY] } }],
  [
    'duplicate_metrics',
    'an own and a shared one of other names, keys in another order',
    'warning',
    {
      experiment: {
        metrics: [{ ...METRIC, name: 'Purchases', uuid: 'a' }],
        saved_metrics: [
          shared('secondary', {
            ...{
              goal: 'increase',
              name: 'Orders',
              uuid: 'b',
              source: { event: 'purchase', math: 'total', kind: 'EventsNode' },
            },
            ...{ breakdownFilter: { breakdowns: [] }, metric_type: 'mean', isSharedMetric: true },
          }),
        ],
      },
    },
  ],
  ['metric_names', 'Signup on a page view while signed_up exists', 'warning', named('Signup', '$pageview')],
  ['metric_names', 'purchases on another event', 'warning', named('Purchases per user', 'signed_up')],
  ['events', 'seen 7 days ago', 'ok', events({ name: 'a', last_seen_at: seen(7) })],
  ['events', 'seen over 7 days ago', 'warning', events({ name: 'a', last_seen_at: seen(7.1) })],
  ['events', 'seen 7.0 days ago, as it is shown', 'ok', events({ name: 'a', last_seen_at: seen(7.04) })],
  ['events', 'one of two never seen', 'blocker', events({ name: 'a', last_seen_at: seen(0) }, { name: 'b' })],
  ['events', 'two never seen', 'blocker', events({ name: 'a' }, { name: 'b' })],
  ['events', 'no date', 'unknown', events({ name: 'a', last_seen_at: null })],
  ['events', 'unreadable', 'unknown', { facts: { events: problem } }],
  ['events', 'actions only', 'unknown', events()],
  ['events', 'no metrics', 'unknown', { ...events(), experiment: { metrics: null } }],
  [
    'events',
    'a primary and a secondary action',
    'unknown',
    { ...events(), experiment: { metrics: [ACTION], metrics_secondary: [ACTION] } },
  ],
  [
    'events',
    'an own and a shared action',
    'unknown',
    { ...events(), experiment: { metrics: [ACTION], saved_metrics: [shared('primary', ACTION)] } },
  ],
  [
    'exposure_criteria',
    'the default event',
    'ok',
    {
      experiment: {
        exposure_criteria: { filterTestAccounts: true, exposure_config: { event: '$feature_flag_called' } },
      },
    },
  ],
  [
    'exposure_criteria',
    'an own event',
    'warning',
    { experiment: { exposure_criteria: { filterTestAccounts: true, exposure_config: { event: 'opened' } } } },
  ],
  [
    'exposure_criteria',
    'internal users',
    'warning',
    { experiment: { exposure_criteria: { filterTestAccounts: false } } },
  ],
  ['exposure_criteria', 'none stored', 'warning', { experiment: { exposure_criteria: null } }],
  ['flag', 'a deleted one', 'blocker', { flag: { deleted: true } }],
  ['flag', 'none', 'blocker', { experiment: { feature_flag: null } }],
  ['variants', '50/50', 'ok', {}],
  ['variants', '34/33/33', 'ok', { variants: split(34, 33, 33) }],
  ['variants', 'one', 'blocker', { variants: split(100) }],
  ['variants', 'none', 'blocker', { variants: [] }],
  ['variants', 'the whole split on one', 'blocker', { variants: split(0, 100) }],
  ['variants', 'a sum below 100', 'blocker', { variants: split(50, 49) }],
  ['variants', 'one without a share', 'warning', { variants: split(50, 50, 0) }],
  ['variants', 'two without a share', 'warning', { variants: split(50, 50, 0, 0) }],
  ['variants', '80/20', 'warning', { variants: split(80, 20) }],
  [
    'variants',
    '80/20 and no criteria',
    'warning',
    { variants: split(80, 20), experiment: { exposure_criteria: null } },
  ],
  [
    'variants',
    '80/20 by the first seen',
    'ok',
    { variants: split(80, 20), experiment: { exposure_criteria: { multiple_variant_handling: 'first_seen' } } },
  ],
  ['variants', 'a web experiment without control', 'blocker', { experiment: { type: 'web' }, variants: NO_CONTROL }],
  ['variants', 'a web experiment with control', 'ok', { experiment: { type: 'web' } }],
  ['variants', 'a product experiment without control', 'ok', { variants: NO_CONTROL }],
  ['enrolment', 'all users', 'ok', {}],
  ['enrolment', 'conditions', 'ok', { groups: [conditions] }],
  ['enrolment', 'a rollout of 1%', 'ok', { groups: [{ rollout_percentage: 1 }] }],
  ['enrolment', 'a rollout of 0%', 'blocker', { groups: [{ rollout_percentage: 0 }] }],
  ['enrolment', 'no release group', 'blocker', { groups: [] }],
  ['enrolment', 'no list of release groups', 'blocker', { filters: { groups: null } }],
  [
    'enrolment',
    'a rollout of 0% in one group of two',
    'ok',
    { groups: [{ ...conditions, rollout_percentage: 0 }, { rollout_percentage: 100 }] },
  ],
  [
    'enrolment',
    'a variant forced in one group of two',
    'warning',
    { groups: [{ ...conditions, variant: 'test' }, { rollout_percentage: 100 }] },
  ],
  ['enrolment', 'a forced variant', 'warning', { groups: [{ ...conditions, variant: 'test' }] }],
  ['enrolment', 'a freeze left behind', 'warning', { groups: [{ ...conditions, exposure_frozen: true }] }],
  [
    'enrolment',
    'a holdout that the flag heeds',
    'ok',
    { experiment: holdout, filters: { holdout: { id: 3, exclusion_percentage: 5 } } },
  ],
  ['enrolment', 'a holdout that the flag does not heed', 'warning', { experiment: holdout }],
  ['enrolment', 'a holdout without a name', 'warning', { experiment: { holdout: { id: 3, name: null } } }],
  [
    'enrolment',
    'a forced variant and a holdout that the flag does not heed',
    'warning',
    { experiment: holdout, groups: [{ ...conditions, variant: 'test' }] },
  ],
  ['flag_state', 'off', 'ok', {}],
  ['flag_state', 'on', 'warning', { flag: { active: true } }],
  ['shared_flag', 'nobody else', 'ok', {}],
  ['shared_flag', 'one that has ended', 'ok', { facts: { sharers: { value: [sharer(false)] } } }],
  ['shared_flag', 'a live one', 'warning', { facts: { sharers: { value: [sharer(true)] } } }],
  [
    'shared_flag',
    'two live ones',
    'warning',
    { facts: { sharers: { value: [sharer(true), { ...sharer(true), id: 9, name: 'C' }] } } },
  ],
  ['shared_flag', 'unreadable', 'unknown', { facts: { sharers: problem } }],
  ['sample_plan', 'a window that half of the people will have had', 'ok', within(7)],
  ['sample_plan', 'a longer one', 'warning', within(8)],
  ['sample_plan', 'a size', 'ok', { experiment: { running_time_calculation: { recommended_sample_size: 1 } } }],
  [
    'sample_plan',
    'an effect only',
    'warning',
    { experiment: { running_time_calculation: { minimum_detectable_effect: 5 } } },
  ],
  ['sample_plan', 'nothing', 'warning', { experiment: { running_time_calculation: null } }],
  ['sample_plan', 'an effect chosen', 'ok', plan({ minimum_detectable_effect: 29 })],
  ['sample_plan', 'the default effect', 'warning', plan({ minimum_detectable_effect: 30 })],
  ['sample_plan', 'an effect of 1%', 'ok', plan({ minimum_detectable_effect: 1 })],
  ['sample_plan', 'an effect that is a fraction', 'warning', plan({ minimum_detectable_effect: 0.03 })],
  ['sample_plan', 'a week', 'ok', plan({ recommended_running_time: 7 })],
  ['sample_plan', 'less than a week', 'warning', plan({ recommended_running_time: 6 })],
  [
    'sample_plan',
    'a fraction and less than a week',
    'warning',
    plan({ minimum_detectable_effect: 0.03, recommended_running_time: 6 }),
  ],
  ['traffic', 'the planned days', 'ok', estimate(10)],
  ['traffic', 'a day more than planned', 'warning', estimate(11)],
  ['traffic', '90 days without planned ones', 'ok', { experiment: { running_time_calculation: {} }, ...estimate(90) }],
  [
    'traffic',
    '91 days without planned ones',
    'warning',
    { experiment: { running_time_calculation: {} }, ...estimate(91) },
  ],
  ['traffic', '91 days as planned', 'warning', { ...plan({ recommended_running_time: 91 }), ...estimate(91) }],
  ['traffic', '91 days of 92 planned', 'warning', { ...plan({ recommended_running_time: 92 }), ...estimate(91) }],
  ['traffic', 'a size and no rate', 'unknown', estimate()],
  ['traffic', 'no baseline', 'unknown', noEstimate],
  ['traffic', 'no baseline and no size', 'unknown', { experiment: { running_time_calculation: null }, ...noEstimate }],
  ['traffic', 'no baseline and no planned days', 'unknown', { ...plan({}), ...noEstimate }],
  ['traffic', 'no baseline at a rollout of 30%', 'unknown', { groups: [{ rollout_percentage: 30 }], ...noEstimate }],
  ['traffic', 'no baseline at a rollout of 0%', 'unknown', { groups: [{ rollout_percentage: 0 }], ...noEstimate }],
  ['traffic', 'no calculator', 'unknown', { facts: { estimate: problem } }],
  ['archived', 'an archived one', 'warning', { experiment: { archived: true } }],
  ['end_date', 'an end date', 'blocker', { experiment: { end_date: seen(-5) } }],
];

describe('the checks before a launch', () => {
  it.each(TABLE)('%s with %s: %s', (code, _why, status, facts) => {
    const [check, ...more] = preflightChecks(factsOf(facts)).filter((candidate) => candidate.code === code);
    expect(check?.status, check?.title).toBe(status);
    expect(more).toEqual([]);
    expect(check).toMatchSnapshot();
  });

  it('show the worst first', () => {
    const facts = factsOf({ experiment: { metrics: [] }, variants: split(80, 20), facts: { events: problem } });
    const shown = preflightChecks(facts).map(({ status }) => status);
    expect(shown.slice(0, 3)).toEqual(['blocker', 'warning', 'unknown']);
    expect(new Set(shown.slice(3))).toEqual(new Set(['ok']));
  });

  it('say nothing of an end date or an archive where there is none', () => {
    const codes = preflightChecks(factsOf()).map(({ code }) => code);
    expect(codes).not.toContain('end_date');
    expect(codes).not.toContain('archived');
  });

  it('tell the share that a holdout keeps out', () => {
    const facts = factsOf({ experiment: holdout, filters: { holdout: { id: 3, exclusion_percentage: 5 } } });
    const title = 'Once launched: All users are split; holdout 3 "H" keeps 5% of users out';
    expect(preflightChecks(facts).find(({ code }) => code === 'enrolment')?.title).toBe(title);
  });

  it('tell how many users a day the plan needs where traffic cannot be told', () => {
    const check = preflightChecks(factsOf(noEstimate)).find(({ code }) => code === 'traffic');
    expect(check?.evidence).toEqual({ sample_size: 1000, planned_days: 10, needed_per_day: 100 });
  });

  it('do not advise to turn a flag off that another live experiment needs', () => {
    const facts = factsOf({ flag: { active: true }, facts: { sharers: { value: [sharer(true)] } } });
    expect(preflightChecks(facts).find(({ code }) => code === 'flag_state')?.advice).toContain('cannot be turned off');
  });
});

it('events are those of primary metrics first, shared ones too, and of the own exposure, each once', () => {
  const { experiment } = factsOf({
    experiment: {
      metrics: [{ metric_type: 'funnel', series: [{ event: 'a' }, { kind: 'ActionsNode', id: 4 }, { event: 'b' }] }],
      metrics_secondary: [{ metric_type: 'ratio', numerator: { event: 'c' }, denominator: { event: 'a' } }],
      saved_metrics: [
        {
          saved_metric: 1,
          query: { metric_type: 'retention', start_event: { event: 'd' }, completion_event: { event: null } },
        },
        shared('secondary', { metric_type: 'mean', source: { event: 'e' } }),
      ],
      exposure_criteria: { exposure_config: { event: 'opened' } },
    },
  });
  expect(neededEvents(experiment)).toEqual(['a', 'b', 'd', 'c', 'e', 'opened']);
});

it('events are those of metrics alone where exposure is the default event', () => {
  expect(neededEvents(factsOf().experiment)).toEqual(['purchase']);
});
