import { describe, expect, it } from 'vitest';
import { signed } from '../../src/render/digits.js';
import { effectOf } from '../../src/render/effect.js';
import type { VariantReading } from '../../src/schema/results.js';
import { meaningOf } from '../../src/ui/marks.js';
import { effectText, intervalText, surety } from '../../src/ui/metrics.js';
import { age, plain, pValue, share, time } from '../../src/ui/numbers.js';
import { scaleOf } from '../../src/ui/scale.js';

describe('a scale', () => {
  it('holds zero and every interval within its margins, in order', () => {
    const scale = scaleOf([
      { low: -7.2, high: -2.1 },
      { low: -3, high: 12 },
    ]);
    expect(scale?.at(-7.2)).toBe(4);
    expect(scale?.at(12)).toBe(96);
    expect(scale?.at(0)).toBeCloseTo(38.5, 1);
    expect(scale?.ticks).toEqual([-5, 0, 5, 10]);
  });

  it.each([
    [0.0003, 0.0021],
    [-48, 96],
    [-1e-7, 2e-7],
    [5, 1e6],
  ])('from %d to %d has two to six round ticks, zero among them', (low, high) => {
    const { ticks = [], decimals = 0 } = scaleOf([{ low, high }]) ?? {};
    expect(ticks.length).toBeGreaterThanOrEqual(2);
    expect(ticks.length).toBeLessThanOrEqual(6);
    expect(ticks.map((tick) => signed(tick, decimals))).toContain('0');
    expect(new Set(ticks.map((tick) => signed(tick, decimals))).size).toBe(ticks.length);
  });

  it.each([[[]], [[{ low: 0, high: 0 }]], [[{ low: Number.NaN, high: 1 }]], [[{ low: 0, high: Infinity }]]])(
    'is none for %j',
    (spans) => {
      expect(scaleOf(spans)).toBeNull();
    },
  );
});

describe('numbers', () => {
  it('keep as many digits as their interval supports', () => {
    const effect = { low: -6.9, point: -4.3, high: -1.7, unit: '%' };
    expect([effectText(effect), intervalText(effect)]).toEqual(['-4.3%', '-6.9% to -1.7%']);
  });

  it('read as people write them', () => {
    expect([share(0.2199), share(0.0004), share(0)]).toEqual(['22.0%', '0.04%', '0.0%']);
    expect([pValue(4.7e-7), pValue(0.00123), plain(12_345.6)]).toEqual(['p < 0.0001', 'p 0.0012', '12,346']);
    expect([time('2026-11-25T10:22:19.089000Z'), time('soon')]).toEqual(['2026-11-25 10:22 UTC', 'soon']);
    expect([age(0.2), age(1), age(12), age(2000)]).toEqual([
      'under an hour old',
      '1 hour old',
      '12 hours old',
      '83 days old',
    ]);
  });
});

describe('an effect', () => {
  it('is read from the relative or the absolute fields, and is none where a part lacks', () => {
    const row = { key: 'test', samples: 9 };
    const of = (effect: Partial<VariantReading>, value_is = 'mean per user') =>
      effectOf({ ...row, ...effect }, { value_is });
    expect(of({ effect_percent: 2, interval_percent: [1, 3] })).toMatchObject({ point: 2, unit: '%' });
    expect(of({ effect_absolute: 2, interval_absolute: [1, 3] })).toMatchObject({ high: 3, unit: '' });
    expect(of({ effect_absolute: 0.012, interval_absolute: [0.003, 0.021] }, 'conversion rate')).toEqual({
      ...{ low: 0.3, point: 1.2, high: 2.1, unit: ' pp' },
    });
    expect(of({ effect_percent: 2 })).toBeUndefined();
    expect(of({ effect_percent: 2, interval_percent: [1] })).toBeUndefined();
    expect(of({ effect_percent: Number.NaN, interval_percent: [1, 3] })).toBeUndefined();
  });

  it('has a meaning of its own for each verdict', () => {
    expect(['better', 'worse', 'no clear difference', 'cannot tell', undefined].map(meaningOf)).toEqual([
      'better',
      'worse',
      'unclear',
      'unknown',
      'unknown',
    ]);
    expect(surety({ key: 'a', samples: 1, p_value: 0.04 })).toBe('p 0.04');
  });
});
