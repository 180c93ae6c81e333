import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { metricPictures } from '../../src/decision/pictures.js';
import { intervalPlot } from '../../src/render/chart.js';
import { roundedBound, roundedBy } from '../../src/render/digits.js';
import { effectTexts } from '../../src/render/effect.js';
import { columnsOf, cutTo, paddedTo } from '../../src/render/width.js';
import type { MetricReading } from '../../src/schema/results.js';

const NAMES = [
  'test',
  '新しい支払いページの実験グループその二',
  '새로운 결제 페이지 실험',
  'ｆｕｌｌｗｉｄｔｈ and ﾊﾝｶｸ',
  '👩‍👩‍👧‍👦 family 🇩🇪 flag ⚠️ sign',
  'e\u0301tude combine\u0301e tre\u0300s longue',
  'a very long name of a variant that goes on',
  'line\nbreak\tand tab',
];

describe('the width of text', () => {
  it.each([
    ['', 0],
    ['abc', 3],
    ['実験', 4],
    ['한글', 4],
    ['ﾊﾝ', 2],
    ['e\u0301', 1],
    ['👩‍👩‍👧‍👦', 2],
    ['🇩🇪', 2],
    ['⚠️', 2],
    ['→±', 2],
  ])('of %j is %i columns', (text, columns) => {
    expect(columnsOf(text)).toBe(columns);
  });

  it.each(NAMES)('%j is cut and filled to exactly as many columns as are asked for', (name) => {
    for (const columns of [1, 2, 5, 18, 40]) {
      expect(columnsOf(paddedTo(name, columns)), `${columns}`).toBe(columns);
      expect(columnsOf(cutTo(name, columns))).toBeLessThanOrEqual(columns);
      expect(cutTo(name, columns)).not.toMatch(/[\n\t]/);
    }
  });
});

describe('interval plots in text', () => {
  const rows = NAMES.map((label, index) => ({ label, low: index - 6, point: index - 3, high: index + 1, text: '+3%' }));

  it('have zero in the same column of every row, and fit 80 columns', () => {
    const lines = intervalPlot(rows, '%');
    for (const line of lines) expect(columnsOf(line), line).toBeLessThanOrEqual(80);
    const starts = lines.slice(0, -1).map((line) => columnsOf(line.slice(0, line.search(/[├│●]/))));
    expect(lines.slice(0, -1).map((line) => columnsOf(line.slice(0, line.indexOf('├'))))).toEqual(
      rows.map(({ low }) => 19 + Math.round(((low + 6) / 14) * 40)),
    );
    expect(starts[0]).toBe(19);
  });

  it('stay within 80 columns and close to the number, whatever name and numbers they get', () => {
    const number = fc.double({ min: -1e6, max: 1e6, noNaN: true });
    const widths = fc.tuple(
      fc.string({ unit: 'grapheme', maxLength: 60 }),
      number,
      number,
      fc.double({ min: 0, max: 1, noNaN: true }),
    );
    fc.assert(
      fc.property(widths, ([label, one, other, share]) => {
        const [low, high] = [Math.min(one, other), Math.max(one, other)];
        fc.pre(high - low > 1e-3);
        const point = low + (high - low) * share;
        const ends = [low, high] as const;
        const numbers = { low: roundedBound(low, ends), point: roundedBy(point, ends), high: roundedBound(high, ends) };
        const { effect } = effectTexts({ ...numbers, unit: '%' });
        const [line = '', scale = ''] = intervalPlot([{ label, text: effect, ...numbers }], '%');
        for (const text of [line, scale]) expect(columnsOf(text)).toBeLessThanOrEqual(80);
        const said = Number(line.slice(line.lastIndexOf(' ') + 1, -1));
        expect(Math.abs(said - point)).toBeLessThanOrEqual(Math.min(0.5, (high - low) / 20) + 1e-9);
      }),
    );
  });

  it('have a title of 80 columns at most, whatever the metric and the baseline are called', () => {
    const long = '支払い完了'.repeat(30);
    const variant = { key: 'test', samples: 9, effect_percent: 1, interval_percent: [-1, 3] };
    const metric: MetricReading = {
      uuid: 'u',
      name: long,
      role: 'primary',
      metric_type: 'mean',
      goal: 'decrease',
      value_is: 'mean per user',
      baseline: long,
      variants: [variant],
    };
    const [title = ''] = metricPictures([metric]);
    expect(title).toMatch(/^支払い.*…: relative effect against 支払い.*… \(left is better\)$/);
    expect(columnsOf(title)).toBeLessThanOrEqual(80);
  });
});
