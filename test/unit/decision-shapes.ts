import type { Facts } from '../../src/decision/facts.js';
import { arms, compared, DAY, facts, metric, NOW } from './decision-facts.js';

export type Change = Partial<Facts>;

export const HOUR = DAY / 24;
export const started = (ago: number): Change => ({ experiment: { ...facts().experiment, start: NOW - ago } });
export const draft: Change = { experiment: { ...facts().experiment, status: 'draft', start: null } };
export const seen = (counts: Record<string, number>): Change => ({ exposures: { counts, daily: [] } });
export const split = (shares: Record<string, number>, active = true): Change => ({
  flag: { key: 'one', active, split: Object.entries(shares).map(([key, percent]) => ({ key, percent })) },
});
export const frozen: Change = { experiment: { ...facts().experiment, status: 'exposure_frozen' } };
export const off = split({ control: 50, test: 50 }, false);
export const nobody = seen({ control: 0, test: 0 });
export const measured = (...metrics: Facts['metrics']): Change => ({ metrics });
export const unread = { state: 'failed', problem: 'too slow', comparisons: [], arms: [], baselineRow: null } as const;
export const noProblem = { ...unread, problem: undefined };
export const absent = { ...noProblem, state: 'absent' } as const;
export const legacy = { ...noProblem, state: 'legacy' } as const;
export const settings = (change: Partial<Facts['exposureSettings']>): Change => ({
  exposureSettings: { ...facts().exposureSettings, ...change },
});
export const conversions = (sum: number, metric_type = 'funnel') =>
  metric('Purchases', [compared('test', 0.2, 0.0001)], {
    metric_type,
    arms: [
      { key: 'control', samples: 10_000, sum: 900 },
      { key: 'test', samples: 10_000, sum },
    ],
  });
export const oneSided = (low: number, high: number) => ({
  ...compared('test', (low + high) / 2, 0.08),
  interval: [low, high] as const,
  significant: true,
});
export const purchases = metric('Purchases', [compared('test', 0.2, 0.0001)]);
export const harmed = compared('test', -0.2, 0.0001);
export const three = arms(['control', 'blue', 'green']);
export const planned = (change: Partial<Facts['plan']>): Change => ({ plan: { ...facts().plan, ...change } });
export const other = (id: number) => ({ id, name: `Test ${id}`, status: 'running' });
