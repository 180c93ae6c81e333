import { describe, expect, it } from 'vitest';
import { exposuresWire } from '../../src/schema/results.js';

describe('exposures of PostHog', () => {
  it.each([-1, 0.5, 1e308])(
    'are named where %d stands for a count of people, which no test of the split takes, beside the others',
    (count) => {
      expect(exposuresWire.parse({ total_exposures: { control: count, test: 5 } })).toMatchObject({
        total_exposures: { test: 5 },
        problems: [expect.stringContaining('the count of control cannot be read')],
      });
    },
  );

  it('are taken where people are counted, and where nobody came', () => {
    expect(exposuresWire.safeParse({ total_exposures: { control: 0, test: 44_700 } }).success).toBe(true);
  });
});
