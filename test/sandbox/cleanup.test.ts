import { describe, expect, test } from 'vitest';
import { KEYS } from '../../src/sandbox/http/auth.js';
import { parseScenario } from '../../src/sandbox/scenario/scenario.js';
import { bench } from './support.js';

const END = '/experiments/1/end/';
const SHIP = '/experiments/1/ship_variant/';
const TARGET = '/experiments/1/flag_cleanup_target/';
const TASK = '/experiments/1/flag_cleanup_task/';
const TWO = ['acme/web', 'Acme/Api'];

/** A running experiment of a team that has connected these repositories. */
function connected(repositories: string[], teamDefault: string | null = null) {
  const experiments = [{ name: 'A', feature_flag_key: 'a', started_days_ago: 3 }];
  const experiments_config = { flag_cleanup_repository: teamDefault };
  return bench({ scenario: parseScenario(JSON.stringify({ repositories, experiments_config, experiments })) });
}

describe('flag_cleanup_target', () => {
  test.each([
    ['nothing is connected', [], null, null, [null, 'no_integration']],
    ['a repository is saved and nothing is connected', [], 'acme/web', null, [null, 'no_integration']],
    ['one is connected', ['acme/web'], null, null, ['acme/web', 'single_repo']],
    ['several are connected', TWO, null, null, [null, 'ambiguous']],
    ['the saved one is connected, whatever its case', TWO, 'acme/api', null, ['Acme/Api', 'explicit']],
    ['the saved one is no longer connected', ['acme/web'], 'gone/repo', 'acme/web', [null, 'ambiguous']],
    ['the team has a default, whatever its case', TWO, null, 'ACME/API', ['Acme/Api', 'team_default']],
    ['the saved one differs from the default', TWO, 'acme/web', 'acme/api', ['acme/web', 'explicit']],
    ['the default is gone and one is left', ['acme/web'], null, 'gone/repo', ['acme/web', 'single_repo']],
    ['the default is gone and several are left', TWO, null, 'gone/repo', [null, 'ambiguous']],
  ])('where %s', async (_, repositories, saved, teamDefault, [repository, source]) => {
    const { get, patch } = await connected(repositories, teamDefault);
    await patch('/experiments/1/', { repository: saved });
    const candidates = repositories.length === 2 ? ['Acme/Api', 'acme/web'] : repositories;
    expect(await get(TARGET)).toMatchObject({ status: 200, json: { repository, source, candidates } });
  });
});

describe('flag_cleanup_task', () => {
  test.each([
    ['ends', END, { conclusion: 'won' }],
    ['ships', SHIP, { conclusion: 'won', variant_key: 'test' }],
  ])('follows the pull request of an experiment that %s', async (_, path, body) => {
    const { get, post } = await connected(TWO);
    const { json } = await post(path, { ...body, open_cleanup_pr: true, repository: 'acme/api' });
    expect(json).toMatchObject({ repository: 'acme/api', flag_cleanup_task_id: expect.any(String) });
    const task = { task_id: json.flag_cleanup_task_id, is_terminal: false, pr_url: null, can_view_task: true };
    expect((await get(TASK)).json).toEqual({ ...task, run_status: 'queued' });
    expect((await get(TASK)).json).toEqual({ ...task, run_status: 'in_progress' });
    const done = { ...task, run_status: 'completed', is_terminal: true, pr_url: 'https://github.com/Acme/Api/pull/1' };
    expect((await get(TASK)).json).toEqual(done);
    expect((await get(TASK)).json).toEqual(done);
  });

  test.each([
    ['it is not asked for', { conclusion: 'won' }],
    ['there is no conclusion', { open_cleanup_pr: true, repository: 'acme/web' }],
    ['several repositories are connected and none is named', { conclusion: 'won', open_cleanup_pr: true }],
    ['another repository is named', { conclusion: 'won', open_cleanup_pr: true, repository: 'evil/other' }],
  ])('is not there where %s, and no repository is saved', async (_, body) => {
    const { get, post } = await connected(TWO);
    const ended = await post(END, body);
    expect(ended).toMatchObject({ status: 200, json: { flag_cleanup_task_id: null, repository: null } });
    expect(await get(TASK)).toMatchObject({ status: 404, json: { detail: 'Not found.', code: 'not_found' } });
  });

  test('needs task:write to be started', async () => {
    const { call } = await connected(['acme/web']);
    const body = { conclusion: 'won', open_cleanup_pr: true };
    const refused = await call('POST', END, { body, key: KEYS.experimentsOnly });
    expect(refused).toMatchObject({ status: 403, json: { detail: "API key missing required scope 'task:write'" } });
  });

  test('is dropped by a reset', async () => {
    const { get, post } = await connected(['acme/web']);
    await post(END, { conclusion: 'won', open_cleanup_pr: true });
    const reset = await post('/experiments/1/reset/');
    expect(reset.json.flag_cleanup_task_id).toBeNull();
    expect((await get(TASK)).status).toBe(404);
  });

  test('makes its repository the team’s default where that is asked for', async () => {
    const { call, post } = await connected(TWO);
    const wanted = { open_cleanup_pr: true, repository: 'acme/api', set_repository_as_team_default: true };
    await post(END, { conclusion: 'won', ...wanted });
    expect((await call('GET', '/api/environments/1/experiments_config/')).json.flag_cleanup_repository).toBe(
      'acme/api',
    );
  });
});
