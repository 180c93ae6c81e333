import { applyScenario, parseScenario } from '../../src/sandbox/scenario/scenario.js';
import { createStore, type Store } from '../../src/sandbox/store/store.js';

/** Noon of the day on which test scenarios are loaded. */
const NOW = '2026-11-01T12:00:00Z';

export function load(scenario: unknown): Store {
  const parsed = parseScenario(JSON.stringify(scenario));
  const store = createStore({ project: parsed.project, now: () => new Date(NOW) });
  applyScenario(store, parsed);
  return store;
}

export function only(store: Store) {
  const [row] = store.experiments.values();
  const flag = row && store.flags.get(row.flag_id);
  if (!row || !flag) throw new Error('The scenario made no experiment.');
  return { row, flag };
}

export function experiment(fields: object = {}) {
  return { experiments: [{ name: 'A', feature_flag_key: 'a', ...fields }] };
}

export function metric(fields: object) {
  return experiment({ metrics: [{ name: 'Purchases', metric_type: 'mean', ...fields }] });
}
