import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { compareVariants } from '../../src/stats/compare.js';
import { statsSettings } from '../../src/stats/settings.js';
import {
  ask,
  benchOf,
  cookieCats,
  counted,
  GATE_30,
  GATE_40,
  metricOf,
  purchases,
  running,
} from './results-helpers.js';
import { at, MEAN_METRIC, rule } from './support.js';

const interval = z.tuple([z.number(), z.number()]);

/** Share of a symmetric density beyond ±t, by Simpson's rule: no library, no closed form. */
function beyond(t: number, density: (x: number) => number): number {
  const integral = (from: number, to: number): number => {
    const steps = 20_000;
    const width = (to - from) / steps;
    let sum = density(from) + density(to);
    for (let i = 1; i < steps; i += 1) sum += (i % 2 === 1 ? 4 : 2) * density(from + i * width);
    return (sum * width) / 3;
  };
  return integral(t, 40) / integral(0, 40);
}

/** The t that a share lies beyond, by halving. */
function criticalValue(share: number, density: (x: number) => number): number {
  let [low, high] = [0, 10];
  for (let i = 0; i < 50; i += 1) {
    const middle = (low + high) / 2;
    if (beyond(middle, density) > share) low = middle;
    else high = middle;
  }
  return low;
}

/** Cookie Cats by hand. One start per player, so retention is a share whose delta-method variance is n·p(1 − p)/(n − 1). */
function byHand() {
  const arm = ({ players, day7 }: typeof GATE_30) => {
    const share = day7 / players;
    return { n: players, share, variance: (players * share * (1 - share)) / (players - 1) };
  };
  const [control, test] = [arm(GATE_30), arm(GATE_40)];
  const effect = test.share / control.share - 1;
  const ofTest = test.variance / test.n;
  const ofControl = control.variance / control.n;
  const error = Math.sqrt(ofTest / control.share ** 2 + (test.share ** 2 * ofControl) / control.share ** 4);
  const freedom = (ofTest + ofControl) ** 2 / (ofTest ** 2 / (test.n - 1) + ofControl ** 2 / (control.n - 1));
  const density = (x: number) => (1 + x ** 2 / freedom) ** (-(freedom + 1) / 2);
  const margin = criticalValue(0.05, density) * error;
  return { p: beyond(Math.abs(effect) / error, density), low: effect - margin, high: effect + margin };
}

describe('the results of a metric', () => {
  test('of Cookie Cats on day 7 are those of a computation by hand', async () => {
    const answer = await ask(await cookieCats());
    const variant = at(answer.json, 'variant_results', 0);
    const [low, high] = interval.parse(at(variant, 'confidence_interval'));
    const hand = byHand();
    expect(z.number().parse(at(variant, 'p_value'))).toBeCloseTo(hand.p, 8);
    expect(low).toBeCloseTo(hand.low, 7);
    expect(high).toBeCloseTo(hand.high, 7);
    expect(variant).toMatchObject({ key: 'gate_40', method: 'frequentist', significant: true, sum: GATE_40.day7 });
    expect(at(answer.json, 'baseline')).toMatchObject({ key: 'gate_30', number_of_samples: GATE_30.players });
  });

  test.each([
    ['a Bayesian funnel', 'funnel', {}, counted(900, 80), counted(920, 105)],
    [
      'an absolute frequentist funnel',
      'funnel',
      { method: 'frequentist', frequentist: { difference_type: 'ABSOLUTE' } },
      counted(900, 80),
      counted(920, 105),
    ],
    [
      'a mean',
      'mean',
      { method: 'bayesian', bayesian: { ci_level: 0.9 } },
      { number_of_samples: 400, sum: 900, sum_squares: 4000 },
      { number_of_samples: 410, sum: 1000, sum_squares: 4800 },
    ],
    [
      'a mean adjusted by what people did before',
      'mean',
      { method: 'bayesian', cuped: { enabled: true } },
      { ...counted(400, 200), covariate_sum: 180, covariate_sum_squares: 180, covariate_sum_product: 150 },
      { ...counted(410, 260), covariate_sum: 190, covariate_sum_squares: 190, covariate_sum_product: 160 },
    ],
    [
      'a sequential ratio',
      'ratio',
      { method: 'frequentist', frequentist: { sequential_testing_enabled: true } },
      {
        number_of_samples: 400,
        sum: 900,
        sum_squares: 4000,
        denominator_sum: 800,
        denominator_sum_squares: 2600,
        numerator_denominator_sum_product: 2900,
      },
      {
        number_of_samples: 410,
        sum: 990,
        sum_squares: 4700,
        denominator_sum: 830,
        denominator_sum_squares: 2700,
        numerator_denominator_sum_product: 3100,
      },
    ],
  ] as const)('of %s are those of the statistics on the same data', async (_name, type, stats, control, test) => {
    const metrics = [{ name: 'Metric', metric_type: type, data: { control, test } }];
    const answer = await ask(await running({ metrics, stats_config: stats }));
    const settings = statsSettings(stats);
    const expected = compareVariants({ metricType: type, baseline: control, variant: test, settings });
    expect(answer.status).toBe(200);
    expect(at(answer.json, 'variant_results', 0)).toMatchObject({ ...test, ...expected });
    const bound = expected.method === 'bayesian' ? expected.credible_interval : expected.confidence_interval;
    expect(bound).not.toBeNull();
  });

  test('carry the heavy and the old fields that clients have to drop', async () => {
    const { json } = await ask(await running());
    expect(json).toMatchObject({ significant: null, probability: null, p_value: null, insight: null, variants: null });
    expect(json.clickhouse_sql).toContain('SELECT');
    expect(json.hogql).toContain('SELECT');
    expect(at(json, 'baseline', 'step_sessions', 0, 0)).toHaveProperty('session_id');
  });

  test('are found for a metric sent without its uuid, by its definition', async () => {
    const ready = await running();
    const { uuid: _uuid, name: _name, ...metric } = z.record(z.string(), z.unknown()).parse(await metricOf(ready));
    expect(at((await ask(ready, metric)).json, 'baseline', 'sum')).toBe(100);
  });

  test('of a metric without data are exposed people who did nothing', async () => {
    const { json } = await ask(await running(), MEAN_METRIC);
    expect(json.baseline).toMatchObject({
      number_of_samples: 1000,
      sum: 0,
      validation_failures: ['baseline-mean-is-zero'],
    });
    expect(at(json, 'variant_results', 0)).toMatchObject({
      chance_to_win: null,
      credible_interval: null,
      significant: null,
    });
  });

  test.each([
    ['too few exposed people', counted(49, 20), ['not-enough-exposures']],
    ['too few who did it', counted(1000, 4), ['not-enough-metric-data']],
    ['neither', counted(10, 1), ['not-enough-exposures', 'not-enough-metric-data']],
  ])('have no statistics with %s', async (_name, row, failures) => {
    const { json } = await ask(
      await running({ metrics: [purchases({ data: { control: counted(1000, 100), test: row } })] }),
    );
    expect(at(json, 'variant_results', 0)).toMatchObject({
      validation_failures: failures,
      chance_to_win: null,
      credible_interval: null,
      significant: null,
    });
    expect(at(json, 'baseline', 'validation_failures')).toEqual([]);
  });

  test('leave out excluded variants and compare with the pinned baseline', async () => {
    const variants = ['a', 'b', 'c'].map((key, index) => ({ key, split_percent: index === 0 ? 34 : 33 }));
    const data = { a: counted(500, 50), b: counted(500, 60), c: counted(500, 70) };
    const ready = await running({
      variants,
      exposures: { a: 500, b: 500, c: 500 },
      stats_config: { method: 'bayesian', baseline_variant_key: 'b' },
      metrics: [purchases({ data })],
    });
    expect((await ready.patch('/experiments/1/', { excluded_variants: ['c'] })).status).toBe(200);
    const { json } = await ask(ready);
    expect(at(json, 'baseline', 'key')).toBe('b');
    expect(z.array(z.unknown()).parse(json.variant_results)).toHaveLength(1);
    expect(at(json, 'variant_results', 0, 'key')).toBe('a');
  });

  test('list a breakdown under the value for people without the property', async () => {
    const ready = await running();
    const metric = z.record(z.string(), z.unknown()).parse(await metricOf(ready));
    const breakdowns = Array.from({ length: 3 }, (_, index) => ({ property: `p${index}`, type: 'event' }));
    const { json } = await ask(ready, { ...metric, breakdownFilter: { breakdowns: breakdowns.slice(0, 1) } });
    expect(at(json, 'breakdown_results', 0, 'breakdown_value')).toEqual(['$$_posthog_breakdown_null_$$']);
    expect(at(json, 'breakdown_results', 0, 'baseline')).toMatchObject({ key: 'control', number_of_samples: 1000 });
  });

  test('of a draft are empty', async () => {
    const { json } = await ask(await running({ started_days_ago: null }));
    expect(json.baseline).toMatchObject({ number_of_samples: 0, sum: 0 });
    expect(at(json, 'variant_results', 0, 'chance_to_win')).toBeNull();
  });

  test('are refused for data that cannot be', async () => {
    const impossible = { number_of_samples: 100, sum: 1000, sum_squares: 10 };
    const data = { control: impossible, test: impossible };
    const answer = await ask(await running({ metrics: [{ metric_type: 'mean', name: 'Broken', data }] }));
    expect(answer.status).toBe(400);
    expect(answer.json).toEqual(
      rule(
        'Unable to calculate experiment statistics. Please ensure your experiment has sufficient data and try again.',
      ),
    );
  });
});

describe('a query for results', () => {
  test.each([
    ['without an experiment', { metric: MEAN_METRIC }, 'experiment_id is required'],
    ['for one that is not there', { experiment_id: 99, metric: MEAN_METRIC }, 'Experiment with id 99 not found'],
  ])('%s is refused', async (_name, query, detail) => {
    const { post } = await running();
    const answer = await post('/query/', { query: { kind: 'ExperimentQuery', ...query } });
    expect(answer.status).toBe(400);
    expect(answer.json).toEqual(rule(detail));
  });

  test('with four breakdowns is refused', async () => {
    const ready = await running();
    const answer = await ask(ready, { ...MEAN_METRIC, breakdownFilter: { breakdowns: [{}, {}, {}, {}] } });
    expect(answer.json).toEqual(rule('Maximum of 3 breakdowns are supported for experiment metrics'));
  });

  test('cannot see another project’s experiment', async () => {
    const { call, sandbox } = await running();
    const body = { query: { kind: 'ExperimentQuery', experiment_id: 1, metric: MEAN_METRIC } };
    const answer = await call('POST', `/api/projects/${sandbox.otherProjectId}/query/`, { body });
    expect(answer.json.detail).toBe('Experiment with id 1 not found');
  });

  test('without a query, and of a kind that the sandbox has no data for, is refused', async () => {
    const { post } = await benchOf();
    expect((await post('/query/', {})).json).toMatchObject({ code: 'required', attr: 'query' });
    expect((await post('/query/', { query: { kind: 'HogQLQuery' } })).status).toBe(400);
  });
});
