import { describe, expect, test } from 'vitest';
import { counted, finishedRun, purchases, RUNS, running, startRun } from './results-helpers.js';
import { at, bench, listAt } from './support.js';

const MINUTE = 60_000;

describe('the latest results', () => {
  test('are as old as the scenario says', async () => {
    const { json } = await (await running({ results_age_hours: 30 })).get(`${RUNS}latest/`);
    expect(json).toMatchObject({ status: 'completed', completed_at: '2026-08-31T06:00:00Z', total_metrics: 1 });
    expect(at(json, 'results', 0, 'result', 'baseline', 'sum')).toBe(100);
  });

  test.each([
    ['were never calculated', { results_age_hours: null }],
    ['are of a draft', { results_age_hours: 1, started_days_ago: null }],
    ['are of an experiment without metrics', { results_age_hours: 1, metrics: [] }],
  ])('that %s are 404 and are not started by asking', async (_name, fields) => {
    const ready = await running(fields);
    const missing = await ready.get(`${RUNS}latest/`);
    expect(missing.status).toBe(404);
    expect(missing.json).toEqual({ detail: 'No completed recalculation found' });
    expect(ready.sandbox.store.results.recalculations).toEqual([]);
  });

  test('show the run that is under way beside them, and become its results', async () => {
    const ready = await running({ results_age_hours: 30 });
    const { json } = await startRun(ready);
    const during = await ready.get(`${RUNS}latest/`);
    expect(during.json).toMatchObject({
      completed_at: '2026-08-31T06:00:00Z',
    });
    expect(during.json.active_run).toEqual({ id: json.id, status: 'in_progress' });
    const after = await ready.get(`${RUNS}latest/`);
    expect(after.json).toMatchObject({ id: json.id, completed_at: '2026-09-01T12:00:00Z' });
    expect(after.json).not.toHaveProperty('active_run');
  });

  test.each([
    ['start_date', { start_date: '2026-08-25T00:00:00Z' }],
    ['exposure_criteria', { exposure_criteria: { filterTestAccounts: false } }],
    ['the method', { stats_config: { method: 'frequentist' } }],
    ['only_count_matured_users', { only_count_matured_users: true }],
  ])('vanish when %s changes, and come back with the old value', async (_name, change) => {
    const ready = await running({ results_age_hours: 1 });
    const before = await ready.get('/experiments/1/');
    await ready.patch('/experiments/1/', change);
    const changed = await ready.get(`${RUNS}latest/`);
    expect(changed.json).toMatchObject({ status: 'completed', total_metrics: 1, completed_metrics: 0, results: [] });
    const [field] = Object.keys(change);
    await ready.patch('/experiments/1/', { [field ?? '']: before.json[field ?? ''] });
    expect(listAt((await ready.get(`${RUNS}latest/`)).json, 'results')).toHaveLength(1);
  });

  test('of one metric vanish when its definition changes; a new name keeps them', async () => {
    const metrics = [purchases(), purchases({ name: 'Other' })];
    const ready = await running({ results_age_hours: 1, metrics });
    const stored = listAt((await ready.get('/experiments/1/')).json, 'metrics');
    const changed = stored.map((metric, index) =>
      index === 0 ? { ...metric, name: 'Renamed' } : { ...metric, conversion_window: 3, conversion_window_unit: 'day' },
    );
    expect((await ready.patch('/experiments/1/', { metrics: changed })).status).toBe(200);
    const left = listAt((await ready.get(`${RUNS}latest/`)).json, 'results');
    expect(left.map(({ metric_uuid: uuid }) => uuid)).toEqual([stored[0]?.uuid]);
  });

  test('hold the linked saved metrics too, after the experiment’s own', async () => {
    const ready = await running();
    const query = { kind: 'ExperimentMetric', metric_type: 'mean', source: { kind: 'EventsNode', event: 'purchase' } };
    const saved = await ready.post('/experiment_saved_metrics/', { name: 'Shared', query });
    const links = [{ id: saved.json.id, metadata: { type: 'secondary' } }];
    expect((await ready.patch('/experiments/1/', { saved_metrics_ids: links })).status).toBe(200);
    const { json } = await finishedRun(ready);
    expect(listAt(json, 'results').map(({ metric_uuid: uuid }) => uuid)[1]).toBe(at(saved.json, 'query', 'uuid'));
    await ready.patch('/experiments/1/', { saved_metrics_ids: [] });
    expect((await ready.get(`${RUNS}latest/`)).json).toMatchObject({ total_metrics: 2, completed_metrics: 1 });
  });

  test('of an experiment made at run time are of the data that a test gives it', async () => {
    const ready = await bench();
    const query = { kind: 'ExperimentMetric', metric_type: 'funnel', series: [{ kind: 'EventsNode', event: '' }] };
    const path = await ready.draft({ metrics: [query] });
    await ready.post(`${path}launch/`);
    const uuid = String(at((await ready.get(path)).json, 'metrics', 0, 'uuid'));
    const row = ready.sandbox.store.experiments.get(1);
    Object.assign(row?.data ?? {}, { metrics: { [uuid]: { control: counted(500, 50), test: counted(500, 70) } } });
    const { json } = await finishedRun(ready);
    expect(at(json, 'results', 0, 'result', 'variant_results', 0)).toMatchObject({ sum: 70, validation_failures: [] });
  });

  test('stand in from the daily series where no run ever was, for a day', async () => {
    const ready = await running();
    const metric = at((await ready.get('/experiments/1/')).json, 'metrics', 0);
    const [uuid, fingerprint] = [at(metric, 'uuid'), at(metric, 'fingerprint')];
    await ready.post('/experiments/1/recalculate_timeseries/', { metric, fingerprint });
    const series = `/experiments/1/timeseries_results/?metric_uuid=${uuid}&fingerprint=${fingerprint}`;
    await ready.get(series);
    await ready.get(series);
    ready.advance(24 * 60 * MINUTE);
    const fallback = await ready.get(`${RUNS}latest/`);
    expect(fallback.json).toMatchObject({
      id: 'timeseries-fallback',
      result_source: 'timeseries_fallback',
      status: 'completed',
      completed_at: '2026-09-01T12:00:00Z',
      completed_metrics: 1,
    });
    expect(at(fallback.json, 'results', 0, 'result', 'baseline', 'sum')).toBe(100);
    ready.advance(1);
    expect((await ready.get(`${RUNS}latest/`)).status).toBe(404);
  });
});

test('latest answers with the very first run while that is under way, and points to it', async () => {
  const ready = await running();
  const { id } = (await startRun(ready)).json;
  const pointer = { id, status: 'in_progress' };
  const latest = await ready.get(`${RUNS}latest/`);
  expect(latest).toMatchObject({ status: 200, json: { id, status: 'in_progress', active_run: pointer } });
  expect((await ready.get(`${RUNS}latest/`)).json).not.toHaveProperty('active_run');
});

test('latest answers with the daily results, where they are stored, and points to the first run beside them', async () => {
  const ready = await running({ daily_results_age_hours: 3 });
  const { id } = (await startRun(ready)).json;
  const { json } = await ready.get(`${RUNS}latest/`);
  expect(json).toMatchObject({ active_run: { id, status: 'in_progress' } });
  expect(json.id).not.toBe(id);
});
