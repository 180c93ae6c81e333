import { parseScenario } from '../../src/sandbox/scenario/scenario.js';
import { at, type Bench, bench, type Reply } from './support.js';

export const GATE_30 = { players: 44_700, day7: 8_502 };
export const GATE_40 = { players: 45_489, day7: 8_279 };

/** A row of a metric that counts who did it. */
export function counted(samples: number, did: number) {
  return { number_of_samples: samples, sum: did, sum_squares: did };
}

export function purchases(fields: object = {}) {
  const data = { control: counted(1000, 100), test: counted(1000, 130) };
  return { name: 'Purchases', metric_type: 'funnel', data, ...fields };
}

/** One experiment that has run for ten days on two variants; it is experiment 1. */
export function running(fields: object = {}): Promise<Bench> {
  return benchOf({
    name: 'Checkout',
    feature_flag_key: 'checkout',
    started_days_ago: 10,
    exposures: { control: 1000, test: 1000 },
    metrics: [purchases()],
    results_age_hours: null,
    ...fields,
  });
}

export function benchOf(...experiments: object[]): Promise<Bench> {
  return bench({ scenario: parseScenario(JSON.stringify({ events: ['purchase'], experiments })) });
}

/** The gate test of the public Cookie Cats dataset: 90,189 players, who of them came back on day 7. */
export function cookieCats(fields: object = {}): Promise<Bench> {
  const arm = ({ players, day7 }: typeof GATE_30) => counted(players, day7);
  return benchOf({
    name: 'Cookie Cats',
    feature_flag_key: 'gate',
    variants: [
      { key: 'gate_30', split_percent: 50 },
      { key: 'gate_40', split_percent: 50 },
    ],
    started_days_ago: 14,
    exposures: { gate_30: GATE_30.players, gate_40: GATE_40.players },
    stats_config: { method: 'frequentist' },
    metrics: [{ name: 'Day 7', metric_type: 'retention', data: { gate_30: arm(GATE_30), gate_40: arm(GATE_40) } }],
    ...fields,
  });
}

/** The stored definition of a metric of experiment 1, by its place among the primary ones. */
export async function metricOf({ get }: Bench, index = 0) {
  return at((await get('/experiments/1/')).json, 'metrics', index);
}

/** Asks for the results of a metric of experiment 1, freshly computed. */
export async function ask(ready: Bench, metric?: unknown) {
  const query = { kind: 'ExperimentQuery', experiment_id: 1, metric: metric ?? (await metricOf(ready)) };
  return ready.post('/query/', { query, refresh: 'force_blocking' });
}

/** Runs of experiment 1. */
export const RUNS = '/experiments/1/metrics_recalculation/';

/** Asks for a run over all metrics of experiment 1. */
export function startRun({ post }: Bench, body?: object): Promise<Reply> {
  return post(RUNS, body);
}

/** Starts a run and looks at it until it is finished. */
export async function finishedRun(ready: Bench, body?: object): Promise<Reply> {
  const { json } = await startRun(ready, body);
  await ready.get(`${RUNS}${json.id}/`);
  return ready.get(`${RUNS}${json.id}/`);
}
