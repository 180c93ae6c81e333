import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { compareVariants } from '../../src/stats/compare.js';
import { statsSettings } from '../../src/stats/settings.js';
import { cookieCats, counted, GATE_30, GATE_40, metricOf, purchases, running } from './results-helpers.js';
import { at, type Bench, type Reply, rule } from './support.js';

const HOUR = 3_600_000;
const PATH = '/experiments/1/timeseries_results/';

const days = z.record(z.string(), z.record(z.string(), z.unknown()).nullable());

async function series(ready: Bench, fingerprint?: string): Promise<Reply> {
  const metric = await metricOf(ready);
  const query = new URLSearchParams({
    metric_uuid: String(at(metric, 'uuid')),
    fingerprint: fingerprint ?? String(at(metric, 'fingerprint')),
  });
  return ready.get(`${PATH}?${query}`);
}

async function recalculate(ready: Bench): Promise<Reply> {
  const metric = await metricOf(ready);
  const body = { metric, fingerprint: at(metric, 'fingerprint') };
  return ready.post('/experiments/1/recalculate_timeseries/', body);
}

describe('the daily series', () => {
  test('has a point for each day from the start to today and ends exactly at the totals', async () => {
    const { status, json } = await series(await cookieCats({ results_age_hours: 0 }));
    expect([status, json.status, json.errors]).toEqual([200, 'completed', null]);
    const points = Object.entries(days.parse(json.timeseries));
    expect(points.map(([date]) => date)).toEqual([
      ...Array.from({ length: 14 }, (_, index) => `2026-08-${18 + index}`),
      '2026-09-01',
    ]);
    const last = points.at(-1)?.[1];
    expect(last?.baseline).toMatchObject({ key: 'gate_30', ...counted(GATE_30.players, GATE_30.day7) });
    expect(at(last, 'variant_results', 0)).toMatchObject(counted(GATE_40.players, GATE_40.day7));
  });

  test('only grows, and each day is computed from what had come in', async () => {
    const { json } = await series(await cookieCats({ results_age_hours: 0 }));
    const points = Object.values(days.parse(json.timeseries));
    const samples = points.map((point) => Number(at(point, 'baseline', 'number_of_samples')));
    expect(samples).toEqual(samples.toSorted((a, b) => a - b));
    const arm = z.object({
      number_of_samples: z.int(),
      sum: z.int(),
      sum_squares: z.int(),
      denominator_sum: z.int(),
      denominator_sum_squares: z.int(),
      numerator_denominator_sum_product: z.int(),
    });
    for (const point of points) {
      const [baseline, variant] = [arm.parse(at(point, 'baseline')), arm.parse(at(point, 'variant_results', 0))];
      const settings = statsSettings({ method: 'frequentist' });
      const expected = compareVariants({ metricType: 'retention', baseline, variant, settings });
      expect(at(point, 'variant_results', 0)).toMatchObject({ ...expected });
    }
  });

  test.each([
    ['a mean of amounts', 'mean', { number_of_samples: 333, sum: 1234.5, sum_squares: 9876.5 }],
    ['a mean that never varies', 'mean', { number_of_samples: 333, sum: 999, sum_squares: 2997 }],
    [
      'a ratio',
      'ratio',
      {
        number_of_samples: 333,
        sum: 700,
        sum_squares: 2500,
        denominator_sum: 900,
        denominator_sum_squares: 3600,
        numerator_denominator_sum_product: 2900,
      },
    ],
  ])('of %s breaks no law of arithmetic on any day', async (_name, type, row) => {
    const data = { control: row, test: row };
    const metrics = [{ name: 'Metric', metric_type: type, data }];
    const { json } = await series(await running({ metrics, results_age_hours: 0, started_days_ago: 100 }));
    expect([json.status, json.errors]).toEqual(['completed', null]);
    expect(Object.values(days.parse(json.timeseries)).at(-1)?.baseline).toMatchObject(row);
  });

  test('stops at the day on which it was calculated', async () => {
    const { json } = await series(await running({ results_age_hours: 30 }));
    const points = days.parse(json.timeseries);
    expect(json).toMatchObject({ status: 'partial', computed_at: '2026-08-31T06:00:00Z' });
    expect(points['2026-08-31']?.baseline).toMatchObject(counted(1000, 100));
    expect(points['2026-09-01']).toBeNull();
  });

  test('of an ended experiment stops at its end', async () => {
    const { json } = await series(await running({ ended_days_ago: 4, results_age_hours: 1 }));
    expect(Object.keys(days.parse(json.timeseries)).at(-1)).toBe('2026-08-28');
    expect(json.status).toBe('completed');
  });

  test('is pending with empty days under a fingerprint that it is not stored under', async () => {
    const ready = await running({ results_age_hours: 1 });
    const stale = String(at(await metricOf(ready), 'fingerprint'));
    await ready.patch('/experiments/1/', { exposure_criteria: { filterTestAccounts: false } });
    const { json } = await series(ready);
    expect(json).toMatchObject({ status: 'pending', computed_at: null, recalculation_status: null });
    expect(Object.values(days.parse(json.timeseries)).every((day) => day === null)).toBe(true);
    expect((await series(ready, stale)).json.status).toBe('completed');
  });

  test('keeps what was calculated when the level of the interval is edited later', async () => {
    const ready = await running({ results_age_hours: 1 });
    const before = await series(ready);
    await ready.patch('/experiments/1/', { stats_config: { method: 'bayesian', bayesian: { ci_level: 0.8 } } });
    expect((await series(ready)).json).toEqual(before.json);
  });

  test('of a metric that cannot be computed is failed, with a reason for each day', async () => {
    const impossible = { number_of_samples: 10_000, sum: 99_999, sum_squares: 1 };
    const metrics = [purchases({ metric_type: 'mean', data: { control: impossible, test: impossible } })];
    const { json } = await series(await running({ metrics, results_age_hours: 0 }));
    expect(json.status).toBe('failed');
    expect(Object.keys(z.record(z.string(), z.string()).parse(json.errors))).toEqual(
      Object.keys(days.parse(json.timeseries)),
    );
    expect(at(json, 'errors', '2026-09-01')).toContain('Unable to calculate experiment statistics');
  });

  test('asks for metric and fingerprint first, then for a start', async () => {
    const ready = await running({ started_days_ago: null });
    expect((await ready.get(PATH)).json).toEqual(rule('metric_uuid query parameter is required'));
    expect((await ready.get(`${PATH}?metric_uuid=a`)).json).toEqual(rule('fingerprint query parameter is required'));
    const draft = await ready.get(`${PATH}?metric_uuid=a&fingerprint=b`);
    expect([draft.status, draft.json]).toEqual([400, rule('Experiment has not been started yet')]);
  });
});

describe('recalculating the daily series', () => {
  test('drops the stored days, goes through its stages at each look and stores new ones', async () => {
    const ready = await running({ results_age_hours: 30 });
    const started = await recalculate(ready);
    expect(started.status).toBe(201);
    expect(started.json).toMatchObject({ experiment_id: 1, status: 'pending', created_at: '2026-09-01T12:00:00Z' });
    const again = await recalculate(ready);
    expect([again.status, again.json.id]).toEqual([200, started.json.id]);
    const during = await series(ready);
    expect(during.json).toMatchObject({
      status: 'pending',
      recalculation_status: 'in_progress',
      recalculation_created_at: '2026-09-01T12:00:00Z',
    });
    expect(Object.values(days.parse(during.json.timeseries)).every((day) => day === null)).toBe(true);
    ready.advance(HOUR);
    const after = await series(ready);
    expect(after.json).toMatchObject({
      status: 'completed',
      recalculation_status: null,
      computed_at: '2026-09-01T13:00:00Z',
    });
    expect((await recalculate(ready)).status).toBe(201);
  });

  test('asks for a metric, a fingerprint and a start', async () => {
    const ready = await running({ started_days_ago: null });
    const path = '/experiments/1/recalculate_timeseries/';
    expect((await ready.post(path, {})).json).toEqual(rule('metric is required'));
    const metric = await metricOf(ready);
    expect((await ready.post(path, { metric })).json).toEqual(rule('fingerprint is required'));
    const draft = await ready.post(path, { metric, fingerprint: 'f' });
    expect([draft.status, draft.json]).toEqual([
      400,
      rule("Cannot recalculate timeseries for experiment that hasn't started"),
    ]);
  });

  test('needs experiment:write, looking does not', async () => {
    const ready = await running({ results_age_hours: 1 });
    const key = ready.sandbox.readOnlyKey;
    const refused = await ready.call('POST', '/experiments/1/recalculate_timeseries/', { key, body: {} });
    expect(refused.json.detail).toBe("API key missing required scope 'experiment:write'");
    expect((await ready.call('GET', `${PATH}?metric_uuid=a&fingerprint=b`, { key })).status).toBe(200);
  });
});
