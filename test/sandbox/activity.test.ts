import { describe, expect, test } from 'vitest';
import { running } from './results-helpers.js';
import { at, type Bench, bench, listAt, MEAN_METRIC } from './support.js';

const WITHOUT_CLIENT = { is_system: false, was_impersonated: false, client: null };
const UNTYPED = { type: null, short_id: null, merge: null, trigger: null };

describe('the activity log', () => {
  test('has an entry for every write, newest first', async () => {
    const { draft, get, post, patch } = await bench();
    const path = await draft();
    await patch(path, { description: 'Why' });
    for (const action of ['launch', 'pause', 'resume', 'create_exposure_cohort_for_experiment']) {
      await post(`${path}${action}/`);
    }
    await post(`${path}ship_variant/`, { variant_key: 'test' });
    for (const action of ['archive', 'unarchive', 'reset', 'launch']) await post(`${path}${action}/`);
    await post(`${path}end/`, { conclusion: 'won' });
    const { status, json } = await get(`${path}activity/?limit=100`);
    expect(status).toBe(200);
    const entries = listAt(json, 'results').filter(({ scope }) => scope === 'Experiment');
    expect(entries.map(({ activity }) => activity)).toEqual([
      ...['updated', 'updated', 'updated', 'updated', 'updated', 'variant_shipped', 'updated', 'updated', 'resumed'],
      ...['paused', 'updated', 'updated', 'created'],
    ]);
    expect(json).toMatchObject({ total_count: 17, next: null, previous: null });
  });

  test('has none for reads, calculations and what was refused', async () => {
    const { draft, get, post } = await bench();
    const path = await draft();
    await post(`${path}pause/`);
    await post(`${path}metrics_recalculation/`);
    await get(path);
    expect((await get(`${path}activity/`)).json.total_count).toBe(1);
  });

  test('tells who changed what from what to what', async () => {
    const { draft, get, patch } = await bench();
    const path = await draft({ description: 'Old' });
    await patch(path, { description: 'New' });
    const [entry] = listAt((await get(`${path}activity/`)).json, 'results');
    expect(entry).toEqual({
      id: '00000000-0000-4000-8002-000001000001',
      ...WITHOUT_CLIENT,
      user: { first_name: 'Sandy', last_name: 'Box', email: 'sandy@example.com' },
      activity: 'updated',
      scope: 'Experiment',
      item_id: '1',
      detail: {
        id: '1',
        name: 'Experiment 1',
        ...UNTYPED,
        changes: [{ type: 'Experiment', action: 'changed', field: 'description', before: 'Old', after: 'New' }],
      },
      created_at: '2026-09-01T12:00:00Z',
    });
  });

  /** Changes of the newest entries, as `Scope.field: before → after`, oldest first. */
  async function changesAfter(write: (ready: Bench, path: string) => Promise<unknown>): Promise<string[]> {
    const ready = await bench();
    const path = await ready.draft();
    await ready.post(`${path}launch/`);
    const known = Number((await ready.get(`${path}activity/`)).json.total_count);
    await write(ready, path);
    const { json } = await ready.get(`${path}activity/?limit=100`);
    const fresh = listAt(json, 'results').slice(0, Number(json.total_count) - known);
    return fresh.toReversed().flatMap((entry) =>
      listAt(entry, 'detail', 'changes').map(({ type, field, before, after }) => {
        const values = [before, after].map((value) => (typeof value === 'object' && value !== null ? '…' : value));
        return `${type}.${field}: ${values.join(' → ')}`;
      }),
    );
  }

  const NOON = '2026-09-01T12:00:00Z';

  test.each<[string, string[], (ready: Bench, path: string) => Promise<unknown>]>([
    ['a pause', ['FeatureFlag.active: true → false'], ({ post }, path) => post(`${path}pause/`)],
    [
      'an end',
      [
        `Experiment.end_date:  → ${NOON}`,
        'Experiment.conclusion:  → won',
        'Experiment.conclusion_comment:  → It pays.',
      ],
      ({ post }, path) => post(`${path}end/`, { conclusion: 'won', conclusion_comment: 'It pays.' }),
    ],
    [
      'a ship',
      [
        'FeatureFlag.filters: … → …',
        `Experiment.end_date:  → ${NOON}`,
        'Experiment.conclusion:  → lost',
        'Experiment.shipped_variant:  → control',
      ],
      ({ post }, path) => post(`${path}ship_variant/`, { variant_key: 'control', conclusion: 'lost' }),
    ],
    ['a reset', [`Experiment.start_date: ${NOON} → `], ({ post }, path) => post(`${path}reset/`)],
    [
      'an end and an archive with the flag',
      [
        `Experiment.end_date:  → ${NOON}`,
        'FeatureFlag.active: true → false',
        'FeatureFlag.archived: false → true',
        'Experiment.archived: false → true',
      ],
      async ({ post }, path) => {
        await post(`${path}end/`);
        await post(`${path}archive/`, { disable_feature_flag: true });
      },
    ],
    [
      'another split',
      ['FeatureFlag.filters: … → …'],
      ({ patch }, path) => patch(path, { update_feature_flag_params: true, parameters: { rollout_percentage: 20 } }),
    ],
    [
      'a change of the flag itself',
      ['FeatureFlag.active: true → false'],
      ({ patch }) => patch('/feature_flags/1/', { active: false }),
    ],
    [
      'another input of the running-time calculator',
      ['Experiment.running_time_calculation: … → …'],
      ({ patch }, path) => patch(path, { running_time_calculation: { minimum_detectable_effect: 7 } }),
    ],
    ['a write that changes nothing', [], ({ patch }, path) => patch(path, { name: 'Experiment 1' })],
  ])('tells the changes of %s', async (_what, changes, write) => {
    expect(await changesAfter(write)).toEqual(changes);
  });

  test('has no entry for what the running-time calculator makes of its inputs', async () => {
    const { draft, get, patch } = await bench();
    const path = await draft({ running_time_calculation: { minimum_detectable_effect: 5 } });
    const results = { recommended_running_time: 12, recommended_sample_size: 9000 };
    await patch(path, { running_time_calculation: { minimum_detectable_effect: 5, ...results } });
    expect((await get(`${path}activity/`)).json.total_count).toBe(1);
  });

  test('has an entry for each link to a saved metric that came, changed or went', async () => {
    const { draft, get, patch, post } = await bench();
    for (const name of ['Revenue', 'Refunds']) await post('/experiment_saved_metrics/', { name, query: MEAN_METRIC });
    const path = await draft({ saved_metrics_ids: [{ id: 1, metadata: { type: 'primary' } }] });
    const links = [{ id: 1, metadata: { type: 'secondary' } }, { id: 2 }];
    await patch(path, { saved_metrics_ids: links });
    await patch(path, { saved_metrics_ids: [], description: 'Less' });
    const entries = listAt((await get(`${path}activity/`)).json, 'results').toReversed();
    expect(entries.map(({ activity, detail }) => [activity, at(detail, 'type'), at(detail, 'name')])).toEqual([
      ['created', null, 'Experiment 1'],
      ['created', 'saved_metric_config', 'Revenue'],
      ['updated', 'saved_metric_config', 'Revenue'],
      ['created', 'saved_metric_config', 'Refunds'],
      ['deleted', 'saved_metric_config', 'Revenue'],
      ['deleted', 'saved_metric_config', 'Refunds'],
      ['updated', null, 'Experiment 1'],
    ]);
    expect(entries.map(({ scope, item_id }) => `${scope} ${item_id}`)).toEqual(Array(7).fill('Experiment 1'));
    const changes = entries.map(({ detail }) => at(detail, 'changes'));
    const metadata = { before: { type: 'primary' }, after: { type: 'secondary' } };
    expect(changes[2]).toEqual([
      { type: 'ExperimentToSavedMetric', action: 'changed', field: 'metadata', ...metadata },
    ]);
    expect(changes[4]).toEqual([]);
  });

  test('names the program that made a change, where it named itself', async () => {
    const { draft, get, sandbox } = await bench();
    const path = await draft();
    await fetch(`${sandbox.url}/api/projects/1${path}`, {
      method: 'PATCH',
      headers: {
        authorization: `Bearer ${sandbox.key}`,
        'x-posthog-client': 'mcp',
        'content-type': 'application/json',
      },
      body: JSON.stringify({ description: 'New' }),
    });
    const entries = listAt((await get(`${path}activity/`)).json, 'results');
    expect(entries.map(({ client }) => client)).toEqual(['mcp', null]);
    expect(new Set(entries.map(({ id }) => id)).size).toBe(2);
  });

  test('names the flag where the flag was changed, and who changed it', async () => {
    const { call, draft, get, sandbox } = await bench();
    const path = await draft();
    await call('PATCH', '/feature_flags/1/', { key: sandbox.otherUserKey, body: { active: true } });
    const [entry] = listAt((await get(`${path}activity/`)).json, 'results');
    expect(entry).toEqual({
      id: expect.any(String),
      ...WITHOUT_CLIENT,
      user: { first_name: 'Robin', last_name: 'Colleague', email: 'robin@example.com' },
      activity: 'updated',
      scope: 'FeatureFlag',
      item_id: '1',
      detail: {
        id: '1',
        name: 'flag-1',
        ...UNTYPED,
        changes: [{ type: 'FeatureFlag', action: 'changed', field: 'active', before: false, after: true }],
      },
      created_at: NOON,
    });
  });

  test('calls a value that came new created, and one that went deleted', async () => {
    const { draft, get, post } = await bench();
    const path = await draft();
    await post(`${path}launch/`);
    await post(`${path}reset/`);
    const actions = listAt((await get(`${path}activity/`)).json, 'results').map((entry) =>
      listAt(entry, 'detail', 'changes').map(({ field, action }) => `${field} ${action}`),
    );
    expect(actions[0]).toContain('start_date deleted');
    expect(actions[1]).toEqual(['start_date created']);
  });

  test('is paged by limit and page, ten at a time where nothing is said', async () => {
    const { draft, get, patch } = await bench();
    const path = await draft();
    for (let i = 0; i < 24; i += 1) await patch(path, { description: `Version ${i}` });
    const first = await get(`${path}activity/`);
    expect([listAt(first.json, 'results').length, first.json.previous]).toEqual([10, null]);
    const second = await get(new URL(String(first.json.next)).href.replace(/^https?:\/\/[^/]+/, ''));
    expect(listAt(second.json, 'results')).toHaveLength(10);
    expect(at(second.json, 'results', 0, 'detail', 'changes', 0, 'after')).toBe('Version 13');
    const last = await get(`${path}activity/?limit=10&page=3`);
    expect([listAt(last.json, 'results').length, last.json.next]).toEqual([5, null]);
    expect(last.json.previous).toContain('page=2');
    expect(listAt((await get(`${path}activity/?limit=0&page=x`)).json, 'results')).toHaveLength(10);
    expect(listAt((await get(`${path}activity/?page=9`)).json, 'results')).toEqual([]);
  });

  test('holds what a scenario tells', async () => {
    const activity = [
      { days_ago: 9, activity: 'paused' },
      { days_ago: 3, activity: 'updated', fields: ['exposure_criteria'] },
    ];
    const { get } = await running({ activity });
    const entries = listAt((await get('/experiments/1/activity/')).json, 'results');
    expect(entries.map(({ activity, created_at }) => [activity, created_at])).toEqual([
      ['updated', '2026-08-29T12:00:00Z'],
      ['paused', '2026-08-23T12:00:00Z'],
      ['updated', '2026-08-22T12:00:00Z'],
      ['created', '2026-08-21T12:00:00Z'],
    ]);
    expect(at(entries[0], 'detail', 'changes')).toEqual([
      { type: 'Experiment', action: 'changed', field: 'exposure_criteria', before: null, after: null },
    ]);
  });

  test('needs activity_log:read, and an experiment that is there', async () => {
    const { draft, call, get, sandbox } = await bench();
    const path = await draft();
    const refused = await call('GET', `${path}activity/`, { key: 'phx_sandbox_experiments_only' });
    expect([refused.status, refused.json.detail]).toEqual([403, "API key missing required scope 'activity_log:read'"]);
    expect((await call('GET', `${path}activity/`, { key: sandbox.readOnlyKey })).status).toBe(200);
    expect((await get('/experiments/99/activity/')).status).toBe(404);
  });
});
