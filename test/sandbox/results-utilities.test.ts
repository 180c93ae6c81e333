import { describe, expect, test } from 'vitest';
import { benchOf } from './results-helpers.js';
import { bench } from './support.js';

function experiment(index: number, fields: object) {
  return { name: `E${index}`, feature_flag_key: `e-${index}`, ...fields };
}

describe('stats', () => {
  test('count launches and ends of the last 30 days and compare with the 30 before', async () => {
    const { get } = await benchOf(
      ...[
        { started_days_ago: 1 },
        { started_days_ago: 29.9 },
        { started_days_ago: 20, ended_days_ago: 5 },
        { started_days_ago: 30 },
        { started_days_ago: 59, ended_days_ago: 31 },
        { started_days_ago: 60 },
        {},
        { started_days_ago: 10, ended_days_ago: 2, archived: true },
      ].map((fields, index) => experiment(index, fields)),
    );
    expect((await get('/experiments/stats/')).json).toEqual({
      launched_last_30d: 3,
      launched_previous_30d: 2,
      percent_change: 50,
      active_experiments: 4,
      completed_last_30d: 1,
    });
  });

  test.each([
    [[1], 100],
    [[], 0],
    [[31, 32, 33, 1], -66.7],
  ])('of launches %j days ago change by %j per cent', async (launches, change) => {
    const { get } = await benchOf(...launches.map((days, index) => experiment(index, { started_days_ago: days })));
    expect((await get('/experiments/stats')).json.percent_change).toBe(change);
  });

  test('leave out deleted experiments and those of another project', async () => {
    const ready = await benchOf(experiment(1, { started_days_ago: 1 }));
    await ready.patch('/experiments/1/', { deleted: true });
    expect((await ready.get('/experiments/stats/')).json.active_experiments).toBe(0);
    const other = await ready.get(`/api/projects/${ready.sandbox.otherProjectId}/experiments/stats/`);
    expect(other.json.active_experiments).toBe(0);
  });

  test('need experiment:read', async () => {
    const ready = await bench();
    expect((await ready.call('GET', '/experiments/stats/', { key: ready.sandbox.readOnlyKey })).status).toBe(200);
    expect((await ready.call('GET', '/experiments/stats/', { key: 'phx_unknown' })).status).toBe(401);
  });
});

describe('the running time', () => {
  const calculate = async (body: object) => (await bench()).post('/experiments/calculate_running_time/', body);

  test.each([
    // 16 · 0.1 · 0.9 / (0.05 · 0.1)² · 2 = 115,200; at 1,000 a day 115.2 days.
    ['funnel', { baseline_value: 0.1, minimum_detectable_effect: 5, exposure_rate_per_day: 1000 }, 115_200, 116],
    // 16 · 2 · 3 / (0.1 · 3)² · 3 = 3,200.
    ['mean_count', { baseline_value: 3, minimum_detectable_effect: 10, number_of_variants: 3 }, 3200, null],
    // 16 · 0.25 · 20² / (0.1 · 20)² · 2 = 800.
    ['mean_sum_or_avg', { baseline_value: 20, minimum_detectable_effect: 10, exposure_rate_per_day: 0 }, 800, null],
    // A given variance of 4 wins: 16 · 4 / (0.2 · 2)² · 2 = 800; at 100 a day 8 days.
    ['ratio', { baseline_value: 2, variance: 4, minimum_detectable_effect: 20, exposure_rate_per_day: 100 }, 800, 8],
  ])('of a %s follows from its baseline', async (type, fields, size, days) => {
    const { status, json } = await calculate({ metric_type: type, ...fields });
    expect(status).toBe(200);
    expect(json).toMatchObject({ recommended_sample_size: size, recommended_running_time_days: days });
  });

  test('takes the baseline from statistics, for a funnel from its last step', async () => {
    const stats = { number_of_samples: 1000, sum: 300, step_counts: [500, 250] };
    const funnel = await calculate({ metric_type: 'funnel', minimum_detectable_effect: 10, baseline_stats: stats });
    // 16 · 0.25 · 0.75 / 0.025² · 2
    expect(funnel.json).toMatchObject({ baseline_value: 0.25, variance: null, recommended_sample_size: 9600 });
    const given = { metric_type: 'funnel', minimum_detectable_effect: 10, baseline_value: 0.25, variance: 7 };
    expect((await calculate(given)).json).toEqual({ ...funnel.json });
  });

  test('of a ratio takes the variance by the delta method, dividing by n', async () => {
    const stats = {
      number_of_samples: 4,
      sum: 8,
      sum_squares: 20,
      denominator_sum: 4,
      denominator_sum_squares: 4,
      numerator_denominator_sum_product: 8,
    };
    const { json } = await calculate({ metric_type: 'ratio', minimum_detectable_effect: 50, baseline_stats: stats });
    // One of each denominator: the numerator's own variance, 20/4 − 2² = 1; 16 · 1 / (0.5 · 2)² · 2 = 32.
    expect(json).toMatchObject({ baseline_value: 2, variance: 1, recommended_sample_size: 32 });
  });

  test.each([
    ['without a baseline', {}],
    ['with a baseline of zero', { baseline_value: 0 }],
    ['from nobody', { baseline_stats: { number_of_samples: 0, sum: 0 } }],
  ])('is null %s', async (_name, fields) => {
    const { json } = await calculate({ metric_type: 'mean_count', minimum_detectable_effect: 5, ...fields });
    expect(json).toMatchObject({ recommended_sample_size: null, recommended_running_time_days: null });
  });

  test.each([
    [{ minimum_detectable_effect: 5 }, 'metric_type', 'required'],
    [{ metric_type: 'mean', minimum_detectable_effect: 5 }, 'metric_type', 'invalid_choice'],
    [{ metric_type: 'funnel' }, 'minimum_detectable_effect', 'required'],
    [{ metric_type: 'funnel', minimum_detectable_effect: 0 }, 'minimum_detectable_effect', 'min_value'],
    [{ metric_type: 'funnel', minimum_detectable_effect: 'much' }, 'minimum_detectable_effect', 'invalid_input'],
    [{ metric_type: 'funnel', minimum_detectable_effect: 5, number_of_variants: 1 }, 'number_of_variants', 'min_value'],
    [
      { metric_type: 'funnel', minimum_detectable_effect: 5, exposure_rate_per_day: -1 },
      'exposure_rate_per_day',
      'min_value',
    ],
    [
      { metric_type: 'funnel', minimum_detectable_effect: 5, baseline_stats: { sum: 1 } },
      'baseline_stats__number_of_samples',
      'required',
    ],
  ])('of %j is refused for %s', async (body, attr, code) => {
    const refused = await calculate(body);
    expect(refused.status).toBe(400);
    expect(refused.json).toMatchObject({ attr, code });
  });

  test('is a read: a key that may not write can ask', async () => {
    const ready = await bench();
    const body = { metric_type: 'funnel', minimum_detectable_effect: '5', baseline_value: '0.5' };
    const asked = await ready.call('POST', '/experiments/calculate_running_time/', {
      key: ready.sandbox.readOnlyKey,
      body,
    });
    expect([asked.status, asked.json.recommended_sample_size]).toEqual([200, 12_800]);
  });
});
