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

/** The links of an answer, as a request names them. */
function linked(json: Record<string, unknown>) {
  return listAt(json, 'saved_metrics').map(({ saved_metric: id, metadata }) => ({ id, metadata }));
}

describe('a link to a saved metric', () => {
  const LINK = { id: 1, metadata: { type: 'secondary' } };

  test('shows name, query and fingerprint of the metric, and the fingerprint follows the experiment', async () => {
    const ready = await bench();
    await saved(ready);
    const path = await ready.draft({ saved_metrics_ids: [LINK] });
    const { json } = await ready.get(path);
    expect(json.saved_metrics).toEqual([
      {
        id: 1,
        experiment: 1,
        saved_metric: 1,
        metadata: { type: 'secondary' },
        created_at: '2026-09-01T12:00:00Z',
        name: 'Revenue',
        query: { ...MEAN_METRIC, uuid: expect.any(String), fingerprint: expect.stringMatching(/^[0-9a-f]{64}$/) },
        effective_query: { ...MEAN_METRIC, uuid: expect.any(String), breakdownFilter: { breakdowns: [] } },
      },
    ]);
    expect(json.saved_metrics_ids).toBeNull();
    const print = at(json, 'saved_metrics', 0, 'query', 'fingerprint');
    const launched = await ready.post(`${path}launch/`);
    expect(at(launched.json, 'saved_metrics', 0, 'query', 'fingerprint')).not.toBe(print);
  });

  const OS = { type: 'event', property: '$os' };
  const COLOURS = { type: 'event', property: 'colour' };
  const broken = { ...MEAN_METRIC, breakdownFilter: { breakdown_limit: 5, breakdowns: [COLOURS] } };
  const ATTRIBUTED = { breakdownAttributionType: 'step', breakdownAttributionValue: 1 };

  test.each<[string, object, object, object | null]>([
    ['the breakdowns of the link', MEAN_METRIC, { breakdowns: [OS] }, { breakdownFilter: { breakdowns: [OS] } }],
    [
      'no breakdowns of the metric itself, but its limit',
      broken,
      {},
      { breakdownFilter: { breakdown_limit: 5, breakdowns: [] } },
    ],
    [
      'the limit of the link before that of the metric',
      broken,
      { breakdowns: [OS], breakdown_limit: 3 },
      { breakdownFilter: { breakdown_limit: 3, breakdowns: [OS] } },
    ],
    [
      'no limit of a link without breakdowns',
      MEAN_METRIC,
      { breakdown_limit: 3 },
      { breakdownFilter: { breakdowns: [] } },
    ],
    [
      'the attribution of the link, for a funnel',
      FUNNEL,
      { breakdowns: [OS], ...ATTRIBUTED },
      { breakdownFilter: { breakdowns: [OS] }, ...ATTRIBUTED },
    ],
    [
      'no step of another attribution, for a funnel',
      { ...FUNNEL, breakdownAttributionValue: 1 },
      { breakdowns: [OS], breakdownAttributionType: 'first_touch' },
      { breakdownFilter: { breakdowns: [OS] }, breakdownAttributionType: 'first_touch' },
    ],
    ['null for an old metric', { kind: 'ExperimentFunnelsQuery' }, { breakdowns: [OS] }, null],
    ['null for a metric without a type', { kind: 'ExperimentMetric' }, {}, null],
  ])('shows what the experiment counts: %s', async (_what, query, overrides, expected) => {
    const ready = await bench();
    await saved(ready);
    const row = ready.sandbox.store.savedMetrics.get(1);
    if (row) row.query = { ...query };
    const path = await ready.draft({ saved_metrics_ids: [{ id: 1, metadata: { type: 'primary', ...overrides } }] });
    const { effective_query: effective, query: bare } = Object(at((await ready.get(path)).json, 'saved_metrics', 0));
    const { breakdownAttributionValue: _replaced, ...rest } = Object(query);
    expect(effective).toEqual(expected && { ...rest, ...expected });
    const { fingerprint: _print, ...stored } = bare;
    expect(stored).toEqual(query);
  });

  test('has the fingerprint of what the experiment counts', async () => {
    const ready = await bench();
    await saved(ready);
    const path = await ready.draft({ saved_metrics_ids: [{ id: 1, metadata: { type: 'primary', breakdowns: [OS] } }] });
    await ready.post(`${path}launch/`);
    const own = { ...MEAN_METRIC, breakdownFilter: { breakdowns: [OS] } };
    const { json } = await ready.patch(path, { metrics: [own], allow_unknown_events: true });
    const print = at(json, 'saved_metrics', 0, 'query', 'fingerprint');
    expect(print).toBe(at(json, 'metrics', 0, 'fingerprint'));
    await ready.patch(path, { saved_metrics_ids: [LINK] });
    expect(at((await ready.get(path)).json, 'saved_metrics', 0, 'query', 'fingerprint')).not.toBe(print);
  });

  test('without metadata is to a primary metric', async () => {
    const ready = await bench();
    await saved(ready);
    const path = await ready.draft({ saved_metrics_ids: [{ id: 1 }] });
    expect(at((await ready.get(path)).json, 'saved_metrics', 0, 'metadata')).toEqual({ type: 'primary' });
  });

  test.each([
    ['an unknown metric', [{ id: 9 }]],
    ['a metric twice', [{ id: 1 }, { id: 1 }]],
    ['a metric of another project', [{ id: 2 }]],
  ])('to %s is refused', async (_what, links) => {
    const ready = await bench();
    await saved(ready);
    const other = `/api/projects/${ready.sandbox.otherProjectId}${METRICS}`;
    await ready.post(other, { name: 'Theirs', query: MEAN_METRIC });
    const path = await ready.draft();
    const error = rule('Saved metric does not exist or does not belong to this project');
    expect((await ready.patch(path, { saved_metrics_ids: links })).json).toEqual(error);
    const body = { name: 'A', feature_flag_key: 'a', saved_metrics_ids: links };
    expect((await ready.post('/experiments/', body)).json).toEqual(error);
    expect((await ready.get('/feature_flags/')).json.count).toBe(1);
  });

  test('stays when links are not mentioned, and goes with an empty list or null', async () => {
    const ready = await bench();
    await saved(ready);
    const path = await ready.draft({ saved_metrics_ids: [LINK] });
    expect(linked((await ready.patch(path, { name: 'Same' })).json)).toEqual([LINK]);
    for (const nothing of [[], null]) {
      expect((await ready.patch(path, { saved_metrics_ids: nothing })).json.saved_metrics).toEqual([]);
      expect(linked((await ready.patch(path, { saved_metrics_ids: [LINK] })).json)).toEqual([LINK]);
    }
  });

  test('goes when a read is sent back whole, since its null asks for no links', async () => {
    const ready = await bench();
    await saved(ready);
    const path = await ready.draft({ saved_metrics_ids: [LINK] });
    const { json } = await ready.get(path);
    ready.advance(60_000);
    const { type: _locked, ...echo } = json;
    const put = await ready.call('PUT', path, { body: echo });
    expect(put.json).toEqual({ ...json, saved_metrics: [], version: 1, updated_at: '2026-09-01T12:01:00Z' });
  });

  test('keeps the uuid of the saved metric to itself', async () => {
    const ready = await bench();
    await saved(ready);
    const { uuid } = Object(at((await ready.get(`${METRICS}1/`)).json, 'query'));
    const body = { metrics: [{ ...MEAN_METRIC, uuid }], saved_metrics_ids: [LINK], allow_unknown_events: true };
    const { json } = await ready.get(await ready.draft(body));
    expect(at(json, 'saved_metrics', 0, 'query', 'uuid')).toBe(uuid);
    expect(at(json, 'metrics', 0, 'uuid')).not.toBe(uuid);
  });

  test('shows an edit of the metric at once, goes when the metric is deleted, and is copied by duplicate', async () => {
    const ready = await bench();
    const metric = await saved(ready);
    const path = await ready.draft({ saved_metrics_ids: [LINK] });
    await ready.patch(metric, { name: 'Income' });
    expect(at((await ready.get(path)).json, 'saved_metrics', 0, 'name')).toBe('Income');
    const copy = await ready.post(`${path}duplicate/`);
    expect(listAt(copy.json, 'saved_metrics').map((row) => [row.id, row.experiment, row.saved_metric])).toEqual([
      [2, 2, 1],
    ]);
    const deleted = await ready.call('DELETE', metric);
    expect([deleted.status, deleted.text, (await ready.get(metric)).status]).toEqual([204, '', 404]);
    for (const id of [1, 2]) expect((await ready.get(`/experiments/${id}/`)).json.saved_metrics).toEqual([]);
  });

  test('to an old metric makes the experiment an old one', async () => {
    const ready = await bench();
    await saved(ready);
    const path = await ready.draft({ saved_metrics_ids: [LINK] });
    const row = ready.sandbox.store.savedMetrics.get(1);
    if (row) row.query = { kind: 'ExperimentFunnelsQuery' };
    expect((await ready.get(path)).json.is_legacy).toBe(true);
  });

  test('is found by the event of its metric', async () => {
    const ready = await bench();
    await saved(ready, 'Sign-ups', FUNNEL);
    await ready.draft({ saved_metrics_ids: [LINK] });
    await ready.draft();
    const found = await ready.get('/experiments/?event=signed_up');
    expect(listAt(found.json, 'results').map((row) => row.id)).toEqual([1]);
  });
});

describe('links of a stale write', () => {
  async function stale() {
    const ready = await bench();
    for (const name of ['A', 'B', 'C']) await saved(ready, name);
    const path = await ready.draft({ saved_metrics_ids: [{ id: 1, metadata: { type: 'primary' } }] });
    const { json: original } = await ready.get(path);
    const send = (links: object[]) =>
      ready.patch(path, { saved_metrics_ids: links, version: 0, original_experiment: original });
    return { ready, path, send };
  }
  const link = (id: number, type = 'primary') => ({ id, metadata: { type } });

  test('are merged with those that somebody else added', async () => {
    const { ready, path, send } = await stale();
    await ready.patch(path, { saved_metrics_ids: [link(1), link(2)] });
    expect((await send([link(1), link(3)])).json).toMatchObject({
      saved_metrics: [{ saved_metric: 1 }, { saved_metric: 2 }, { saved_metric: 3 }],
    });
  });

  test('collide where both changed the same one', async () => {
    const { ready, path, send } = await stale();
    await ready.patch(path, { saved_metrics_ids: [link(1, 'secondary')] });
    const refused = await send([link(1, 'tertiary')]);
    expect([refused.status, refused.json.conflicting_metric_uuids]).toEqual([409, ['saved_metric:1']]);
  });
});

describe('what a link overrides', () => {
  const by = (...names: unknown[]) => names.map((property) => ({ property, type: 'event' }));
  const wanted = (metadata: object) => [{ id: 1, metadata: { type: 'primary', ...metadata } }];

  test.each([
    [{ breakdowns: by('a', 'b', 'c', 'd') }, 'Metadata must have at most 3 breakdowns'],
    [{ breakdowns: 'a' }, 'Metadata breakdowns must be a list of breakdowns'],
    [{ breakdowns: [{ type: 'event' }] }, 'Metadata breakdowns must be a list of breakdowns'],
    [{ breakdowns: by('a'), breakdown_limit: 'ten' }, 'Metadata breakdown_limit must be an integer'],
    [{ breakdownAttributionType: 1 }, 'Metadata breakdownAttributionType must be a string'],
  ])('is refused where it is %j', async (metadata, detail) => {
    const ready = await bench();
    await saved(ready);
    const path = await ready.draft();
    const refused = await ready.patch(path, { saved_metrics_ids: wanted(metadata) });
    expect(refused).toMatchObject({ status: 400, json: { detail, attr: 'saved_metrics_ids' } });
  });

  test('may be three breakdowns with a limit', async () => {
    const ready = await bench();
    await saved(ready);
    const path = await ready.draft();
    const metadata = { breakdowns: by('a', 'b', 'c'), breakdown_limit: 5 };
    expect((await ready.patch(path, { saved_metrics_ids: wanted(metadata) })).status).toBe(200);
  });
});
