import { describe, expect, test } from 'vitest';
import { counted, metricOf, running } from './results-helpers.js';
import { at, type Bench, listAt, type Reply } from './support.js';

const HOUR = 3_600_000;

/** Asks for the first metric of experiment 1. */
async function query(ready: Bench, fields: object = {}): Promise<Reply> {
  const asked = { kind: 'ExperimentQuery', experiment_id: 1, metric: await metricOf(ready) };
  return ready.post('/query/', { query: asked, ...fields });
}

function look({ get }: Bench, started: Reply): Promise<Reply> {
  return get(`/query/${at(started.json, 'query_status', 'id')}/`);
}

describe('a blocking query', () => {
  test('computes at first, then answers from the cache for a day', async () => {
    const ready = await running();
    const first = await query(ready);
    expect(first.json).toMatchObject({
      is_cached: false,
      last_refresh: '2026-09-01T12:00:00Z',
      cache_target_age: '2026-09-02T12:00:00Z',
      timezone: 'UTC',
      query_status: null,
    });
    ready.advance(24 * HOUR);
    expect((await query(ready)).json).toMatchObject({ is_cached: true, last_refresh: '2026-09-01T12:00:00Z' });
    ready.advance(1);
    expect((await query(ready)).json.is_cached).toBe(false);
  });

  test.each([
    ['force_cache', true],
    [true, true],
    [null, true],
    ['force_blocking', false],
  ])('with refresh %j says of its second answer that it is cached: %j', async (refresh, cached) => {
    const ready = await running();
    await query(ready);
    const second = await query(ready, { refresh });
    expect([second.status, second.json.is_cached]).toEqual([200, cached]);
  });

  test('shows new data only when it is computed anew', async () => {
    const ready = await running();
    await query(ready);
    const uuid = String(at(await metricOf(ready), 'uuid'));
    const row = ready.sandbox.store.experiments.get(1);
    Object.assign(row?.data.metrics ?? {}, { [uuid]: { control: counted(2000, 222), test: counted(2000, 250) } });
    expect(at((await query(ready)).json, 'baseline', 'sum')).toBe(100);
    expect(at((await query(ready, { refresh: 'force_blocking' })).json, 'baseline', 'sum')).toBe(222);
  });

  test('is not answered from the cache after the level of the interval changed', async () => {
    const ready = await running();
    const before = await query(ready);
    await ready.patch('/experiments/1/', { stats_config: { method: 'bayesian', bayesian: { ci_level: 0.5 } } });
    const after = await query(ready);
    expect(after.json.is_cached).toBe(false);
    const low = ({ json }: Reply) => Number(at(json, 'variant_results', 0, 'credible_interval', 0));
    expect(low(after)).toBeGreaterThan(low(before));
  });
});

describe('a background query', () => {
  test.each(['async', 'lazy_async', 'force_async'])(
    'with refresh %s runs at the first look and is done at the second',
    async (refresh) => {
      const ready = await running();
      const started = await query(ready, { refresh });
      expect(started.status).toBe(202);
      expect(started.json.query_status).toMatchObject({
        complete: false,
        error: false,
        results: null,
        query_async: true,
        team_id: 1,
      });
      const first = await look(ready, started);
      expect([first.status, at(first.json, 'query_status', 'complete')]).toEqual([202, false]);
      const second = await look(ready, started);
      expect(second.status).toBe(200);
      expect(second.json.query_status).toMatchObject({
        complete: true,
        error: false,
        end_time: '2026-09-01T12:00:00Z',
      });
      expect(at(second.json, 'query_status', 'results', 'baseline', 'sum')).toBe(100);
      expect((await look(ready, started)).status).toBe(200);
    },
  );

  test('fills the cache, from which only force_async does not answer', async () => {
    const ready = await running();
    const started = await query(ready, { async: true });
    await look(ready, started);
    await look(ready, started);
    for (const refresh of ['async', 'lazy_async', 'async_except_on_cache_miss']) {
      const answer = await query(ready, { refresh });
      expect([answer.status, answer.json.is_cached]).toEqual([200, true]);
    }
    expect((await query(ready, { refresh: 'force_async' })).status).toBe(202);
  });

  test('except on a cache miss is one only where a result is there and old', async () => {
    const ready = await running();
    expect((await query(ready, { refresh: 'async_except_on_cache_miss' })).status).toBe(200);
    ready.advance(25 * HOUR);
    expect((await query(ready, { refresh: 'async_except_on_cache_miss' })).status).toBe(202);
  });

  test('has the id that the client chose', async () => {
    const ready = await running();
    const started = await query(ready, { refresh: 'force_async', client_query_id: 'mine' });
    expect(at(started.json, 'query_status', 'id')).toBe('mine');
    expect((await ready.get('/query/mine/')).status).toBe(202);
  });

  test('that fails with words ends as 400, without any as 500', async () => {
    const metrics = [
      { name: 'Broken', metric_type: 'mean', data: { control: { number_of_samples: 99, sum: 9999, sum_squares: 1 } } },
    ];
    const ready = await running({ metrics });
    const worded = await query(ready, { refresh: 'force_async' });
    await look(ready, worded);
    const failed = await look(ready, worded);
    expect(failed.status).toBe(400);
    expect(failed.json.query_status).toMatchObject({ complete: true, error: true, results: null });
    expect(at(failed.json, 'query_status', 'error_message')).toContain('Unable to calculate experiment statistics');
    const silent = await query(ready, { refresh: 'force_async' });
    const row = ready.sandbox.store.experiments.get(1);
    Object.defineProperty(row?.data, 'metrics', {
      get: () => {
        throw new Error('Broken on purpose');
      },
    });
    await look(ready, silent);
    const crashed = await look(ready, silent);
    expect(crashed.status).toBe(500);
    expect(crashed.json.query_status).toMatchObject({ error: true, error_message: null });
  });

  test('is gone after it was cancelled', async () => {
    const ready = await running();
    const started = await query(ready, { refresh: 'force_async' });
    const path = `/query/${at(started.json, 'query_status', 'id')}/`;
    const cancelled = await ready.call('DELETE', path);
    expect([cancelled.status, typeof cancelled.json.message]).toEqual([200, 'string']);
    expect((await ready.get(path)).status).toBe(404);
  });
});

test('a refresh mode that does not exist is refused', async () => {
  const answer = await query(await running(), { refresh: 'soon' });
  expect(answer.json).toMatchObject({
    code: 'invalid_choice',
    attr: 'refresh',
    detail: '"soon" is not a valid choice.',
  });
});

test('queries need query:read and another project cannot see them', async () => {
  const ready = await running();
  const started = await query(ready, { refresh: 'force_async' });
  const path = `query/${at(started.json, 'query_status', 'id')}/`;
  const key = 'phx_sandbox_experiments_only';
  for (const [method, url] of [
    ['POST', '/query/'],
    ['GET', `/${path}`],
    ['DELETE', `/${path}`],
  ] as const) {
    const body = method === 'POST' ? { query: {} } : undefined;
    const answer = await ready.call(method, url, { key, body });
    expect(answer.json.detail).toBe("API key missing required scope 'query:read'");
  }
  const other = await ready.call('GET', `/api/projects/${ready.sandbox.otherProjectId}/${path}`);
  expect(other.status).toBe(404);
  expect((await ready.call('GET', `/${path}`, { key: ready.sandbox.readOnlyKey })).status).toBe(202);
});

test('old queries are forgotten, so that a long-lived sandbox does not grow', async () => {
  const ready = await running();
  const { queries } = ready.sandbox.store.results;
  const started = await query(ready, { refresh: 'force_async', client_query_id: 'first' });
  const [row] = queries.values();
  if (!row) throw new Error('No query was kept.');
  for (let i = 0; i < 999; i += 1) queries.set(`filler-${i}`, row);
  await query(ready, { refresh: 'force_async', client_query_id: 'last' });
  expect([queries.size, queries.has('first'), queries.has('last')]).toEqual([1000, false, true]);
  expect((await look(ready, started)).status).toBe(404);
});

test('sessions of a funnel step are listed only as many as there were people', async () => {
  const data = { control: { ...counted(1000, 1), step_counts: [3, 1, 0] }, test: counted(1000, 10) };
  const series = ['purchase', 'purchase', 'purchase'].map((event) => ({ kind: 'EventsNode', event }));
  const metric = { kind: 'ExperimentMetric', metric_type: 'funnel', series };
  const ready = await running({ metrics: [{ name: 'Steps', metric_type: 'funnel', query: metric, data }] });
  const { json } = await query(ready);
  const sessions = listAt({ steps: [json.baseline] }, 'steps')[0]?.step_sessions;
  expect([0, 1, 2].map((step) => listAt({ sessions }, 'sessions', step).length)).toEqual([2, 1, 0]);
  expect(at(json, 'variant_results', 0, 'step_counts')).toEqual([10, 10, 10]);
});
