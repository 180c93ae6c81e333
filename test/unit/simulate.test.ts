import { describe, expect, it } from 'vitest';
import { conversion, perOrder, retention, revenue } from '../../proof/simulate/metrics.js';
import { randomOf } from '../../proof/simulate/random.js';
import { markResults, simulate } from '../../proof/simulate/run.js';
import { SITUATIONS } from '../../proof/simulate/situations.js';
import { throughTheTool } from '../../proof/simulate/tool.js';
import { summarize } from '../../src/stats/compare.js';

const RUNS = 200;
/** A situation for each rule; what `npm run simulate` draws thousands of. The seed is fixed, so that an outcome repeats. */
const CHEAP = [
  'no effect, one look at the plan, conversion of 10%',
  'no effect, one look at the plan, rare event, 1 in 100,000',
  'no effect, one look at the plan, five metrics',
  'no effect, a look every day, to 3 × a plan of 7 days',
  'true gain of one MDE, one look at the plan, conversion of 10%',
  'true loss of one MDE, one look at the plan, conversion of 10%',
  'undersized, without a plan, resolvable within 90 days, no effect, looked at on day 14',
  'gain of one MDE with a guardrail harmed by twice its margin, one look at the plan, conversion of 2%',
  'integrity broken, after the plan, exposures 3 points off the split at 10,000, gain of one MDE',
  'integrity broken, after the plan, every release condition forces a variant, no effect',
  'integrity broken, after the plan, arms swapped in mid-run, nobody seen twice, gain of one MDE',
];

describe('simulated experiments', () => {
  it.each(CHEAP)('hold their marks: %s', (wanted) => {
    const situation = SITUATIONS.find(({ group, name }) => `${group}, ${name}` === wanted);
    if (!situation) throw new Error('there is no such situation');
    const results = markResults(simulate(situation, RUNS));
    expect(results).not.toEqual([]);
    expect(results.filter(({ isHeld }) => !isHeld)).toEqual([]);
  });

  it('get the same answer from experiment-assess on the sandbox, none of them too long', async () => {
    const { assessed, problems } = await throughTheTool();
    expect(assessed).toBeGreaterThan(200);
    expect(problems).toEqual([]);
  });

  it('are drawn alike each time, and each otherwise', () => {
    const [situation] = SITUATIONS;
    if (!situation) throw new Error('there is no situation');
    expect(simulate(situation, 50)).toEqual(simulate(situation, 50));
    expect(randomOf(1).uniform()).not.toBe(randomOf(2).uniform());
  });

  it.each([
    ['a conversion', conversion(0.1)],
    ['revenue', revenue(0.1, 1)],
    ['a ratio', perOrder(0.2, 0.3, 0.5)],
    ['retention', retention(0.4, 0.3)],
  ])('have the mean and variance of %s that their plan is made from', (_, kind) => {
    const row = kind.draw(randomOf(7), 200_000, 0);
    const { mean, variance } = summarize(kind.type, row);
    expect(mean / kind.mean).toBeCloseTo(1, 1);
    expect(Math.abs(variance / kind.variance - 1)).toBeLessThan(0.1);
    const lifted = summarize(kind.type, kind.draw(randomOf(8), 200_000, 0.5));
    expect(lifted.mean / kind.mean).toBeCloseTo(1.5, 1);
  });

  it.each([
    ['counted one by one', 0.001],
    ['drawn from a curve', 0.3],
  ])('have successes of the right mean and spread where these are %s', (_, p) => {
    const [random, n, draws] = [randomOf(3), 1_000, 4_000];
    const all = Array.from({ length: draws }, () => random.binomial(n, p));
    const mean = all.reduce((sum, x) => sum + x, 0) / draws;
    const variance = all.reduce((sum, x) => sum + (x - mean) ** 2, 0) / draws;
    expect(Math.abs(mean - n * p)).toBeLessThan(4 * Math.sqrt((n * p) / draws));
    expect(Math.abs(variance / (n * p * (1 - p)) - 1)).toBeLessThan(0.1);
  });
});
