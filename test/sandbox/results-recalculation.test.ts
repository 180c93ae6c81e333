import { describe, expect, test } from 'vitest';
import { RECALCULATION_ERAS } from '../../src/sandbox/store/model.js';
import { ask, benchOf, finishedRun, purchases, RUNS, running, startRun } from './results-helpers.js';
import { at, listAt, rule } from './support.js';

const MINUTE = 60_000;

const BROKEN = {
  name: 'Broken',
  metric_type: 'mean',
  data: { control: { number_of_samples: 1000, sum: 9999, sum_squares: 1 } },
};

describe('a recalculation', () => {
  test('is pending, then in progress with a part of the results, then completed with all of them', async () => {
    const ready = await running({ metrics: [purchases(), purchases({ name: 'Other', role: 'secondary' })] });
    const started = await startRun(ready);
    expect(started.status).toBe(201);
    expect(started.json).toMatchObject({
      experiment_id: 1,
      status: 'pending',
      trigger: 'manual',
      is_existing: false,
      total_metrics: 2,
      completed_metrics: 0,
      started_at: null,
      query_to: null,
    });
    expect(started.json).not.toHaveProperty('results');
    const path = `${RUNS}${started.json.id}/`;
    const first = await ready.get(path);
    expect(first.json).toMatchObject({ status: 'in_progress', completed_metrics: 1, completed_at: null });
    expect(first.json).toMatchObject({ rows_read: expect.any(Number), estimated_rows_total: expect.any(Number) });
    expect(listAt(first.json, 'results')).toHaveLength(1);
    const second = await ready.get(path);
    expect(second.json).toMatchObject({
      status: 'completed',
      completed_metrics: 2,
      failed_metrics: 0,
      metric_errors: {},
      completed_at: '2026-09-01T12:00:00Z',
      query_to: '2026-09-01T12:00:00Z',
      result_source: 'recalculation',
    });
    expect(second.json).not.toHaveProperty('rows_read');
    expect((await ready.get(path)).json).toEqual(second.json);
  });

  test('has the same results as the query, but for the sessions of the steps', async () => {
    const ready = await running();
    const { json } = await finishedRun(ready);
    const query = await ask(ready);
    expect(at(json, 'results', 0, 'result', 'variant_results', 0, 'credible_interval')).toEqual(
      at(query.json, 'variant_results', 0, 'credible_interval'),
    );
    expect(query.text).toContain('step_sessions');
    expect(JSON.stringify(json)).not.toContain('step_sessions');
    expect(at(json, 'results', 0, 'result', 'clickhouse_sql')).toContain('SELECT');
  });

  test('ends its data where the experiment ended', async () => {
    const { json } = await finishedRun(await running({ ended_days_ago: 2 }));
    expect(json.query_to).toBe('2026-08-30T12:00:00Z');
  });

  test('goes on with the other metrics where one fails, and names the reason', async () => {
    const { json } = await finishedRun(await running({ metrics: [BROKEN, purchases()] }));
    const [failed, completed] = listAt(json, 'results');
    expect(json).toMatchObject({ status: 'completed', total_metrics: 2, completed_metrics: 1, failed_metrics: 1 });
    expect(failed).toMatchObject({ status: 'failed', result: null });
    expect(failed?.error_message).toContain('Unable to calculate experiment statistics');
    expect(at(json, 'metric_errors', String(failed?.metric_uuid), 'message')).toBe(failed?.error_message);
    expect(completed).toMatchObject({ status: 'completed', error_message: null });
  });

  test('fails where all of its metrics fail, and is the latest all the same', async () => {
    const ready = await running({ metrics: [BROKEN] });
    expect((await finishedRun(ready)).json).toMatchObject({ status: 'failed', completed_at: '2026-09-01T12:00:00Z' });
    expect((await ready.get(`${RUNS}latest/`)).json.status).toBe('failed');
    expect((await startRun(ready)).status).toBe(201);
  });

  test('that is under way is given back until it is 30 minutes old, then given up for a new one', async () => {
    const ready = await running();
    const first = await startRun(ready);
    ready.advance(30 * MINUTE);
    const again = await startRun(ready);
    expect([again.status, again.json.id, again.json.is_existing]).toEqual([200, first.json.id, true]);
    ready.advance(1);
    const fresh = await startRun(ready);
    expect([fresh.status, fresh.json.is_existing]).toEqual([201, false]);
    expect(fresh.json.id).not.toBe(first.json.id);
    expect((await ready.get(`${RUNS}${first.json.id}/`)).json).toMatchObject({ status: 'failed', completed_at: null });
    expect((await ready.get(`${RUNS}latest/`)).json.id).toBe(fresh.json.id);
  });

  test('counts its 30 minutes from when it began', async () => {
    const ready = await running();
    const first = await startRun(ready);
    ready.advance(20 * MINUTE);
    await ready.get(`${RUNS}${first.json.id}/`);
    ready.advance(20 * MINUTE);
    expect((await startRun(ready)).json.id).toBe(first.json.id);
  });

  test.each(['manual', 'agent_mcp'])(
    'with trigger %s has to wait for five minutes after the last one',
    async (trigger) => {
      const ready = await running();
      await finishedRun(ready);
      ready.advance(2 * MINUTE);
      const refused = await startRun(ready, { trigger });
      expect(refused.status).toBe(429);
      expect(refused.headers.get('retry-after')).toBe('180');
      expect(refused.json).toEqual({
        type: 'throttled_error',
        code: 'recalculation_rate_limited',
        detail: 'Metrics were recalculated less than 5 minutes ago. Expected available in 180 seconds.',
        attr: null,
      });
      ready.advance(3 * MINUTE - 1000);
      expect((await startRun(ready, { trigger })).json.detail).toContain('in 1 second.');
      ready.advance(1001);
      expect((await startRun(ready, { trigger })).status).toBe(201);
    },
  );

  test('of a changed configuration has to wait for nothing', async () => {
    const ready = await running();
    await finishedRun(ready);
    const changed = await startRun(ready, { trigger: 'config_change' });
    expect([changed.status, changed.json.trigger]).toEqual([201, 'config_change']);
  });

  test.each([
    ...['manual', 'cold_run', 'stale_refresh', 'auto_refresh', 'config_change', 'experiment_launch', 'experiment_stop'],
    ...['experiment_update', 'agent_mcp', 'timeseries_sync', 'scheduled', 'manual_retry', 'heal_latest_run'],
    ...['experiment_config_change', 'metric_config_change'],
  ])('takes the trigger %s', async (trigger) => {
    const started = await startRun(await running(), { trigger });
    expect([started.status, started.json.trigger]).toEqual([201, trigger]);
  });

  test('is refused for a draft and for a trigger that does not exist', async () => {
    const draft = await startRun(await running({ started_days_ago: null }));
    expect(draft.status).toBe(400);
    expect(draft.json).toEqual(rule("Cannot recalculate metrics for experiment that hasn't started"));
    const odd = await startRun(await running(), { trigger: 'boredom' });
    expect(odd.json).toMatchObject({ code: 'invalid_choice', attr: 'trigger' });
  });

  test('is not found by an unknown id, nor below another experiment', async () => {
    const ready = await benchOf(
      { name: 'A', feature_flag_key: 'a', started_days_ago: 3 },
      { name: 'B', feature_flag_key: 'b', started_days_ago: 3 },
    );
    const { json } = await startRun(ready);
    for (const path of [`${RUNS}nonsense/`, `/experiments/2/metrics_recalculation/${json.id}/`]) {
      const missing = await ready.get(path);
      expect(missing.status).toBe(404);
      expect(missing.json).toEqual({ detail: 'Recalculation not found' });
    }
    expect((await ready.get(`/experiments/9/metrics_recalculation/${json.id}/`)).json.detail).toBe('Not found.');
  });

  test('needs experiment:write to start and experiment:read to look at', async () => {
    const ready = await running();
    const key = ready.sandbox.readOnlyKey;
    const refused = await ready.call('POST', RUNS, { key });
    expect(refused.json.detail).toBe("API key missing required scope 'experiment:write'");
    const { json } = await startRun(ready);
    expect((await ready.call('GET', `${RUNS}${json.id}/`, { key })).status).toBe(200);
  });
});

describe('a recalculation that is asked for soon after the last', () => {
  const era = async (recalculation: string) => {
    const ready = await running();
    ready.sandbox.store.mainProject.recalculation =
      RECALCULATION_ERAS.find((name) => name === recalculation) ?? 'paced';
    return ready;
  };

  test('is refused with 429 by default', async () => {
    const ready = await era('paced');
    await finishedRun(ready);
    expect(await startRun(ready)).toMatchObject({ status: 429, json: { code: 'recalculation_rate_limited' } });
  });

  test('is answered with that run where PostHog reuses it', async () => {
    const ready = await era('reused');
    const { json } = await finishedRun(ready);
    expect(await startRun(ready)).toMatchObject({ status: 200, json: { id: json.id, is_existing: true } });
    ready.advance(6 * MINUTE);
    expect((await startRun(ready)).status).toBe(201);
  });

  test('fails with 503 while the job system is down, and is stored as failed', async () => {
    const ready = await era('unavailable');
    const reply = await startRun(ready);
    expect(reply).toMatchObject({ status: 503, json: { code: 'recalculation_scheduling_unavailable' } });
    expect(ready.sandbox.store.results.recalculations.map(({ status }) => status)).toEqual(['failed']);
  });

  test.each([
    ['mcp', 'agent_mcp'],
    ['web', 'stale_refresh'],
  ])('from the client %s gets the trigger %s, whatever the body says', async (client, trigger) => {
    const { sandbox } = await running();
    const response = await fetch(`${sandbox.url}/api/projects/1${RUNS}`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${sandbox.key}`,
        'content-type': 'application/json',
        'x-posthog-client': client,
      },
      body: JSON.stringify({ trigger: 'stale_refresh' }),
    });
    expect(await response.json()).toMatchObject({ trigger });
  });
});
