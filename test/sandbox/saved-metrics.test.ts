import { describe, expect, test } from 'vitest';
import { at, type Bench, bench, listAt, MEAN_METRIC, rule } from './support.js';

const FUNNEL = {
  kind: 'ExperimentMetric',
  metric_type: 'funnel',
  series: [{ kind: 'EventsNode', event: 'signed_up' }],
};
const METRICS = '/experiment_saved_metrics/';

async function saved({ post }: Bench, name = 'Revenue', query: object = MEAN_METRIC): Promise<string> {
  const created = await post(METRICS, { name, query });
  expect(created.status, created.text).toBe(201);
  return `${METRICS}${created.json.id}/`;
}

const LEGACY_ERROR =
  'This saved metric uses a legacy query format and cannot be updated. Please create a new saved metric with the ExperimentMetric format instead.';

describe('a saved metric', () => {
  test('is created with a uuid of its own, whatever uuid was sent, and without a look at its events', async () => {
    const ready = await bench();
    const query = { ...MEAN_METRIC, uuid: 'mine' };
    const created = await ready.post(METRICS, { name: 'Revenue', query, tags: ['Money', 'money'] });
    expect([created.status, created.json]).toEqual([
      201,
      {
        id: 1,
        name: 'Revenue',
        description: null,
        query: { ...MEAN_METRIC, uuid: expect.stringMatching(/^[0-9a-f-]{36}$/) },
        tags: ['money'],
        created_by: expect.objectContaining({ id: 1 }),
        created_at: '2026-09-01T12:00:00Z',
        updated_at: '2026-09-01T12:00:00Z',
        user_access_level: 'manager',
      },
    ]);
    expect((await ready.get(`${METRICS}1/`)).json).toEqual(created.json);
  });

  const field = (attr: string, detail: string, code = 'invalid_input') => ({
    ...rule(detail),
    attr,
    code,
  });
  test.each([
    [{ query: MEAN_METRIC }, field('name', 'This field is required.', 'required')],
    [{ name: 'A' }, field('query', 'This field is required.', 'required')],
    [{ name: 'A', query: null }, field('query', 'This field may not be null.', 'null')],
    [{ name: 'A', query: {} }, rule('Query is required to create a saved metric')],
    [{ name: 'rEVENUE', query: MEAN_METRIC }, field('name', 'A shared metric with this name already exists.')],
    [{ name: 'A', query: { kind: 'Other' } }, rule("Invalid metric: metric kind must be 'ExperimentMetric'")],
    [
      { name: 'A', query: { kind: 'ExperimentTrendsQuery' } },
      rule(
        "Invalid metric: legacy metric kind 'ExperimentTrendsQuery' is no longer supported. Use 'ExperimentMetric' instead.",
      ),
    ],
    [
      { name: 'A', query: { ...MEAN_METRIC, conversion_window: 3 } },
      rule(
        "Invalid metric: conversion_window is set but conversion_window_unit is missing. A window without a unit is ignored, so the metric counts events until the experiment ends. Set conversion_window_unit to one of 'second', 'minute', 'hour', 'day', 'week', 'month', or remove conversion_window.",
      ),
    ],
    [
      { name: 'A', query: { ...MEAN_METRIC, source: { kind: 'ActionsNode', id: 5 } } },
      rule(
        'Action(s) with ID 5 not found or deleted. Each ActionsNode must reference an existing action belonging to this project.',
      ),
    ],
  ])('is refused for %j', async (body, error) => {
    const ready = await bench();
    await saved(ready);
    const refused = await ready.post(METRICS, body);
    expect([refused.status, refused.json]).toEqual([400, error]);
    expect((await ready.get(METRICS)).json.count).toBe(1);
  });

  test('is listed by name in any case, and found by name or event', async () => {
    const ready = await bench();
    for (const name of ['beta', 'Alpha', 'gamma']) await saved(ready, name);
    await saved(ready, 'Sign-ups', FUNNEL);
    const names = async (query: string) =>
      listAt((await ready.get(`${METRICS}${query}`)).json, 'results').map((row) => row.name);
    expect(await names('')).toEqual(['Alpha', 'beta', 'gamma', 'Sign-ups']);
    expect(await names('?search=ALPH')).toEqual(['Alpha']);
    expect(await names('?event=signed_up')).toEqual(['Sign-ups']);
    expect(await names('?limit=1&offset=1')).toEqual(['beta']);
  });

  test('keeps its uuid through every edit', async () => {
    const ready = await bench();
    const path = await saved(ready);
    const uuid = at((await ready.get(path)).json, 'query', 'uuid');
    const edited = await ready.patch(path, { query: FUNNEL, name: 'REVENUE', tags: ['A'] });
    expect(edited.json).toMatchObject({ name: 'REVENUE', query: { ...FUNNEL, uuid }, tags: ['a'] });
    expect((await ready.patch(path, { query: { ...FUNNEL, uuid: 'other' } })).json).toEqual(
      rule('Saved metric UUID cannot be changed'),
    );
    const { json } = await ready.get(path);
    expect((await ready.call('PUT', path, { body: json })).json).toEqual(json);
  });

  test('may come back unchanged though a newer rule forbids it, and may not be edited against that rule', async () => {
    const ready = await bench();
    const path = await saved(ready);
    const row = ready.sandbox.store.savedMetrics.get(1);
    if (row) row.query = { ...row.query, conversion_window: 3 };
    const { query } = (await ready.get(path)).json;
    expect((await ready.patch(path, { query, name: 'Renamed' })).json.name).toBe('Renamed');
    const refused = await ready.patch(path, { query: { ...Object(query), goal: 'decrease' } });
    expect(refused.json.detail).toMatch(/^Invalid metric: conversion_window is set/);
  });

  test('of the old format cannot be edited', async () => {
    const ready = await bench();
    const path = await saved(ready);
    const row = ready.sandbox.store.savedMetrics.get(1);
    if (row) row.query = { kind: 'ExperimentTrendsQuery' };
    expect((await ready.patch(path, { name: 'New' })).json).toEqual(rule(LEGACY_ERROR));
  });

  test('needs the scopes of its own', async () => {
    const ready = await bench();
    const refused = await ready.call('POST', METRICS, { key: ready.sandbox.readOnlyKey, body: {} });
    expect(refused.json.detail).toBe("API key missing required scope 'experiment_saved_metric:write'");
  });
});
