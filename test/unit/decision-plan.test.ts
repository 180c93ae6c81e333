import { describe, expect, it } from 'vitest';
import { assess } from '../../src/decision/assess.js';
import type { Facts } from '../../src/decision/facts.js';
import { arms, compared, DAY, facts, metric, NOW } from './decision-facts.js';
import { measured, nobody, planned, seen, settings, split, started } from './decision-shapes.js';

describe('how the people came', () => {
  /** A run of so many days, each of which brought ten people. */
  const days = (count: number) => ({
    exposures: {
      counts: { control: 10_000, test: 10_000 },
      daily: Array.from({ length: count }, (_, day) => ({ until: NOW - (count - day) * DAY, total: (day + 1) * 10 })),
    },
  });
  const course = (count: number) => assess(facts(days(count))).plan.course;

  it('is nothing of a run of a day, and each day of a short one', () => {
    expect(assess(facts(days(0))).plan).not.toHaveProperty('course');
    expect(assess(facts(days(1))).plan).not.toHaveProperty('course');
    expect(course(2)).toEqual([10, 20]);
    expect(course(5)).toEqual([10, 20, 30, 40, 50]);
    expect(course(12)).toEqual([10, 20, 30, 40, 50, 60, 70, 80, 90, 100, 110, 120]);
  });

  it('is twelve days of a long one, spread evenly from the first to the last', () => {
    expect(course(23)).toEqual([10, 30, 50, 70, 90, 110, 130, 150, 170, 190, 210, 230]);
    expect(course(13)).toEqual([10, 20, 30, 40, 50, 60, 80, 90, 100, 110, 120, 130]);
  });

  it('is told beside a planned sample alone', () => {
    expect(assess(facts({ ...days(5), ...planned({ sampleSize: null }) })).plan).not.toHaveProperty('course');
  });
});

describe('the exposures of an answer', () => {
  it('have shares of nothing where nobody came', () => {
    const { exposures, findings } = assess(facts(nobody));
    expect(exposures?.variants.map(({ share_percent }) => share_percent)).toEqual([0, 0]);
    // Of nobody, no share was seen in several variants.
    expect(findings.map(({ code }) => code)).toEqual([
      ...['no_exposures', 'planned_sample_not_reached', 'early_significance', 'test_accounts_filtered'],
    ]);
  });

  it('are named from the largest share of an uneven split', () => {
    const change = { ...split({ control: 20, test: 80 }), ...seen({ control: 4_000, test: 16_000 }) };
    expect(assess(facts(change)).findings.find(({ code }) => code === 'uneven_split')?.title).toBe(
      'The split is uneven: test 80%, control 20%.',
    );
  });

  it('are of no uneven split where one variant is left in the analysis', () => {
    expect(assess(facts({ excluded: ['test'] })).findings.map(({ code }) => code)).not.toContain('uneven_split');
  });

  it('say nothing against an own exposure event that shows people', () => {
    const { findings } = assess(facts(settings({ customEvent: 'opened' })));
    expect(findings).toEqual([]);
  });
});

describe('the evidence in a comment', () => {
  const comment = (...metrics: Facts['metrics']) => assess(facts(measured(...metrics))).evidence_comment;

  const bayesian = { ...facts().stats, method: 'bayesian', ciLevel: 0.95 } as const;
  const withChance = (gain: number, chance: number) => {
    const one = metric('A', [compared('test', gain, 2 * Math.min(chance, 1 - chance))]);
    const variants = one.reading.variants.map((row) =>
      row.key === 'test' ? { ...row, chance_to_be_better: chance } : row,
    );
    return { ...one, reading: { ...one.reading, variants } };
  };
  const absolute = { ...bayesian, differenceType: 'ABSOLUTE' } as const;

  it.each<[string, Partial<Facts>, RegExp, RegExp]>([
    ['p-values and no chance, frequentist', {}, /p 0\.0001, corrected 0\.0001, n/, /chance/],
    [
      'a chance and no p-value, Bayesian',
      { stats: bayesian, metrics: [withChance(0.2, 0.998)] },
      /chance to be better 99\.8%, significant after all corrections, n/,
      /test: .*\bp [<\d]|corrected/,
    ],
    [
      'a chance that is not clear',
      { stats: bayesian, metrics: [withChance(0.02, 0.7)] },
      /chance to be better 70\.0%, not significant after all corrections/,
      /test: .*\bp [<\d]/,
    ],
    ['relative effects', {}, /effects relative to the baseline/, /absolute/],
    ['absolute effects where the project shows those', { stats: absolute }, /effects absolute/, /relative/],
    ['the date of a wait', planned({ sampleSize: 30_000 }), /keep_running until 2026-06-12 UTC, baseline/, /ship/],
    [
      'no gates, which a call passes or fails',
      seen({ control: 10_234, test: 9_766 }),
      /Blockers: sample_ratio/,
      /[Gg]ate/,
    ],
    ['that nothing is against it', {}, /No blockers or warnings\./, /[Gg]ate|passed/],
  ])('tells %s', (_, change, wanted, unwanted) => {
    const { evidence_comment: text } = assess(facts(change));
    expect(text).toMatch(wanted);
    expect(text).not.toMatch(unwanted);
  });

  it('has its numbers and date from the verdict', () => {
    const { evidence_comment: text, summary } = assess(facts(planned({ sampleSize: 30_000 })));
    expect(/until (\S+)/.exec(text)?.[1]).toBe(/until (\S+)/.exec(summary)?.[1]);
    const shipped = assess(facts());
    expect(shipped.summary).toContain(/test: (\S+ \()/.exec(shipped.evidence_comment)?.[1]?.replace(' (', ' on'));
  });

  it('speaks of chances in the findings of a Bayesian run, too', () => {
    const early = { ...started(6 * DAY), stats: bayesian, metrics: [withChance(0.2, 0.998)] };
    const found = assess(facts(early)).findings.find(({ code }) => code === 'early_significance');
    expect(found?.evidence).toEqual({ chances_to_be_better: [0.998] });
  });

  it('counts the people of each variant, as far as they are known', () => {
    const counted = metric('A', [compared('blue', 0.2, 0.001), compared('green', 0.2, 0.001)], {
      arms: [
        { key: 'control', samples: 7_000, sum: 700 },
        { key: 'blue', samples: 8_000, sum: 700 },
      ],
    });
    const { evidence_comment: text } = assess(facts({ ...arms(['control', 'blue', 'green']), metrics: [counted] }));
    expect(text).toMatch(/"A", blue: .*, n 8000$/m);
    expect(text).toMatch(/"A", green: .*, n \?$/m);
  });

  it('fills its room to the last character, and a line that has none is counted', () => {
    const padded = (count: number, room: number) =>
      comment(
        ...Array.from({ length: count }, (_, at) =>
          metric(`Metric ${10 + at}${at === 0 ? 'm'.repeat(room) : ''}`, [compared('test', 0.1, 0.001)]),
        ),
      );
    const cut = padded(50, 0);
    expect(cut).toMatch(/\(\d+ more lines do not fit\)$/);
    const full = padded(50, 4_000 - cut.length);
    expect(full).toHaveLength(4_000);
    expect(full.split('\n')).toHaveLength(cut.split('\n').length);
    const whole = padded(20, 0);
    expect(padded(20, 4_000 - whole.length)).toHaveLength(4_000);
    expect(padded(20, 4_000 - whole.length)).not.toContain('do not fit');
  });
});
