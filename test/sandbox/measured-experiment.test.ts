import { expect, it } from 'vitest';
import { ask, running } from './results-helpers.js';
import { at, bench, listAt, MEAN_METRIC } from './support.js';

const DAY = 86_400_000;
const TOKEN = 'phc_sandbox_project_1';

/** One experiment that began seven days ago, and what came in since. Days are those since the start. */
async function week(exposures: Record<string, readonly number[]>, purchases: Record<string, readonly number[]> = {}) {
  const here = await bench();
  const { sandbox, post, get, patch } = here;
  const start = Date.parse('2026-08-25T00:00:00Z');
  const event = (name: string, distinct_id: string, day: number, properties: object = {}) => ({
    event: name,
    distinct_id,
    timestamp: new Date(start + day * DAY).toISOString(),
    properties,
  });
  const batch = [
    ...Object.entries(exposures).flatMap(([id, days]) =>
      days.map((day) =>
        event('$feature_flag_called', id, day, {
          ...{ $feature_flag: 'flag', $feature_flag_response: id.startsWith('c') ? 'control' : 'test' },
        }),
      ),
    ),
    ...Object.entries(purchases).flatMap(([id, days]) => days.map((day) => event('purchase_completed', id, day))),
  ];
  const sent = await fetch(`${sandbox.url}/batch/`, {
    method: 'POST',
    body: JSON.stringify({ api_key: TOKEN, batch }),
  });
  expect(sent.status).toBe(200);
  const path = await here.draft({ feature_flag_key: 'flag', metrics: [MEAN_METRIC], allow_unknown_events: true });
  await post(`${path}launch/`);
  await patch(path, { start_date: new Date(start).toISOString() });
  const { json: row } = await get(path);
  return { ...here, path, row };
}

it('counts each person once, on the day of the first exposure', async () => {
  const { post, row } = await week({ c: [1.5, 2.5], t1: [1.5, 2.5, 3.5], t2: [2.5] });
  const { feature_flag, start_date, end_date, exposure_criteria, id } = row;
  const query = {
    kind: 'ExperimentExposureQuery',
    experiment_id: id,
    feature_flag,
    start_date,
    end_date,
    exposure_criteria,
  };
  const { json } = await post('/query/', { query });
  expect(listAt(json, 'timeseries').map(({ variant, exposure_counts }) => [variant, exposure_counts])).toEqual([
    ['control', [0, 1, 1, 1, 1, 1, 1, 1]],
    ['test', [0, 1, 2, 2, 2, 2, 2, 2]],
  ]);
});

it('adds a metric up to the end of the run, and day by day', async () => {
  const { get, post, path, row } = await week({ c1: [1], c2: [3], t1: [2] }, { c1: [0.5, 1.5, 4.5], t1: [2.5] });
  const [metric] = listAt(row, 'metrics');
  const { json } = await post('/query/', {
    query: { kind: 'ExperimentQuery', experiment_id: row.id, metric },
    refresh: 'force_blocking',
  });
  expect(at(json, 'baseline')).toMatchObject({ number_of_samples: 2, sum: 2, sum_squares: 4 });
  expect(at(json, 'variant_results', 0)).toMatchObject({ number_of_samples: 1, sum: 1 });
  const health = { findings: expect.arrayContaining([expect.objectContaining({ code: 'zero_exposures' })]) };
  expect((await get(path)).json.health).not.toEqual(health);
});

it('leaves experiments alone whose numbers a scenario states', async () => {
  const here = await running();
  const { sandbox, get } = here;
  const before = await ask(here);
  const call = { $feature_flag: 'checkout', $feature_flag_response: 'test' };
  const batch = [{ event: '$feature_flag_called', distinct_id: 'x', properties: call }];
  await fetch(`${sandbox.url}/batch/`, { method: 'POST', body: JSON.stringify({ api_key: TOKEN, batch }) });
  const after = await ask(here);
  for (const part of ['baseline', 'variant_results']) expect(after.json[part]).toEqual(before.json[part]);
  expect((await get('/experiments/1/')).status).toBe(200);
});
