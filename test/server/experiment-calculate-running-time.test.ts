import { describe, expect, it } from 'vitest';
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
});
