import { describe, expect, it } from 'vitest';
import { assess } from '../../src/decision/assess.js';
import type { Facts } from '../../src/decision/facts.js';
import { compared, ended, facts, metric } from './decision-facts.js';

const underpowered = (change: Partial<Facts>) =>
  assess(facts(change)).findings.find(({ code }) => code === 'underpowered');

/** Of so many of 10,000 who convert in the baseline, the planned effect and sample. */
const planned = (conversions: number, effectPercent: number, sampleSize: number): Partial<Facts> => ({
  metrics: [
    metric('A', [compared('test', 0, 0.9, 0.02)], { baselineRow: { number_of_samples: 10_000, sum: conversions } }),
  ],
  plan: { effectPercent, sampleSize, days: 14 },
});
const early = { exposures: { counts: { control: 3_000, test: 3_000 }, daily: [] } };

describe('a plan that is too small for its effect', () => {
  it('is found while it is still far from full, by the whole of it', () => {
    // √(16 · 0.09 · 2 / 12,000) is 15.5% of 10%; for 10% it takes 28,800.
    const found = underpowered({ ...planned(1_000, 10, 12_000), ...early });
    expect(found?.title).toBe(
      'Even with all 12000 people it can show effects of 15.49% and more, far above the planned 10%, which would be seen in 44 of 100 such runs.',
    );
    expect(found?.evidence).toMatchObject({
      ...{ people: 12_000, detectable_percent: 15.49, planned_percent: 10, power_percent: 44.66 },
      needed_people: 28_800,
    });
  });

  it('is one that misses the planned effect more often than it sees it', () => {
    // With a detectable effect of 14.43% the planned 10% is at even odds: 28,800 / 1.443² = 13,830.
    expect(underpowered({ ...planned(1_000, 10, 13_800), ...early })).toBeDefined();
    expect(underpowered({ ...planned(1_000, 10, 13_900), ...early })).toBeUndefined();
  });

  it('is told also where exposures cannot be read, and beside a plan that takes too long', () => {
    expect(underpowered({ ...planned(1_000, 10, 12_000), exposures: null })?.title).toContain('all 12000 people');
    const both = underpowered({ ...planned(10, 10, 100_000), ...early });
    expect(both?.title).toMatch(
      /^At today’s rate the planned sample takes 329 more days\. Even with all 100000 people/,
    );
    expect(both?.evidence).toMatchObject({ more_days: 329, people: 100_000 });
  });

  it('is judged by who came where more came than planned or the run is over', () => {
    expect(underpowered(planned(1_000, 10, 12_000))).toBeUndefined();
    const short = underpowered({ ...planned(1_000, 10, 20_000), ...early, ...ended(1) });
    expect(short?.title).toMatch(/^With 6000 people it can show effects of 21\.9\d% and more/);
    expect(short?.advice).toContain('says little');
  });
});
