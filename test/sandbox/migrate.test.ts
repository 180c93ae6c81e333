import { describe, expect, test } from 'vitest';
import { demoScenario } from '../../src/sandbox/scenario/seed/demo.js';
import { at, bench, listAt } from './support.js';

const ORDERS = [
  ['metrics', 'primary_metrics_ordered_uuids'],
  ['metrics_secondary', 'secondary_metrics_ordered_uuids'],
] as const;

async function legacy() {
  const ready = await bench({ scenario: demoScenario });
  const rows = listAt((await ready.get('/experiments/')).json, 'results');
  const row = rows.find((candidate) => candidate.is_legacy === true);
  if (!row) throw new Error('The demo has no experiment of the old format.');
  return { ready, id: Number(row.id), path: `/experiments/${row.id}/` };
}

describe('migrate', () => {
  test('makes a twin with metrics of the new format on the same flag, and leaves the original readable', async () => {
    const { ready, id, path } = await legacy();
    const before = (await ready.get(path)).json;
    const twin = await ready.post(`${path}migrate/`);
    expect([twin.status, twin.json.is_legacy]).toEqual([200, false]);
    for (const field of ['name', 'start_date', 'end_date', 'conclusion', 'feature_flag', 'status', 'description']) {
      expect(twin.json[field]).toEqual(before[field]);
    }
    expect(twin.json.metrics).toEqual([
      {
        kind: 'ExperimentMetric',
        metric_type: 'mean',
        name: 'Files shared',
        goal: 'increase',
        source: { kind: 'EventsNode', event: 'file_shared' },
        uuid: expect.any(String),
        fingerprint: expect.stringMatching(/^[0-9a-f]{64}$/),
      },
    ]);
    for (const [list, order] of ORDERS) {
      expect(twin.json[order]).toEqual(listAt(twin.json, list).map(({ uuid }) => uuid));
    }
    expect(at(twin.json, 'stats_config', 'migrated_from')).toBe(id);
    expect(at((await ready.get(path)).json, 'stats_config', 'migrated_to')).toBe(twin.json.id);
    expect(at(twin.json, 'metrics_secondary', 0)).toMatchObject({
      metric_type: 'funnel',
      funnel_order_type: 'ordered',
    });
    expect(listAt(twin.json, 'metrics_secondary', 0, 'series').map(({ event }) => event)).toEqual([
      'logged_in',
      'file_shared',
    ]);
    expect(at(twin.json, 'stats_config', 'migrated_from')).toBe(id);
    const after = (await ready.get(path)).json;
    expect([after.is_legacy, after.metrics]).toEqual([true, before.metrics]);
    expect(at(after, 'stats_config', 'migrated_to')).toBe(twin.json.id);
  });

  test('answers the same twin again', async () => {
    const { ready, path } = await legacy();
    const count = async () => (await ready.get('/experiments/')).json.count;
    const first = await ready.post(`${path}migrate/`);
    const made = await count();
    const second = await ready.post(`${path}migrate/`);
    expect([second.status, second.json.id, await count()]).toEqual([200, first.json.id, made]);
  });

  test('makes the twin writable, so that it can be renamed and duplicated', async () => {
    const { ready, path } = await legacy();
    const { json } = await ready.post(`${path}migrate/`);
    const twin = `/experiments/${json.id}/`;
    expect((await ready.patch(twin, { tags: ['migrated'] })).json.tags).toEqual(['migrated']);
    expect((await ready.post(`${twin}duplicate/`)).status).toBe(201);
    expect((await ready.patch(path, { tags: ['old'] })).status).toBe(400);
  });

  test('carries the data of each metric over to its new uuid', async () => {
    const { ready, id, path } = await legacy();
    const row = ready.sandbox.store.experiments.get(id);
    const old = String(row?.metrics[0]?.uuid);
    const rows = { control: { number_of_samples: 10, sum: 3, sum_squares: 3 } };
    if (row) row.data.metrics[old] = rows;
    const { json } = await ready.post(`${path}migrate/`);
    const twin = ready.sandbox.store.experiments.get(Number(json.id));
    expect(twin?.data.exposures).toEqual(row?.data.exposures);
    expect(twin?.data.metrics[String(at(json, 'metrics', 0, 'uuid'))]).toEqual(rows);
  });

  test('is refused for an experiment of the new format', async () => {
    const { ready } = await legacy();
    const refused = await ready.post('/experiments/4/migrate/');
    expect([refused.status, Object.keys(refused.json)]).toEqual([400, ['detail']]);
  });
});
