import { describe, expect, it } from 'vitest';
import { powerPercent, timesEvenSplit } from '../../src/stats/power.js';
import { type Change, funnel, plan, scenarioOf, split } from '../helpers/assess-scenarios.js';
import { openWorld } from '../helpers/world.js';

/** 95/5 of 20,000 people, of whom 10% convert; the variants differ by next to nothing. */
const RISKY: Change = {
  variants: split({ control: 95, test: 5 }),
  exposures: { control: 19_000, test: 1_000 },
  exposure_criteria: { filterTestAccounts: true, multiple_variant_handling: 'first_seen' },
  running_time_calculation: plan(14, 20_000, 14),
  metrics: [funnel('Purchase', { control: [19_000, 1_900], test: [1_000, 103] })],
};

const call = async (tool: string, change: Change, args: Record<string, unknown> = { id: 1 }) =>
  (await openWorld({ scenario: scenarioOf(change) })).call(tool, args);

describe('how many times the people of an even split a split needs', () => {
  // (1/t + 1/c) of the worst pair over 2·arms, by hand.
  it.each([
    [[50, 50], 1],
    [[95, 5], 5.2632],
    [[80, 20], 1.5625],
    [[34, 33, 33], 0.9953],
    [[33.34, 33.33, 33.33], 1],
    [[50, 25, 25], 1],
    [[20, 40, 40], 1.25],
    [[60, 30, 10], 1.9444],
  ])('%j: %f', (shares, times) => {
    const [baseline = 0, ...variants] = shares;
    expect(timesEvenSplit(baseline, variants)).toBeCloseTo(times, 3);
  });
});

describe('an uneven split', () => {
  it('shows the effect that its small arm can detect, and how often the planned one would be found', async () => {
    const { data } = await call('experiment-assess', { ...RISKY, ended_days_ago: 1 });
    // √(8 · 0.1 · 0.9 · (1/19,000 + 1/1,000)) / 0.1
    expect(data.plan).toMatchObject({ detectable_percent: 27.53 });
    expect(powerPercent(14, 27.53)).toBeCloseTo(30.1, 1);
    expect(data.findings).toContainEqual(
      expect.objectContaining({
        code: 'underpowered',
        evidence: expect.objectContaining({ detectable_percent: 27.53, power_percent: 30.1, planned_percent: 14 }),
      }),
    );
  });

  it.each([
    ['of thirds with decimals is even', { control: 33.34, a: 33.33, b: 33.33 }, false],
    ['of whole thirds is even, whichever variant has the rest', { control: 33, a: 34, b: 33 }, false],
    ['that differs by more is not', { control: 40, a: 30, b: 30 }, true],
  ])('%s', async (_, shares, uneven) => {
    const [control, a, b] = [10_000, 10_000, 10_000];
    const metrics = [funnel('Purchase', { control: [control, 1_000], a: [a, 1_000], b: [b, 1_000] })];
    const { data } = await call('experiment-assess', {
      ...{ variants: split(shares), exposures: { control, a, b }, metrics },
    });
    const codes = (data.findings as { code: string }[]).map(({ code }) => code);
    expect(codes.includes('uneven_split')).toBe(uneven);
  });

  it('takes more users in the running time, and says so', async () => {
    const asked = { metric_type: 'funnel', minimum_detectable_effect: 14, baseline_value: 0.1 };
    const ask = async (rest: object) =>
      (await call('experiment-calculate-running-time', {}, { ...asked, exposure_rate_per_day: 1_000, ...rest })).data;
    expect(await ask({})).toMatchObject({ recommended_sample_size: 14_694, recommended_running_time_days: 15 });
    const uneven = await ask({ split: [95, 5] });
    expect(uneven).toMatchObject({ recommended_sample_size: 77_337, recommended_running_time_days: 78 });
    expect(uneven.note).toContain('5.263 times the users of an even one');
    expect(await ask({ split: [33.34, 33.33, 33.33] })).toEqual(await ask({ number_of_variants: 3 }));
  });

  it('is said beside a planned sample that is reached, in the review', async () => {
    const { data } = await call('experiment-review', RISKY, {});
    expect(JSON.stringify(data.items)).toContain('shows only effects 2.3 times those of an even one');
    expect(JSON.stringify((await call('experiment-review', {}, {})).data.items)).not.toContain('times those');
  });

  it('makes a plan for an even split a warning of the preflight', async () => {
    const draft = (shares: Record<string, number>, size: number): Change => ({
      ...RISKY,
      ...{
        started_days_ago: null,
        exposures: {},
        metrics: [{ name: 'Purchase', metric_type: 'funnel', role: 'primary' }],
      },
      variants: split(shares),
      running_time_calculation: {
        ...plan(14, size, 14),
        exposure_estimate_config: { manualMetricType: 'funnel', manualBaselineValue: 10, manualExposureRate: 1_000 },
      },
    });
    const check = async (code: string, change: Change) =>
      (
        (await call('experiment-preflight', change)).data.checks as { code: string; status: string; advice?: string }[]
      ).find((one) => one.code === code);
    const short = await check('sample_plan', draft({ control: 95, test: 5 }, 14_694));
    expect(short).toMatchObject({
      status: 'warning',
      advice: expect.stringContaining('5.263 times the users (77337)'),
    });
    expect(await check('traffic', draft({ control: 95, test: 5 }, 14_694))).toMatchObject({
      title: expect.stringContaining('Needs 77337 users: 78 days'),
    });
    expect(await check('sample_plan', draft({ control: 95, test: 5 }, 77_337))).toMatchObject({ status: 'ok' });
    expect(await check('sample_plan', draft({ control: 50, test: 50 }, 14_694))).toMatchObject({ status: 'ok' });
  });
});
