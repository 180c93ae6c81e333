import { describe, expect, it } from 'vitest';
import { statsOf } from '../../src/decision/measure.js';
import { freshnessOf, isOver, methodOf, metricsOf, readRun } from '../../src/decision/results.js';
import { experimentWire } from '../../src/schema/experiment.js';
import { recalculationWire } from '../../src/schema/results.js';

const NOW = new Date('2026-06-02T12:00:00Z');
const experimentOf = (rest: object) => experimentWire.parse({ id: 1, name: 'One', feature_flag_key: 'one', ...rest });
const run = (rest: object = {}) => recalculationWire.parse({ id: 'r1', status: 'completed', ...rest });
const metric = (uuid: string, more: object = {}) => ({ uuid, metric_type: 'mean', source: { event: 'x' }, ...more });

describe('the metrics of an experiment', () => {
  it('are its own and shared ones, primary ones first, by name, type and goal', () => {
    const experiment = experimentOf({
      metrics: [metric('a', { name: 'A', goal: 'decrease' }), { metric_type: 'mean', name: 'without uuid' }],
      metrics_secondary: [metric('b', { metric_type: null })],
      saved_metrics: [
        { saved_metric: 1, name: 'Shared', query: metric('c'), metadata: { type: 'secondary' } },
        { saved_metric: 2, name: 'Given', query: metric('d', { name: 'Own', metric_type: 'funnel' }) },
        { saved_metric: 3, name: 'Other', query: metric('e'), metadata: { type: 'primary' } },
        { saved_metric: 4, name: 'Gone' },
      ],
    });
    expect(metricsOf(experiment)).toEqual([
      {
        uuid: 'a',
        name: 'A',
        role: 'primary',
        metric_type: 'mean',
        goal: 'decrease',
        measures: 'total count per user of x',
      },
      {
        ...{ uuid: 'metric-2', name: 'without uuid', role: 'primary', metric_type: 'mean', goal: 'increase' },
        measures: '?',
        unknown: expect.stringContaining('has no uuid'),
      },
      { uuid: 'd', name: 'Own', role: 'primary', metric_type: 'funnel', goal: 'increase', measures: 'exposure' },
      {
        uuid: 'e',
        name: 'Other',
        role: 'primary',
        metric_type: 'mean',
        goal: 'increase',
        measures: 'total count per user of x',
      },
      { uuid: 'b', name: undefined, role: 'secondary', metric_type: 'legacy', goal: 'increase', measures: 'unknown' },
      {
        uuid: 'c',
        name: 'Shared',
        role: 'secondary',
        metric_type: 'mean',
        goal: 'increase',
        measures: 'total count per user of x',
      },
    ]);
  });

  it('are none where there are none', () => {
    expect(metricsOf(experimentOf({}))).toEqual([]);
  });
});

describe('the method', () => {
  const of = (stats_config: object | null) => methodOf(statsOf(experimentOf({ stats_config })));

  it('is Bayesian at 95% and relative unless the experiment says otherwise', () => {
    const standard = { method: 'bayesian', confidence_level: 0.95, effects_are: 'relative' };
    expect(of(null)).toEqual(standard);
    expect(methodOf(statsOf(experimentOf({})))).toEqual(standard);
    expect(of({ method: 'other' })).toEqual(standard);
    expect(of({ method: 'bayesian', frequentist: { alpha: 0.2, difference_type: 'ABSOLUTE' } })).toEqual(standard);
  });

  it('is what the experiment says', () => {
    expect(of({ bayesian: { ci_level: 0.9, difference_type: 'ABSOLUTE' } })).toEqual({
      ...{ method: 'bayesian', confidence_level: 0.9, effects_are: 'absolute' },
    });
    expect(of({ method: 'frequentist', frequentist: { alpha: 0.1 } })).toEqual({
      ...{ method: 'frequentist', confidence_level: 0.9, effects_are: 'relative' },
    });
    expect(of({ method: 'frequentist' }).confidence_level).toBe(0.95);
  });

  it.each([0, 1, -1, 2, '90', '', null])('has a level of 95 %% where %j is given', (ci_level) => {
    expect(of({ bayesian: { ci_level } }).confidence_level).toBe(0.95);
  });

  it('has the level that some builds store as text', () => {
    expect(of({ bayesian: { ci_level: '0.9' } }).confidence_level).toBe(0.9);
    expect(of({ method: 'frequentist', frequentist: { alpha: '0.01' } }).confidence_level).toBe(0.99);
  });
});

describe('a run', () => {
  it('is over where it is completed or failed', () => {
    expect(['completed', 'failed', 'pending', 'in_progress'].map((status) => isOver(run({ status })))).toEqual([
      ...[true, true, false, false],
    ]);
  });
});

const HERE = { now: NOW, readOnly: false };

describe('the freshness of results', () => {
  const of = (rest: object, endDate?: string | null) => freshnessOf(run(rest), HERE, endDate);

  it('says that nothing was calculated', () => {
    expect(freshnessOf(null, HERE)).toEqual({
      source: 'none',
      note: 'Never calculated; calculate them with experiment-results refresh: true (scope experiment:write).',
    });
  });

  it('does not advise a call that this server would refuse', () => {
    const note = 'Never calculated; calculate them in PostHog itself (only reads are allowed here).';
    expect(freshnessOf(null, { ...HERE, readOnly: true })).toEqual({ source: 'none', note });
  });

  it('says how far a calculation has come', () => {
    const counted = { total_metrics: 5, completed_metrics: 2, failed_metrics: 1 };
    const note = (done: string) =>
      `PostHog is still calculating (${done} metrics). Call again with recalculation_id for the results.`;
    expect(of({ status: 'in_progress', ...counted })).toEqual({
      source: 'running',
      recalculation_id: 'r1',
      note: note('3 of 5'),
    });
    expect(of({ status: 'pending' }).note).toBe(note('0 of ?'));
  });

  it('is the age of the data, which goes before the time of the calculation and of its request', () => {
    const at = (time: string) => `2026-06-02T${time}Z`;
    const times = { query_to: at('09:00:00'), completed_at: at('10:00:00'), created_at: at('08:00:00') };
    expect(of(times)).toEqual({
      ...{ source: 'calculation', recalculation_id: 'r1', calculated_at: at('09:00:00'), age_hours: 3, stale: false },
    });
    expect(of({ ...times, query_to: null })).toMatchObject({ calculated_at: at('10:00:00'), age_hours: 2 });
    expect(of({ created_at: at('08:33:00') })).toMatchObject({ calculated_at: at('08:33:00'), age_hours: 3.5 });
  });

  it('is stale after 24 hours, or where no time is known', () => {
    const note =
      'Older than 24 hours; calculate them anew with experiment-results refresh: true (scope experiment:write).';
    expect(of({ query_to: '2026-06-01T12:00:00Z' })).toMatchObject({ stale: false, age_hours: 24 });
    expect(of({ query_to: '2026-06-01T12:00:00Z' })).not.toHaveProperty('note');
    expect(of({ query_to: '2026-06-01T11:00:00Z' })).toMatchObject({ stale: true, age_hours: 25, note });
    expect(of({})).toStrictEqual({ source: 'calculation', recalculation_id: 'r1', stale: true, note });
  });

  it('tells the numbers of the daily job from a calculation, which alone can be asked for again', () => {
    expect(of({ result_source: 'timeseries_fallback', query_to: '2026-06-02T11:00:00Z' })).toEqual({
      source: 'daily_fallback',
      calculated_at: '2026-06-02T11:00:00Z',
      age_hours: 1,
      stale: false,
      note: 'Numbers of the daily job, not of a calculation; calculate them anew with experiment-results refresh: true (scope experiment:write).',
    });
  });

  it('never grows stale where an ended experiment was calculated to its end', () => {
    const end = '2026-05-01T00:00:00Z';
    const covering = { query_to: end, completed_at: '2026-05-02T00:00:00Z' };
    expect(of(covering, end)).toMatchObject({ stale: false, calculated_at: '2026-05-02T00:00:00Z' });
    expect(of(covering, '2026-05-01T00:00:01Z')).toMatchObject({ stale: true, calculated_at: end });
    expect(of({ completed_at: end }, end)).toMatchObject({ stale: false });
    for (const none of [null, undefined, '']) expect(of(covering, none).stale).toBe(true);
    expect(of({ created_at: end }, end).stale).toBe(true);
  });
});

describe('the readings of a run', () => {
  const experiment = experimentOf({ metrics: [metric('a'), metric('b')], metrics_secondary: [{ uuid: 'old' }] });
  const options = { settings: statsOf(experimentOf({})), breakdowns: false, readOnly: false };
  const result = { baseline: { key: 'control', number_of_samples: 100, sum: 50 } };
  const problems = (results: object[] | null, more: object = {}) =>
    readRun(experiment, run({ results, ...more }), options).map(({ problem }) => problem);
  const LEGACY = 'a metric in a legacy format has no results here; experiment-migrate makes a twin that has';
  const DROPPED =
    'no result in this calculation; an edit since then may have dropped it: calculate it with experiment-results refresh: true (scope experiment:write)';

  it('stand in the order of the metrics, whatever the order of the results', () => {
    const results = [
      { metric_uuid: 'b', status: 'completed', result: { baseline: { ...result.baseline, sum: 20 } } },
      { metric_uuid: 'a', status: 'completed', result },
    ];
    const read = readRun(experiment, run({ results }), options);
    expect(read.map(({ uuid, variants }) => [uuid, variants[0]?.value])).toEqual([
      ['a', 0.5],
      ['b', 0.2],
      ['old', undefined],
    ]);
    expect(read.map(({ problem }) => problem)).toEqual([undefined, undefined, LEGACY]);
  });

  it('are of one metric where it is asked for', () => {
    const uuids = (metricUuid?: string) =>
      readRun(experiment, null, { ...options, metricUuid }).map(({ uuid }) => uuid);
    expect(uuids()).toEqual(['a', 'b', 'old']);
    expect(uuids('b')).toEqual(['b']);
    expect(uuids('none')).toEqual([]);
  });

  it('say in PostHog’s words why a metric failed, or that it gave none', () => {
    const failed = { metric_uuid: 'a', status: 'failed', error_message: 'Too slow' };
    expect(problems([failed, { metric_uuid: 'b', status: 'failed', result }])).toEqual([
      'Too slow',
      'PostHog failed to calculate it',
      LEGACY,
    ]);
  });

  it('say what has no result yet, and what has none any more', () => {
    expect(problems([])).toEqual([DROPPED, DROPPED, LEGACY]);
    expect(problems(null)).toEqual([DROPPED, DROPPED, LEGACY]);
    const running = 'still being calculated';
    expect(problems(null, { status: 'in_progress' })).toEqual([running, running, LEGACY]);
    expect(readRun(experiment, null, options).map(({ problem }) => problem)).toEqual([DROPPED, DROPPED, LEGACY]);
  });
});
