import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { isEvenSplit, multipleVariantBias } from '../../src/stats/bias-risk.js';
import { StatsError } from '../../src/stats/errors.js';
import { testSplit } from '../../src/stats/srm.js';

const HALVES = { control: 50, test: 50 };
/** Read as PostHog's answers are, so that `__proto__` is a key like any other. */
const record = (json: string): Record<string, number> =>
  z.custom<Record<string, number>>((value) => typeof value === 'object').parse(JSON.parse(json));

describe('the sample ratio test', () => {
  // Kohavi, Tang & Xu, "Trustworthy Online Controlled Experiments" (2020), ch. 3: p = 1.8E-6.
  it('raises the textbook’s alarm over a ratio of 0.993', () => {
    const result = testSplit({ control: 821_588, test: 815_482 }, HALVES);
    expect(result?.pValue).toBeCloseTo(1.8e-6, 7);
    expect(result?.mismatch).toBe(true);
    expect(result?.expected).toEqual({ control: 818_535, test: 818_535 });
  });

  // Mendel's peas against 9:3:3:1, chi-square 0.47 with 3 degrees of freedom (p = 0.925) in every textbook of genetics.
  it('finds nothing amiss with Mendel’s peas', () => {
    const peas = { round_yellow: 315, round_green: 108, wrinkled_yellow: 101, wrinkled_green: 32 };
    const ratio = { round_yellow: 9, round_green: 3, wrinkled_yellow: 3, wrinkled_green: 1 };
    const result = testSplit(peas, ratio);
    expect(result?.chiSquare).toBeCloseTo(0.47, 2);
    expect(result?.pValue).toBeCloseTo(0.925, 3);
    expect(result?.mismatch).toBe(false);
  });

  it('raises its alarm below a p-value of 0.001', () => {
    const likely = testSplit({ control: 5140, test: 4860 }, HALVES);
    expect(likely?.pValue).toBeCloseTo(0.0051, 4);
    expect(likely?.mismatch).toBe(false);
    const unlikely = testSplit({ control: 5174, test: 4826 }, HALVES);
    expect(unlikely?.pValue).toBeCloseTo(0.0005, 4);
    expect(unlikely?.mismatch).toBe(true);
  });

  it('judges nothing under 100 exposures', () => {
    expect(testSplit({ control: 90, test: 9 }, HALVES)).toBeNull();
    expect(testSplit({ control: 91, test: 9 }, HALVES)?.mismatch).toBe(true);
  });

  it('leaves variants at 0% out on both sides', () => {
    const off = testSplit({ control: 500, test: 500, off: 4000 }, { ...HALVES, off: 0 });
    expect(off).toEqual(testSplit({ control: 500, test: 500 }, HALVES));
    expect(testSplit({ control: 50, off: 950 }, { control: 50, test: 50, off: 0 })).toBeNull();
  });

  it('counts a configured variant that nobody saw as 0', () => {
    const result = testSplit({ control: 200 }, HALVES);
    expect(result?.expected).toEqual({ control: 100, test: 100 });
    expect(result?.chiSquare).toBeCloseTo(200, 12);
  });

  it('counts nobody outside of the split, such as those seen in several variants or held out', () => {
    const seen = { control: 510, test: 490, $multiple: 300, 'holdout-7': 100 };
    expect(testSplit(seen, HALVES)).toEqual(testSplit({ control: 510, test: 490 }, HALVES));
  });

  it('sees the same ratio where a holdout shrank all variants alike', () => {
    const exposures = { control: 510, test: 490 };
    expect(testSplit(exposures, { control: 45, test: 45 })?.pValue).toBe(testSplit(exposures, HALVES)?.pValue);
  });

  it('needs two variants', () => {
    expect(testSplit({ control: 500 }, { control: 100 })).toBeNull();
    expect(testSplit({ control: 500 }, {})).toBeNull();
  });

  it('takes variants by any name', () => {
    const split = record('{"constructor": 50, "__proto__": 50}');
    expect(testSplit({}, split)).toBeNull();
    const result = testSplit(record('{"constructor": 100, "__proto__": 100}'), split);
    expect(result?.pValue).toBe(1);
    expect(Object.keys(result?.expected ?? {})).toEqual(['constructor', '__proto__']);
  });

  it.each([
    [{ control: -1, test: 500 }, HALVES],
    [{ control: 0.5, test: 500 }, HALVES],
    [{ control: Number.NaN, test: 500 }, HALVES],
    [
      { control: 500, test: 500 },
      { control: -50, test: 50 },
    ],
    [
      { control: 500, test: 500 },
      { control: Number.NaN, test: 50 },
    ],
  ])('refuses impossible counts and shares', (exposures, split) => {
    expect(() => testSplit(exposures, split)).toThrow(StatsError);
  });
});

describe('the risk of bias from people seen in several variants', () => {
  const exposures = { control: 8000, test: 1980, $multiple: 20 };

  it('is their share in percent where an uneven split leaves them out', () => {
    expect(multipleVariantBias([80, 20], 'exclude', exposures)).toBeCloseTo(0.2, 12);
  });

  it('is none where the split is even or where they count for the first variant they saw', () => {
    expect(multipleVariantBias([50, 50], 'exclude', exposures)).toBeNull();
    expect(multipleVariantBias([80, 20], 'first_seen', exposures)).toBeNull();
  });

  it('needs strictly more than 0.1% of them', () => {
    expect(multipleVariantBias([80, 20], 'exclude', { control: 999, $multiple: 1 })).toBeNull();
    expect(multipleVariantBias([80, 20], 'exclude', { control: 998, $multiple: 1 })).not.toBeNull();
    expect(multipleVariantBias([80, 20], 'exclude', {})).toBeNull();
  });

  it.each([
    [[50, 50], true],
    [[34, 33, 33], true],
    [[33, 34, 33], false],
    [[15, 15, 14, 14, 14, 14, 14], true],
    [[60, 40], false],
    [[33.34, 33.33, 33.33], true],
    [[50.5, 49.5], false],
  ])('%j is even: %s', (split, even) => {
    expect(isEvenSplit(split)).toBe(even);
  });
});
