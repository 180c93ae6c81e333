import { describe, expect, test } from 'vitest';
import { at, bench, listAt, MEAN_METRIC } from './support.js';

describe('metrics of an experiment', () => {
  test('refuses events that were never seen unless told otherwise, and writes nothing then', async () => {
    const { post, sandbox } = await bench();
    sandbox.store.insertEvent(sandbox.projectId, 'signed_up');
    const body = { name: 'A', feature_flag_key: 'a', metrics: [MEAN_METRIC] };
    const refused = await post('/experiments/', body);
    expect(refused.status).toBe(400);
    expect(refused.json.detail).toMatch(/^Event\(s\) 'purchase_completed' not found\./);
    expect([sandbox.store.experiments.size, sandbox.store.flags.size]).toEqual([0, 0]);
    expect((await post('/experiments/', { ...body, allow_unknown_events: true })).status).toBe(201);
  });

  test('gives metrics uuids and fingerprints, and replaces a uuid that repeats', async () => {
    const { draft, get } = await bench();
    const uuid = '11111111-1111-4111-8111-111111111111';
    const path = await draft({
      allow_unknown_events: true,
      metrics: [{ ...MEAN_METRIC, uuid }, MEAN_METRIC],
      metrics_secondary: [{ ...MEAN_METRIC, uuid, fingerprint: 'stale' }],
    });
    const { json } = await get(path);
    const metrics = [...listAt(json, 'metrics'), ...listAt(json, 'metrics_secondary')];
    expect(metrics[0]?.uuid).toBe(uuid);
    expect(new Set(metrics.map((metric) => metric.uuid)).size).toBe(3);
    for (const metric of metrics) {
      expect(metric.uuid).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
      expect(metric.fingerprint).toMatch(/^[0-9a-f]{64}$/);
    }
  });

  test('changes the fingerprint on launch and on analysis edits, not on a rename', async () => {
    const { draft, get, post, patch } = await bench();
    const path = await draft({ allow_unknown_events: true, metrics: [MEAN_METRIC] });
    const fingerprint = async () => at((await get(path)).json, 'metrics', 0, 'fingerprint');
    const first = await fingerprint();
    await patch(path, { name: 'Renamed', description: 'Other words' });
    expect(await fingerprint()).toBe(first);
    await post(`${path}launch/`);
    const launched = await fingerprint();
    expect(launched).not.toBe(first);
    await patch(path, { stats_config: { method: 'frequentist' } });
    const seen = new Set([first, launched, await fingerprint()]);
    await patch(path, { exposure_criteria: { filterTestAccounts: false } });
    seen.add(await fingerprint());
    expect(seen.size).toBe(4);
  });
});

describe('a stored metric that predates a rule', () => {
  const OLD = { ...MEAN_METRIC, uuid: 'old', conversion_window: 3, brand_old: true };

  async function stored() {
    const ready = await bench();
    const path = await ready.draft();
    const row = ready.sandbox.store.experiments.get(1);
    if (row) row.metrics = [OLD];
    return { ...ready, path };
  }

  test('may be sent again unchanged, with its fingerprint', async () => {
    const { get, patch, path } = await stored();
    const { metrics } = (await get(path)).json;
    expect((await patch(path, { metrics })).status).toBe(200);
  });

  test('is refused once it is changed', async () => {
    const { patch, path } = await stored();
    const changed = await patch(path, { metrics: [{ ...OLD, name: 'Changed' }] });
    expect(changed).toMatchObject({ status: 400, json: { attr: 'metrics' } });
  });
});
