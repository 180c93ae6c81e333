import { describe, expect, it } from 'vitest';
import { isLegacy } from '../../src/sandbox/rows/related.js';
import { type Status, statusOf } from '../../src/sandbox/rows/status.js';
import { applyScenario } from '../../src/sandbox/scenario/scenario.js';
import { demoScenario } from '../../src/sandbox/scenario/seed/demo.js';
import { emptyScenario } from '../../src/sandbox/scenario/seed/empty.js';
import { createStore } from '../../src/sandbox/store/store.js';
import { metricEvents, validateMetrics } from '../../src/sandbox/validation/metrics.js';

function demo() {
  const store = createStore({ project: demoScenario.project, now: () => new Date('2026-11-01T12:00:00Z') });
  applyScenario(store, demoScenario);
  return store;
}

function found(name: string) {
  const store = demo();
  const row = [...store.experiments.values()].find((candidate) => candidate.name === name);
  const flag = row && store.flags.get(row.flag_id);
  if (!row || !flag) throw new Error(`The demo has no experiment ${name}.`);
  return { row, flag, store };
}

/** Chi-square of two counts against an even split. */
function unevenness(control: number, test: number): number {
  return (control - test) ** 2 / (control + test);
}

/** Chi-square at which a split of two counts as mismatched (p < 0.001, one degree of freedom). */
const MISMATCH = 10.83;

describe('the demo project', () => {
  it('has experiments in every state but frozen, and enough events', () => {
    const store = demo();
    const states = [...store.experiments.values()].map((row) => {
      const flag = store.flags.get(row.flag_id);
      return flag && statusOf(row, flag);
    });
    const count = (status: Status) => states.filter((state) => state === status).length;
    expect(store.experiments.size).toBeGreaterThanOrEqual(10);
    expect(count('running')).toBeGreaterThanOrEqual(6);
    expect([count('draft'), count('paused'), count('stopped')]).toEqual([2, 2, 4]);
    expect(store.mainProject.events.length).toBeGreaterThanOrEqual(10);
  });

  it('counts only events that the project has', () => {
    const store = demo();
    const knownEvents = new Set(store.mainProject.events.map((event) => event.name));
    const facts = {
      knownEvents,
      storedEvents: new Set<string>(),
      allowUnknownEvents: false,
      knownActions: new Set<number>(),
    };
    const current = [...store.experiments.values()].filter((row) => !isLegacy(row, store));
    for (const row of current) {
      expect(() => validateMetrics(row.metrics, 'metrics', facts)).not.toThrow();
      expect(() => validateMetrics(row.metrics_secondary, 'metrics_secondary', facts)).not.toThrow();
      if (row.start_date !== null) expect(metricEvents(row.metrics).size).toBeGreaterThan(0);
    }
  });

  it('holds the counts of the Cookie Cats dataset, with gate_30 as baseline', () => {
    const { row, flag } = found('Cookie Cats: first gate at level 40');
    expect(statusOf(row, flag)).toBe('stopped');
    expect(row.stats_config).toMatchObject({ baseline_variant_key: 'gate_30' });
    expect(row.description).toContain('Cookie Cats dataset');
    expect(row.data.exposures).toEqual({ gate_30: 44_700, gate_40: 45_489 });
    const sums = Object.values(row.data.metrics).map((metric) => [metric.gate_30?.sum, metric.gate_40?.sum]);
    expect(sums).toEqual([
      [8_502, 8_279],
      [20_034, 20_119],
    ]);
  });

  it('has exactly one running experiment whose exposures do not fit the split', () => {
    const mismatched = [...demo().experiments.values()].filter(({ data: { exposures } }) => {
      const { control, test } = exposures;
      return control !== undefined && test !== undefined && unevenness(control, test) > MISMATCH;
    });
    expect(mismatched.map((row) => row.name)).toEqual(['Pricing page layout']);
  });

  it('has samples that are the exposed people', () => {
    for (const row of demo().experiments.values()) {
      for (const metric of Object.values(row.data.metrics)) {
        for (const [variant, { number_of_samples: samples }] of Object.entries(metric)) {
          expect(samples).toBe(row.data.exposures[variant]);
        }
      }
    }
  });

  it('has two experiments on one flag, a stopped one that still splits, and an off one without exposures', () => {
    const { store, flag } = found('Upload flow redesign: revenue');
    expect(store.experimentsOfFlag(flag.id)).toHaveLength(2);
    const stopped = found('Trial of 30 days');
    expect(stopped.row.conclusion).toBe('won');
    expect(stopped.flag.filters.multivariate?.variants.map((variant) => variant.rollout_percentage)).toEqual([50, 50]);
    const off = found('Search ranking v2');
    expect([off.flag.active, off.row.data.exposures]).toEqual([false, {}]);
  });

  it('has one experiment with metrics of the old format, after all others', () => {
    const store = demo();
    const rows = [...store.experiments.values()];
    const legacy = rows.filter((row) => isLegacy(row, store));
    expect(legacy).toEqual([rows.at(-1)]);
    expect(legacy[0]?.metrics[0]).toMatchObject({ kind: 'ExperimentTrendsQuery', name: 'Files shared' });
  });

  it('tells a paused experiment from one whose flag somebody switched off', () => {
    const verbs = (name: string) => found(name).row.activity.map(({ activity }) => activity);
    expect(verbs('Referral banner').at(-1)).toBe('paused');
    expect(verbs('Search ranking v2')).not.toContain('paused');
  });

  it('has a draft for a first launch', () => {
    const { row, flag } = found('Checkout button colour');
    expect([flag.key, flag.active, statusOf(row, flag)]).toEqual(['checkout-button', false, 'draft']);
    expect(row.metrics).toHaveLength(1);
  });

  it('is the same each time', () => {
    expect(demo().experiments).toEqual(demo().experiments);
  });
});

describe('the empty project', () => {
  it('has a project and nothing in it', () => {
    expect(emptyScenario).toMatchObject({ events: [], experiments: [], approvals: [] });
    expect(emptyScenario.project.id).toBe(1);
  });
});
