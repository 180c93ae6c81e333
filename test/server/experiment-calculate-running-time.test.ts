import { describe, expect, it } from 'vitest';
import { demoScenario } from '../../src/sandbox/scenario/seed/demo.js';
import { openWorld } from '../helpers/world.js';

const tool = 'experiment-calculate-running-time';

describe('experiment-calculate-running-time', () => {
  it('tells size and days of a funnel', async () => {
    const world = await openWorld();
    const answer = await world.call(tool, {
      metric_type: 'funnel',
      minimum_detectable_effect: 10,
      baseline_value: 0.1,
      exposure_rate_per_day: 1000,
    });
    expect(answer).toMatchSnapshot();
    // 16 p (1 − p) / d² per variant, with d = 10% of 0.1, for two variants.
    expect(answer.data).toMatchObject({ recommended_sample_size: 28_800, recommended_running_time_days: 29 });
  });

  it('takes the baseline from past sums', async () => {
    const world = await openWorld();
    const answer = await world.call(tool, {
      metric_type: 'ratio',
      minimum_detectable_effect: 5,
      samples: 1000,
      sum: 2000,
      sum_squares: 5000,
      denominator_sum: 1000,
      denominator_sum_squares: 1500,
      numerator_denominator_sum_product: 2200,
    });
    expect(answer.data.baseline_value).toBeCloseTo(2, 6);
    expect(answer.data.recommended_sample_size).toBeGreaterThan(0);
    expect(answer.data.note).toContain('exposure_rate_per_day');
  });

  it('asks whether an effect below 1% is a fraction', async () => {
    const world = await openWorld();
    const planned = async (minimum_detectable_effect: number) =>
      (await world.call(tool, { metric_type: 'funnel', baseline_value: 0.12, minimum_detectable_effect })).data.note;
    expect(await planned(0.03)).toContain('0.03 is 0.03%. If 3% is meant, send 3.');
    expect(await planned(1)).not.toContain('If');
  });

  const planned = demoScenario.experiments.flatMap(({ name, running_time_calculation: plan, metrics }) => {
    const { recommended_sample_size: samples, minimum_detectable_effect } = plan ?? {};
    const [baseline] = Object.values(metrics[0]?.data ?? {});
    if (baseline === undefined || samples === undefined) return [];
    const { number_of_samples = 0, sum = 0, sum_squares } = baseline;
    const measured =
      metrics[0]?.metric_type === 'mean'
        ? { metric_type: 'mean_sum_or_avg', samples: number_of_samples, sum, sum_squares }
        : { metric_type: 'funnel', baseline_value: sum / number_of_samples };
    return [{ name, samples, asked: { ...measured, minimum_detectable_effect } }];
  });

  it.each(planned)('agrees with the plan of the demo\'s "$name", given the baseline it measured', async (one) => {
    const { data } = await (await openWorld()).call(tool, one.asked);
    expect(Number(data.recommended_sample_size) / Number(one.samples)).toBeCloseTo(1, 1);
  });

  it('has many plans of the demo to agree with', () => {
    expect(planned.length).toBeGreaterThan(8);
  });

  it('says what is missing where nothing can be computed', async () => {
    const answer = await (await openWorld()).call(tool, { metric_type: 'funnel', minimum_detectable_effect: 10 });
    expect(answer.isError).toBe(false);
    expect(answer.data.note).toContain('baseline_value');
    expect(answer.data).not.toHaveProperty('recommended_sample_size');
  });

  it('is a read: it works in read-only mode and stores nothing', async () => {
    const world = await openWorld({ readOnly: true });
    const args = { metric_type: 'mean_count', minimum_detectable_effect: 10, baseline_value: 2 };
    expect((await world.call(tool, args)).isError).toBe(false);
    expect(world.requests()).toEqual(['POST /api/projects/1/experiments/calculate_running_time/']);
  });

  it.each([{ metric_type: 'median' }, { minimum_detectable_effect: 0 }, { number_of_variants: 1 }])(
    'refuses %o before any request',
    async (wrong) => {
      const world = await openWorld();
      const answer = await world.call(tool, { metric_type: 'funnel', minimum_detectable_effect: 10, ...wrong });
      expect(answer.data.error).toMatchObject({ code: 'invalid_arguments', field: Object.keys(wrong)[0] });
      expect(world.requests()).toEqual([]);
    },
  );

  it('takes the variance of a mean from its sums, which PostHog would only assume', async () => {
    const sums = { samples: 1000, sum: 4020, sum_squares: 400_000 };
    const call = { metric_type: 'mean_sum_or_avg', minimum_detectable_effect: 5, ...sums };
    const { data } = await (await openWorld()).call(tool, call);
    const variance = 400_000 / 1000 - 4.02 ** 2;
    expect(data.variance).toBeCloseTo(variance, 6);
    expect(data.recommended_sample_size).toBe(Math.ceil((2 * 16 * variance) / (0.05 * 4.02) ** 2));
    expect(data.note).not.toContain('assumed');
  });

  it('says that a variance is only assumed', async () => {
    const call = { metric_type: 'mean_sum_or_avg', minimum_detectable_effect: 5, baseline_value: 4 };
    expect((await (await openWorld()).call(tool, call)).data.note).toContain('only assumed from the mean');
  });

  it.each([
    [{ metric_type: 'mean_count', samples: 1000, sum: 3000, sum_squares: 10 }, 'sum_squares', 'impossible'],
    [{ metric_type: 'funnel', baseline_value: 12 }, 'baseline_value', '0.12'],
    [{ metric_type: 'ratio', baseline_value: 2 }, 'samples', 'past sums'],
  ])('refuses %o and says why', async (args, field, words) => {
    const world = await openWorld();
    const answer = await world.call(tool, { minimum_detectable_effect: 5, ...args });
    expect(answer.data.error).toMatchObject({ code: 'invalid_arguments', field });
    expect(answer.text).toContain(words);
    expect(world.requests()).toEqual([]);
  });
});
