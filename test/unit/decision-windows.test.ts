import { describe, expect, it } from 'vitest';
import { assess } from '../../src/decision/assess.js';
import type { Facts } from '../../src/decision/facts.js';
import { gate } from '../../src/decision/gates.js';
import { percentOver, windowOf } from '../../src/decision/windows.js';
import { compared, DAY, facts, guardrail, metric, NOW } from './decision-facts.js';
import { frozen, planned, started } from './decision-shapes.js';

type Change = Partial<Facts>;

const HOUR = DAY / 24;
const retention = (start: number, end: number, unit?: string) => ({
  metric_type: 'retention',
  retention_window_start: start,
  retention_window_end: end,
  ...(unit === undefined ? {} : { retention_window_unit: unit }),
});
const within = (metric_type: string, conversion_window: number, conversion_window_unit?: string) => ({
  ...{ metric_type, conversion_window },
  ...(conversion_window_unit === undefined ? {} : { conversion_window_unit }),
});

describe('the window of a metric', () => {
  it.each<[string, Record<string, unknown>, number | null]>([
    ['days 14 to 30 of retention, the last of them whole', retention(14, 30, 'day'), 31 * DAY],
    ['a retention without a unit, which counts days', retention(7, 7), 8 * DAY],
    ['hours of retention, the last of them whole', retention(0, 0, 'hour'), HOUR],
    ['weeks of retention, to the second', retention(1, 2, 'week'), 14 * DAY],
    ['months of retention', retention(0, 1, 'month'), 30 * DAY],
    ['a funnel of 14 days', within('funnel', 14, 'day'), 14 * DAY],
    ['a funnel of 90 seconds', within('funnel', 90, 'second'), 90_000],
    ['a mean of 36 hours', within('mean', 36, 'hour'), 36 * HOUR],
    ['a ratio of two weeks', within('ratio', 2, 'week'), 14 * DAY],
    ['a mean of 30 minutes', within('mean', 30, 'minute'), HOUR / 2],
    ['a mean of a month', within('mean', 1, 'month'), 30 * DAY],
    ['a window without a unit, which PostHog ignores', within('funnel', 14), null],
    ['a unit that nobody knows', within('funnel', 14, 'fortnight'), null],
    ['no window', { metric_type: 'mean' }, null],
    ['a window that is no number', { ...within('mean', 1, 'day'), conversion_window: '1' }, null],
  ])('is known of %s', (_, definition, ms) => {
    expect(windowOf(definition)).toBe(ms);
  });
});

const evenly = (days: number): Facts['exposures'] => ({
  counts: { control: 10_000, test: 10_000 },
  daily: Array.from({ length: days }, (_, day) => ({
    until: NOW - (days - 1 - day) * DAY,
    total: ((day + 1) * 20_000) / days,
  })),
});
const now = { freshness: { ...facts().freshness, calculated_at: new Date(NOW).toISOString() } };
const run = (days: number): Change => ({ ...started(days * DAY), exposures: evenly(days), ...now });
const windowed = (days: number, role: 'primary' | 'secondary' = 'primary'): Change => {
  const better = metric('Purchases', [compared('test', 0.2, 0.0001)]);
  const window = days * DAY;
  return {
    metrics:
      role === 'primary'
        ? [{ ...better, window }]
        : [better, guardrail('Refunds', [compared('test', 0.01, 0.6, 0.02)], { window })],
  };
};

describe('how far a window is over', () => {
  it.each<[string, Change, number, number]>([
    ['nobody in a run that is shorter', run(15), 31, 0],
    ['half of the people in twice the window', run(28), 14, 50],
    ['by the days on which people came', { ...run(20), exposures: rush(20) }, 5, 90],
    ['evenly where days are unknown', { ...run(20), exposures: { counts: evenly(1)?.counts ?? {}, daily: [] } }, 5, 75],
    ['as of the calculation', { ...run(20), freshness: { ...facts().freshness, calculated_at: ago(10) } }, 5, 50],
    ['everybody long after the end', { ...run(40), ...over(40, 20) }, 14, 100],
    ['half of them a week after the end', { ...run(20), ...over(27, 7), exposures: ofEnded(27, 7) }, 17, 50],
  ])('counts %s', (_, change, days, percent) => {
    expect(percentOver(facts(change), days * DAY)).toBeCloseTo(percent, 0);
  });
});

function ago(days: number): string {
  return new Date(NOW - days * DAY).toISOString();
}

/** Nine of ten people come on the first day. */
function rush(days: number): Facts['exposures'] {
  const counts = { control: 10_000, test: 10_000 };
  return {
    counts,
    daily: [
      { until: NOW - (days - 1) * DAY, total: 18_000 },
      { until: NOW - 2 * DAY, total: 18_000 },
      { until: NOW, total: 20_000 },
    ],
  };
}

function over(startedAgo: number, endedAgo: number): Change {
  return { experiment: { ...facts().experiment, start: NOW - startedAgo * DAY, end: NOW - endedAgo * DAY } };
}

function ofEnded(startedAgo: number, endedAgo: number): Facts['exposures'] {
  const days = startedAgo - endedAgo;
  return {
    counts: { control: 10_000, test: 10_000 },
    daily: Array.from({ length: days }, (_, day) => ({
      until: NOW - (endedAgo + days - 1 - day) * DAY,
      total: ((day + 1) * 20_000) / days,
    })),
  };
}

describe('a metric whose window goes on', () => {
  const told = (change: Change) => {
    const { recommendation, findings } = assess(facts(change));
    return [recommendation, findings.find(({ code }) => code === 'windows_open')?.severity ?? 'nothing'];
  };

  it.each<[string, Change, string, string]>([
    ['is not ready where nobody has had it', { ...run(15), ...windowed(31) }, 'keep_running', 'warning'],
    ['is not ready where 49% have had it', { ...run(27), ...windowed(14) }, 'keep_running', 'warning'],
    ['is read where half have had it, which is said', { ...run(28), ...windowed(14) }, 'ship', 'info'],
    ['needs no word where 90% have had it', { ...run(20), ...windowed(2) }, 'ship', 'nothing'],
    ['holds back as a guardrail, too', { ...run(15), ...windowed(31, 'secondary') }, 'keep_running', 'warning'],
    [
      'is complete where only matured users count',
      { ...run(28), ...windowed(7), onlyMatured: true },
      'ship',
      'nothing',
    ],
    ['is final long after the end', { ...run(20), ...over(40, 20), ...windowed(14) }, 'ship', 'nothing'],
    [
      'cannot be told yet after the end',
      { ...run(20), ...over(21, 1), exposures: ofEnded(21, 1), ...windowed(31) },
      'cannot_tell',
      'warning',
    ],
  ])('%s', (_, change, recommendation, severity) => {
    expect(told({ ...planned({ sampleSize: 15_000 }), ...change })).toEqual([recommendation, severity]);
  });

  it('says whether it is known that only matured users count', () => {
    const known = (change: Change) =>
      assess(facts({ ...run(15), ...windowed(31), ...change })).findings.find(({ code }) => code === 'windows_open')
        ?.evidence.only_count_matured_users;
    expect([known({}), known({ onlyMatured: false })]).toEqual(['unknown', 'no']);
  });

  it('fails the gate of a ship and of won', () => {
    const assessment = assess(facts({ ...run(15), ...windowed(31) }));
    expect(gate(assessment, { kind: 'end', conclusion: 'won' }).because).toContain('it is keep_running (readiness)');
    expect(gate(assessment, { kind: 'ship', variant: 'test' }).passes).toBe(false);
  });

  it('gives the date on which half will have had it, while people go on coming', () => {
    const { summary } = assess(facts({ ...run(15), ...windowed(31) }));
    expect(summary).toContain('Keep running until 2026-07-18 UTC');
  });

  it('gives an earlier date where exposure is frozen', () => {
    const still = { ...run(15), ...windowed(31), ...frozenSince(15) };
    expect(assess(facts(still)).summary).toContain('Keep running until 2026-06-25 UTC');
  });

  it('has to be calculated anew where windows ended after the calculation', () => {
    const stale = { freshness: { ...facts().freshness, calculated_at: ago(10), stale: true, age_hours: 240 } };
    const { findings } = assess(facts({ ...run(28), ...windowed(14), ...stale, ...planned({ sampleSize: 5_000 }) }));
    expect(findings.find(({ code }) => code === 'windows_open')?.advice).toContain('calculate them anew');
  });

  it('counts towards the planned sample only who has had it, where only matured users count', () => {
    const matured = { ...run(21), ...windowed(7), onlyMatured: true, ...planned({ sampleSize: 15_000 }) };
    const { findings, plan } = assess(facts(matured));
    const short = findings.find(({ code }) => code === 'planned_sample_not_reached');
    expect(short?.evidence).toMatchObject({ exposed: 20_000, in_results: 13_333, planned: 15_000 });
    expect(plan.reached_on).toBe('2026-06-03 UTC');
  });
});

function frozenSince(days: number): Change {
  return { ...frozen, experiment: { ...facts().experiment, status: 'exposure_frozen', start: NOW - days * DAY } };
}
