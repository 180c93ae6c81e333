import { describe, expect, it } from 'vitest';
import { type ActivityFact, type Facts, isOver } from '../../src/decision/facts.js';
import { allJudged, judge, testVariants } from '../../src/decision/judge.js';
import { daysToSample, detectablePercent, exposedPerDay, readyOn } from '../../src/decision/rate.js';
import { insideRun, pausesOf, runDays, shareBefore } from '../../src/decision/run-log.js';
import { compared, DAY, ended, facts, guardrail, metric, NOW } from './decision-facts.js';
import { draft, frozen, measured, off, planned, started } from './decision-shapes.js';

const START = NOW - 21 * DAY;
const daily = (...days: readonly (readonly [ago: number, total: number])[]): Partial<Facts> => ({
  exposures: {
    counts: { control: 10_000, test: 10_000 },
    daily: days.map(([ago, total]) => ({ until: NOW - ago * DAY, total })),
  },
});

describe('the people a day', () => {
  it('are those since the last count that is a week old, however many came after it', () => {
    expect(exposedPerDay(facts(daily([14, 1_000], [7, 6_000], [3, 18_000], [0, 20_000])))).toBe(2_000);
    expect(exposedPerDay(facts(daily([8, 4_000], [6.9, 18_000])))).toBe(2_000);
  });

  it('are those of the whole run where no count is that old, and unknown where nobody came', () => {
    expect(exposedPerDay(facts(daily([3, 18_000])))).toBeCloseTo(20_000 / 21, 9);
    expect(exposedPerDay(facts(daily([7, 20_000])))).toBeNull();
    expect(exposedPerDay(facts({ exposures: null }))).toBeNull();
    expect(exposedPerDay(facts({ flag: null }))).toBeNull();
    expect(exposedPerDay(facts(draft))).toBeNull();
  });
});

const entry = (at: number, rest: Partial<ActivityFact> = {}): ActivityFact => ({
  ...{ at, activity: 'updated', scope: 'Experiment', changes: [] },
  ...rest,
});
const paused = (from: number, to: number) => [
  entry(NOW - from * DAY, { activity: 'paused' }),
  entry(NOW - to * DAY, { activity: 'resumed' }),
];

describe('a pause', () => {
  it('is no part of the days in which people came, nor of the days run', () => {
    const seen = daily([7, 6_000]);
    expect(exposedPerDay(facts({ ...seen, activity: paused(6, 1) }))).toBe(7_000);
    expect(exposedPerDay(facts({ ...daily([3, 18_000]), activity: paused(12, 2) }))).toBeCloseTo(20_000 / 11, 9);
    expect(runDays(facts({ activity: paused(6, 1) }))).toBe(16);
    expect(runDays(facts({ activity: null }))).toBe(21);
    expect(runDays(facts(draft))).toBe(0);
  });

  it('leaves the time between two pauses in', () => {
    const activity = [...paused(6, 5), ...paused(3, 2)];
    expect(exposedPerDay(facts({ ...daily([7, 6_000]), activity }))).toBe(2_800);
  });

  it('puts the end of the planned days off by as long', () => {
    const plan = planned({ sampleSize: null, days: 30 });
    expect(readyOn(facts({ ...plan, activity: paused(6, 1) }))).toBe(NOW + 14 * DAY);
  });
});

describe('a run that is over', () => {
  it('is one that started, whatever end a draft has', () => {
    expect(isOver(facts(ended(1)))).toBe(true);
    expect(isOver(facts({ experiment: { ...facts().experiment, start: null, end: NOW } }))).toBe(false);
  });
});

describe('a run that nobody can enter', () => {
  it.each([
    ['frozen', frozen],
    ['paused', off],
  ])('has no rate of people while it is %s', (_, change) => {
    expect(exposedPerDay(facts({ ...daily([7, 6_000]), ...change }))).toBeNull();
    expect(daysToSample(facts({ ...daily([7, 6_000]), ...planned({ sampleSize: 30_000 }), ...change }))).toBeNull();
  });

  it('is ready on time where it was frozen with its whole sample, and never where it was frozen before', () => {
    expect(readyOn(facts({ ...frozen, ...planned({ sampleSize: 20_000, days: 30 }) }))).toBe(NOW + 9 * DAY);
    expect(readyOn(facts({ ...frozen, ...planned({ sampleSize: 20_001, days: 30 }) }))).toBeNull();
  });
});

describe('the time that the planned sample takes', () => {
  it('is what is missing at today’s rate, and nothing where none is', () => {
    const seen = daily([7, 6_000]);
    expect(daysToSample(facts({ ...seen, ...planned({ sampleSize: 30_000 }) }))).toBe(5);
    expect(daysToSample(facts({ ...seen, ...planned({ sampleSize: 20_000 }) }))).toBe(0);
    expect(daysToSample(facts({ ...daily([7, 20_000]), ...planned({ sampleSize: 20_000 }) }))).toBe(0);
    expect(daysToSample(facts({ ...daily([7, 20_000]), ...planned({ sampleSize: 20_001 }) }))).toBeNull();
    expect(daysToSample(facts(planned({ sampleSize: null })))).toBeNull();
    expect(daysToSample(facts({ exposures: null }))).toBeNull();
  });

  it('ends with the sample or the planned days, whichever is later, and after a week at the soonest', () => {
    const seen = daily([7, 6_000]);
    expect(readyOn(facts({ ...seen, ...planned({ sampleSize: 30_000 }) }))).toBe(NOW + 5 * DAY);
    expect(readyOn(facts(planned({ days: 30 })))).toBe(NOW + 9 * DAY);
    expect(readyOn(facts(planned({ sampleSize: null, days: null })))).toBe(NOW);
    expect(readyOn(facts({ ...started(2 * DAY), ...planned({ sampleSize: null, days: 3 }) }))).toBe(NOW + 5 * DAY);
  });

  it.each([
    ['a draft', draft],
    ['a draft without a planned sample', { ...draft, ...planned({ sampleSize: null }) }],
    ['a run that is over', ended(1)],
    ['a flag that is off', off],
    ['no rate', { ...daily([7, 20_000]), ...planned({ sampleSize: 30_000 }) }],
  ])('cannot be told of %s', (_, change) => {
    expect(readyOn(facts({ ...planned({ sampleSize: 30_000 }), ...change }))).toBeNull();
  });
});

describe('the effect that can be shown', () => {
  const row = (number_of_samples: number, sum: number) => ({ baselineRow: { number_of_samples, sum } });
  const detectable = (...metrics: Facts['metrics']) => detectablePercent(facts(measured(...metrics)), 20_000);

  it('is that of the least sensitive primary metric', () => {
    const common = detectable(metric('A', [], row(1_000, 500)));
    const rare = detectable(metric('B', [], row(1_000, 50)));
    expect(rare).toBeGreaterThan(common ?? Number.NaN);
    expect(detectable(metric('A', [], row(1_000, 500)), metric('B', [], row(1_000, 50)))).toBe(rare);
    expect(detectable(metric('A', [], row(1_000, 500)), guardrail('B', [], row(1_000, 50)))).toBe(common);
  });

  it.each<[string, Facts['metrics']]>([
    ['no metric', []],
    ['a metric of an older format', [metric('A', [], { ...row(1_000, 50), metric_type: 'legacy' })]],
    ['a metric without a baseline', [metric('A', [], { baselineRow: null })]],
    ['a baseline of nobody', [metric('A', [], row(0, 0))]],
    ['a baseline of zero', [metric('A', [], row(1_000, 0))]],
    ['sums that cannot be', [metric('A', [], row(10, 11))]],
  ])('cannot be told of %s', (_, metrics) => {
    expect(detectable(...metrics)).toBeNull();
  });

  it('needs people and two variants', () => {
    expect(detectablePercent(facts(), 0)).toBeNull();
    expect(detectablePercent(facts(), null)).toBeNull();
    expect(detectablePercent(facts({ excluded: ['test'] }), 20_000)).toBeNull();
    expect(detectable(metric('A', [], row(1, 1)))).toBe(0);
  });
});

describe('what is judged', () => {
  const of = (change: Partial<Facts>) => judge(facts(change), 'primary');

  it('is each variant with statistics but the baseline and excluded ones', () => {
    const none = { variant: 'green', gain: null, interval: null, p: 0.5, significant: false };
    const half = { variant: 'red', gain: 0.1, interval: null, p: null, significant: false };
    const all = [compared('control', 0.1, 0.5), compared('test', 0.1, 0.5), compared('out', 0.1, 0.5), none, half];
    expect(
      of({ ...measured(metric('A', all)), excluded: ['out'] }).map(({ comparison }) => comparison.variant),
    ).toEqual(['test']);
  });

  it('is clear below alpha, whatever PostHog’s one-sided call says, and never where nothing moved', () => {
    const alone = (gain: number, p: number, significant: boolean) =>
      of(measured(metric('A', [{ ...compared('test', gain, p), significant }])))[0]?.alone;
    expect(alone(0.1, 0.04, false)).toBe('better');
    expect(alone(0.1, 0.05, false)).toBe('unclear');
    expect(alone(0.1, 0.08, true)).toBe('unclear');
    expect(alone(-0.1, 0.04, false)).toBe('worse');
    expect(alone(0, 0.01, true)).toBe('unclear');
    const corrected = (p: number) => of(measured(metric('A', [compared('test', 0.1, p)])))[0]?.corrected;
    expect([corrected(0.049), corrected(0.05)]).toEqual(['better', 'unclear']);
  });

  it('is everything only where each metric has each variant', () => {
    const both = [compared('blue', 0.1, 0.5), compared('green', 0.1, 0.5)];
    const every = (...metrics: Facts['metrics']) =>
      allJudged(facts(measured(...metrics)), 'primary', ['blue', 'green']);
    expect(every(metric('A', both), metric('B', both))).toBe(true);
    expect(every(metric('A', both), metric('B', both.slice(0, 1)))).toBe(false);
    expect(every(metric('A', both.slice(0, 1)))).toBe(false);
    expect(testVariants(facts({ flag: null }))).toEqual([]);
  });
});

describe('the log inside a run', () => {
  const inside = (at: number, change: Partial<Facts> = {}) =>
    insideRun(facts({ activity: [entry(at)], ...change })).length;
  const MINUTE = 60_000;

  it('leaves out the minute of the launch and that of the end', () => {
    expect([inside(START + MINUTE), inside(START + MINUTE + 1)]).toEqual([0, 1]);
    const end = NOW - DAY;
    expect([inside(end - MINUTE, ended(1)), inside(end - MINUTE - 1, ended(1))]).toEqual([0, 1]);
    expect([inside(NOW - 1), inside(NOW)]).toEqual([1, 0]);
    expect(inside(NOW - DAY, draft)).toBe(0);
    expect(insideRun(facts({ activity: null }))).toEqual([]);
  });

  it('knows pauses from entries of the experiment and from the flag turning off, not from others', () => {
    const active = (after: unknown, scope = 'FeatureFlag', field = 'active') => ({
      ...{ scope, changes: [{ field, before: null, after }] },
    });
    const pauses = (...activity: ActivityFact[]) => pausesOf(facts({ activity }));
    const [one, two] = [NOW - 9 * DAY, NOW - 7 * DAY];
    expect(pauses(entry(one, { activity: 'paused' }), entry(two, { activity: 'resumed' }))).toEqual([
      { from: one, to: two },
    ]);
    expect(pauses(entry(one, active(false)), entry(two, active(true)))).toEqual([{ from: one, to: two }]);
    expect(pauses(entry(one, active(false)))).toEqual([{ from: one, to: NOW }]);
    expect(
      pauses(entry(one, active(false, 'Experiment')), entry(two, active(false, 'FeatureFlag', 'deleted'))),
    ).toEqual([]);
    expect(pauses(entry(one, { activity: 'resumed' }), entry(two, active('off')))).toEqual([]);
  });

  it('tells the share of people before a time, evenly within a day but for pauses', () => {
    const counts = daily([11, 8_000], [10, 10_000], [9, 20_000]);
    const share = (ago: number, change: Partial<Facts> = {}) =>
      shareBefore(facts({ ...counts, ...change }), NOW - ago * DAY);
    expect([share(11), share(10), share(9.5), share(9), share(5)]).toEqual([40, 50, 75, 100, 100]);
    expect(share(16)).toBeCloseTo(20, 9);
    const pause = [
      entry(NOW - 9.5 * DAY, { activity: 'paused' }),
      entry(NOW - 9.25 * DAY, { activity: 'resumed' }),
      entry(NOW - 9.25 * DAY, { activity: 'exposure_frozen' }),
      entry(NOW - 9 * DAY, { activity: 'exposure_unfrozen' }),
    ];
    expect(share(9.5, { activity: pause })).toBe(100);
    expect(share(9.75, { activity: pause })).toBe(75);
  });

  it('tells no share of nobody, of a draft or without counts', () => {
    const at = NOW - 9 * DAY;
    expect(shareBefore(facts(), at)).toBeNull();
    expect(shareBefore(facts({ exposures: null }), at)).toBeNull();
    expect(shareBefore(facts({ ...daily([9, 20_000]), ...draft }), at)).toBeNull();
    expect(shareBefore(facts({ exposures: { counts: {}, daily: [{ until: at, total: 0 }] } }), at)).toBeNull();
  });
});
