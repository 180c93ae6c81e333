import { describe, expect, test } from 'vitest';
import { type Bench, bench, listAt, MEAN_METRIC, rule } from './support.js';

const HOUR = 3_600_000;

/** One experiment per status, an hour apart; ids 1 draft, 2 running, 3 paused, 4 frozen, 5 stopped, 6 archived. */
async function zoo(): Promise<Bench & { ids(query: string): Promise<unknown[]> }> {
  const ready = await bench();
  const { draft, post, patch, get, advance } = ready;
  const launched = async (body: object) => {
    advance(HOUR);
    const path = await draft(body);
    await post(`${path}launch/`);
    return path;
  };
  await draft({ name: 'Delta', allow_unknown_events: true, metrics: [MEAN_METRIC], tags: ['growth'] });
  await launched({ name: 'alpha', tags: ['Growth', 'old'] });
  await post(`${await launched({ name: 'Charlie' })}pause/`);
  await launched({ name: 'bravo', feature_flag_key: 'frozen-one' });
  const group = { properties: [], rollout_percentage: 100, exposure_frozen: true, exposure_frozen_cohort: 1 };
  await patch('/feature_flags/4/', { filters: { groups: [group] } });
  const stopped = await launched({ name: 'Echo' });
  const archived = await launched({ name: 'Foxtrot' });
  advance(HOUR);
  await post(`${stopped}end/`, { conclusion: 'won' });
  await post(`${archived}end/`, { conclusion: 'lost' });
  await post(`${archived}archive/`);
  const ids = async (query: string) => {
    const { json } = await get(`/experiments/${query}`);
    return listAt(json, 'results').map((row) => row.id);
  };
  return { ...ready, ids };
}

describe('list', () => {
  test('shows what is neither archived nor deleted, newest first', async () => {
    const { ids, patch } = await zoo();
    await patch('/experiments/2/', { deleted: true });
    expect(await ids('')).toEqual([5, 4, 3, 1]);
  });

  test.each([
    ['?status=draft', [1]],
    ['?status=running', [2]],
    ['?status=PAUSED', [3]],
    ['?status=exposure_frozen', [4]],
    ['?status=stopped', [5]],
    ['?status=complete', [5]],
    ['?status=all', [5, 4, 3, 2, 1]],
    ['?status=nonsense', [5, 4, 3, 2, 1]],
    ['?archived=true', [6]],
    ['?archived=TRUE&status=stopped', [6]],
    ['?archived=1', [5, 4, 3, 2, 1]],
    ['?archived=false', [5, 4, 3, 2, 1]],
    ['?search=ALPHA', [2]],
    ['?search=frozen-', [4]],
    ['?feature_flag_id=3', [3]],
    ['?created_by_id=1', [5, 4, 3, 2, 1]],
    ['?created_by_id=2,3', []],
    ['?created_by_id=[2,1]', [5, 4, 3, 2, 1]],
    ['?tags=["growth"]', [2, 1]],
    ['?tags=["growth"]&excluded_tags=["old"]', [1]],
    ['?tags=growth', [5, 4, 3, 2, 1]],
    ['?event=purchase_completed', [1]],
    ['?holdout_id=1', [5, 4, 3, 2, 1]],
    ['?order=created_at', [1, 2, 3, 4, 5]],
    ['?order=name', [3, 1, 5, 2, 4]],
    ['?order=-name', [4, 2, 5, 1, 3]],
    ['?order=status', [1, 2, 3, 4, 5]],
    ['?order=-status', [5, 4, 3, 2, 1]],
    ['?order=start_date', [2, 3, 4, 5, 1]],
    ['?order=-duration', [2, 3, 4, 5, 1]],
    ['?order=conclusion', [5, 1, 2, 3, 4]],
    ['?order=created_by', [1, 2, 3, 4, 5]],
    ['?limit=2', [5, 4]],
    ['?limit=2&offset=4', [1]],
    ['?limit=0', [5, 4, 3, 2, 1]],
    ['?limit=many&offset=-1', [5, 4, 3, 2, 1]],
  ])('with %s answers %j', async (query, expected) => {
    const { ids } = await zoo();
    expect(await ids(query)).toEqual(expected);
  });

  test('sorts conclusions as won, lost and then none', async () => {
    const { patch, ids } = await zoo();
    await patch('/experiments/2/', { conclusion: 'lost' });
    expect(await ids('?order=conclusion')).toEqual([5, 2, 1, 3, 4]);
  });

  test('refuses an order or a flag id that is none, on details too', async () => {
    const { get } = await zoo();
    expect((await get('/experiments/?order=size')).json).toEqual(rule("Invalid order field: 'size'"));
    expect((await get('/experiments/1/?order=-size')).json).toEqual(rule("Invalid order field: '-size'"));
    expect((await get('/experiments/?feature_flag_id=x')).json).toEqual(rule('feature_flag_id must be an integer'));
  });

  test('search filters single experiments too', async () => {
    const { get } = await zoo();
    expect((await get('/experiments/1/?search=delta')).status).toBe(200);
    expect((await get('/experiments/1/?search=foo')).status).toBe(404);
  });

  test('has light rows: no metrics, statistics, exposure criteria, saved metrics or holdout id', async () => {
    const { get } = await zoo();
    const [row = {}] = listAt((await get('/experiments/?limit=1')).json, 'results');
    expect(Object.keys(row).sort()).toMatchInlineSnapshot(`
      [
        "archived",
        "conclusion",
        "conclusion_comment",
        "created_at",
        "created_by",
        "deleted",
        "description",
        "end_date",
        "excluded_variants",
        "exposure_cohort",
        "feature_flag",
        "feature_flag_key",
        "holdout",
        "id",
        "is_legacy",
        "name",
        "parameters",
        "running_time_calculation",
        "start_date",
        "status",
        "tags",
        "type",
        "updated_at",
        "user_access_level",
      ]
    `);
  });

  test('links pages absolutely and keeps the other parameters', async () => {
    const { get, sandbox } = await zoo();
    const address = `${sandbox.url}/api/projects/1/experiments/`;
    const { json } = await get('/experiments/?order=name&limit=2&offset=2');
    expect(json).toMatchObject({
      count: 5,
      next: `${address}?order=name&limit=2&offset=4`,
      previous: `${address}?order=name&limit=2`,
    });
    expect((await get('/experiments/?limit=5')).json).toMatchObject({ next: null, previous: null });
  });

  test('shows a thousand experiments on one page', async () => {
    const { sandbox, get } = await bench();
    const { store, projectId } = sandbox;
    for (let index = 0; index < 1000; index += 1) {
      const filters = { groups: [{ properties: [], rollout_percentage: 100 }], multivariate: null };
      const flag = store.insertFlag({ project_id: projectId, key: `flag-${index}`, filters });
      store.insertExperiment({ project_id: projectId, name: `Experiment ${index}`, flag_id: flag.id });
    }
    const { json } = await get('/experiments/?limit=1000');
    expect(listAt(json, 'results')).toHaveLength(1000);
    expect(json.next).toBeNull();
    expect(listAt((await get('/experiments/')).json, 'results')).toHaveLength(100);
  });
});

test('the filter prompt_name matches the prompt of an experiment exactly', async () => {
  const { draft, get, sandbox } = await bench();
  await draft();
  await draft({ parameters: { prompt_metadata: { name: 'greeting', versions: [1, 2], templates: ['cost'] } } });
  expect([...sandbox.store.experiments.keys()]).toEqual([1, 2]);
  const found = async (name: string) => {
    const { json } = await get(`/experiments/?prompt_name=${name}`);
    return listAt(json, 'results').map(({ id }) => id);
  };
  expect(await found('greeting')).toEqual([2]);
  expect(await found('greet')).toEqual([]);
});
