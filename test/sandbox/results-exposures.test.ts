import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { benchOf, cookieCats, GATE_30, GATE_40, running } from './results-helpers.js';
import { at, type Bench, listAt, rule } from './support.js';

/** The query that a client makes for experiment 1: everything but the id is an echo of it. */
async function exposures({ get, post }: Bench, change: object = {}) {
  const { json } = await get('/experiments/1/');
  const { name, feature_flag, start_date, end_date, exposure_criteria } = json;
  const echo = { experiment_name: name, feature_flag, start_date, end_date, exposure_criteria };
  return post('/query/', { query: { kind: 'ExperimentExposureQuery', experiment_id: 1, ...echo, ...change } });
}

const split = (control: number, test: number) => [
  { key: 'control', split_percent: control },
  { key: 'test', split_percent: test },
];

describe('exposures', () => {
  test('grow by the day and end exactly at the totals', async () => {
    const { status, json } = await exposures(await cookieCats());
    expect(status).toBe(200);
    expect(json.total_exposures).toEqual({ gate_30: GATE_30.players, gate_40: GATE_40.players });
    for (const series of listAt(json, 'timeseries')) {
      const counts = z.array(z.int().nonnegative()).parse(series.exposure_counts);
      expect(series.days).toHaveLength(15);
      expect(counts).toEqual(counts.toSorted((a, b) => a - b));
      expect(counts.at(-1)).toBe(at(json, 'total_exposures', String(series.variant)));
      expect(counts[0]).toBeLessThan(counts[1] ?? 0);
    }
    expect(listAt(json, 'timeseries').map(({ variant }) => variant)).toEqual(['gate_30', 'gate_40']);
    expect(json.date_range).toEqual({ date_from: '2026-08-18T12:00:00Z', date_to: null, explicitDate: true });
    expect(json).toMatchObject({ is_cached: false, cache_key: expect.any(String) });
  });

  test('of Cookie Cats deviate from the split as a chi-square by hand says', async () => {
    const { json } = await exposures(await cookieCats());
    const half = (GATE_30.players + GATE_40.players) / 2;
    expect(at(json, 'sample_ratio_mismatch', 'expected')).toEqual({ gate_30: half, gate_40: half });
    const z2 = (2 * (GATE_30.players - half) ** 2) / half;
    const tail = (x: number) => Math.exp((-x * x) / 2) / Math.sqrt(2 * Math.PI);
    let p = 0;
    const width = 1e-4;
    for (let x = Math.sqrt(z2); x < 12; x += width) p += 2 * width * tail(x + width / 2);
    expect(z.number().parse(at(json, 'sample_ratio_mismatch', 'p_value'))).toBeCloseTo(p, 5);
  });

  test.each([
    ['99 people', { control: 50, test: 49 }, false],
    ['100 people', { control: 50, test: 50 }, true],
  ])('of %s are judged against the split: %j', async (_name, counts, judged) => {
    const { json } = await exposures(await running({ exposures: counts }));
    expect(json.sample_ratio_mismatch !== null).toBe(judged);
  });

  test('count a variant that nobody saw as 0', async () => {
    const { json } = await exposures(await running({ exposures: { control: 500 } }));
    expect(json.total_exposures).toEqual({ control: 500, test: 0 });
    expect(at(json, 'sample_ratio_mismatch', 'p_value')).toBeLessThan(0.001);
  });

  test('of people seen in several variants are told apart, and put the result at risk where the split is uneven', async () => {
    const counts = { control: 8000, test: 2000, $multiple: 100 };
    const uneven = await running({ exposures: counts, variants: split(80, 20) });
    const { json } = await exposures(uneven);
    expect(at(json, 'total_exposures', '$multiple')).toBe(100);
    expect(at(json, 'bias_risk', 'multiple_variant_percentage')).toBeCloseTo((100 * 100) / 10_100, 10);
    const firstSeen = await exposures(uneven, { exposure_criteria: { multiple_variant_handling: 'first_seen' } });
    expect(firstSeen.json.bias_risk).toBeNull();
    expect(firstSeen.json.total_exposures).toEqual({ control: 8000, test: 2000 });
    expect((await exposures(uneven, { end_date: '2026-09-01T12:00:00Z' })).json.bias_risk).toBeNull();
    expect((await exposures(await running({ exposures: counts, variants: split(50, 50) }))).json.bias_risk).toBeNull();
  });

  test('leave out excluded variants', async () => {
    const variants = ['control', 'a', 'b'].map((key, index) => ({ key, split_percent: index === 0 ? 34 : 33 }));
    const ready = await running({ variants, exposures: { control: 340, a: 330, b: 900 }, metrics: [] });
    await ready.patch('/experiments/1/', { excluded_variants: ['b'] });
    const { json } = await exposures(ready);
    expect(json.total_exposures).toEqual({ control: 340, a: 330 });
    expect(at(json, 'sample_ratio_mismatch', 'p_value')).toBeCloseTo(1, 10);
  });

  test('of a draft are none at all, of an experiment that nobody entered are zeros', async () => {
    const draft = await exposures(await running({ started_days_ago: null }));
    expect(draft.json).toMatchObject({
      timeseries: [],
      total_exposures: {},
      sample_ratio_mismatch: null,
      bias_risk: null,
    });
    const empty = await exposures(await running({ exposures: {} }));
    expect(empty.json.total_exposures).toEqual({ control: 0, test: 0 });
  });

  test('of an experiment made at run time are zeros until it is given data', async () => {
    const ready = await benchOf();
    const path = await ready.draft();
    await ready.post(`${path}launch/`);
    expect((await exposures(ready)).json.total_exposures).toEqual({ control: 0, test: 0 });
    const row = ready.sandbox.store.experiments.get(1);
    Object.assign(row?.data ?? {}, { exposures: { control: 10, test: 12 } });
    const { json } = await exposures(ready, { experiment_name: 'Not from the cache' });
    expect(json.total_exposures).toEqual({ control: 10, test: 12 });
  });

  test('are none where the request names a flag that is not the experiment’s', async () => {
    const ready = await running();
    const variants = [
      { key: 'control', rollout_percentage: 50 },
      { key: 'test', rollout_percentage: 50 },
    ];
    const answer = await exposures(ready, { feature_flag: { key: 'other', filters: { multivariate: { variants } } } });
    expect(answer.json.total_exposures).toEqual({ control: 0, test: 0 });
  });

  test('are not judged against a split that is none', async () => {
    const ready = await running();
    const variants = [{ key: 'control', rollout_percentage: -5 }, { key: 'test', rollout_percentage: 'half' }, 7];
    const flag = { key: 'checkout', filters: { multivariate: { variants } } };
    const { status, json } = await exposures(ready, { feature_flag: flag });
    expect([status, json.sample_ratio_mismatch]).toEqual([200, null]);
    expect((await exposures(ready, { feature_flag: { key: 'checkout' } })).json.total_exposures).toEqual({});
    expect((await exposures(ready, { start_date: 'soon' })).json).toMatchObject({ attr: 'start_date' });
  });

  test('of a part of the run are those of its days', async () => {
    const ready = await running({ exposures: { control: 1000, test: 1000 } });
    const answer = await exposures(ready, { start_date: '2026-08-22T12:00:00Z', end_date: '2026-08-27T12:00:00Z' });
    expect(answer.json.total_exposures).toEqual({ control: 500, test: 500 });
  });

  test.each([
    ['paused', 'resumed'],
    ['exposure_frozen', 'exposure_unfrozen'],
  ])('do not grow from %s to %s', async (closed, opened) => {
    const activity = [
      { days_ago: 6, activity: closed },
      { days_ago: 3, activity: opened },
    ];
    const { json } = await exposures(await running({ activity, exposures: { control: 700, test: 700 } }));
    const [control] = listAt(json, 'timeseries');
    // Seven days in which people came, from noon to noon: 100 a day, less the last millisecond of each.
    expect(control?.exposure_counts).toEqual([49, 149, 249, 349, 400, 400, 400, 449, 549, 649, 700]);
    expect(json.total_exposures).toEqual({ control: 700, test: 700 });
  });

  test('stand still since a pause that lasts, also where a freeze came first and where an earlier run was paused', async () => {
    const activity = [
      { days_ago: 11, activity: 'paused' },
      { days_ago: 5, activity: 'exposure_frozen' },
      { days_ago: 4, activity: 'paused' },
      { days_ago: 3, activity: 'exposure_unfrozen' },
    ];
    const { json } = await exposures(await running({ activity, exposures: { control: 500, test: 500 } }));
    const [control] = listAt(json, 'timeseries');
    expect(control?.exposure_counts).toEqual([49, 149, 249, 349, 449, 500, 500, 500, 500, 500, 500]);
  });

  test('are all in at the end of a run that was paused from its first moment', async () => {
    const { json } = await exposures(await running({ activity: [{ days_ago: 10, activity: 'paused' }] }));
    const [control] = listAt(json, 'timeseries');
    expect(control?.exposure_counts).toEqual([...Array.from({ length: 10 }, () => 0), 1000]);
  });

  test.each([
    ['without an experiment', { experiment_id: undefined }, 'experiment_id is required'],
    ['without a flag', { feature_flag: {} }, 'feature_flag key is required'],
    ['of an experiment that is not there', { experiment_id: 99 }, 'Experiment with id 99 not found'],
  ])('%s are refused', async (_name, change, detail) => {
    const answer = await exposures(await running(), change);
    expect(answer.status).toBe(400);
    expect(answer.json).toEqual(rule(detail));
  });
});
