import { describe, expect, it } from 'vitest';
import { exposuresWire } from '../../src/schema/results.js';

describe('exposures of PostHog', () => {
  it.each([-1, 0.5, 1e308])(
    'are refused where %d stands for a count of people, which no test of the split takes',
    (count) => {
      expect(exposuresWire.safeParse({ total_exposures: { control: count, test: 5 } }).success).toBe(false);
    },
  );

  it('are taken where people are counted, and where nobody came', () => {
    expect(exposuresWire.safeParse({ total_exposures: { control: 0, test: 44_700 } }).success).toBe(true);
  });
});
