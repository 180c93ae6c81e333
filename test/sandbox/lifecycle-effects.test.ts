import { describe, expect, test } from 'vitest';
import { KEYS } from '../../src/sandbox/http/auth.js';
import { at, bench, rule } from './support.js';

describe('effects', () => {
  test('launch takes any body and needs no metrics', async () => {
    const { draft, post } = await bench();
    const path = await draft();
    expect((await post(`${path}launch/`, [])).status).toBe(200);
  });

  test('launch pins the first variant as the baseline where there is no control', async () => {
    const { draft, post, patch } = await bench();
    const path = await draft();
    const variants = [
      { key: 'gate_30', rollout_percentage: 50 },
      { key: 'gate_40', rollout_percentage: 50 },
    ];
    const changed = await patch(path, { feature_flag: { filters: { multivariate: { variants } } } });
    expect(changed.json.stats_config).toEqual({ method: 'bayesian' });
    const launched = await post(`${path}launch/`);
    expect(launched.json.stats_config).toEqual({ method: 'bayesian', baseline_variant_key: 'gate_30' });
  });

  test('end without a conclusion clears the one that was stored', async () => {
    const { draft, post, patch } = await bench();
    const path = await draft();
    await post(`${path}launch/`);
    await patch(path, { conclusion: 'won', conclusion_comment: 'early' });
    expect((await post(`${path}end/`)).json).toMatchObject({ conclusion: null, conclusion_comment: null });
  });

  test('end leaves a paused flag off', async () => {
    const { draft, post } = await bench();
    const path = await draft();
    await post(`${path}launch/`);
    await post(`${path}pause/`);
    expect((await post(`${path}end/`)).json).toMatchObject({ status: 'stopped', feature_flag: { active: false } });
  });

  test('archive switches the flag off only where asked, and unarchive does not switch it on', async () => {
    const { draft, post, get } = await bench();
    const path = await draft();
    await post(`${path}launch/`);
    await post(`${path}end/`);
    const archived = await post(`${path}archive/`, { disable_feature_flag: true });
    expect(archived.json).toMatchObject({ archived: true, feature_flag: { active: false } });
    expect((await get('/feature_flags/1/')).json.archived).toBe(true);
    expect((await post(`${path}unarchive/`)).json).toMatchObject({ archived: false, feature_flag: { active: false } });
    expect((await get('/feature_flags/1/')).json.archived).toBe(false);
  });

  test('archive spares a flag that another live experiment needs', async () => {
    const { draft, post, get } = await bench();
    const first = await draft({ feature_flag_key: 'shared' });
    const second = await draft({ feature_flag_key: 'shared' });
    await post(`${first}launch/`);
    await post(`${second}launch/`);
    await post(`${first}end/`);
    await post(`${first}archive/`, { disable_feature_flag: true });
    expect((await get(second)).json).toMatchObject({ status: 'running', feature_flag: { active: true } });
  });

  test('archive with a key that may not write flags is refused only where it would disable one', async () => {
    const { draft, post, call } = await bench();
    const path = await draft();
    await post(`${path}launch/`);
    await post(`${path}end/`);
    const options = { key: KEYS.experimentsOnly, body: { disable_feature_flag: true } };
    const refused = await call('POST', `${path}archive/`, options);
    expect(refused.status).toBe(403);
    expect(refused.json.detail).toBe(
      "You don't have feature flag write access, so this experiment's feature flag can't be disabled.",
    );
    expect((await call('POST', `${path}archive/`, { key: KEYS.experimentsOnly })).status).toBe(200);
  });

  test('a cleanup pull request needs the task scope', async () => {
    const { draft, post, call } = await bench();
    const path = await draft();
    await post(`${path}launch/`);
    const body = { open_cleanup_pr: true };
    const refused = await call('POST', `${path}end/`, { key: KEYS.experimentsOnly, body });
    expect(refused.status).toBe(403);
    expect(refused.json.detail).toBe("API key missing required scope 'task:write'");
    expect((await call('POST', `${path}end/`, { key: KEYS.experimentsOnly })).status).toBe(200);
  });

  test('the exposure cohort is made once, can be read, and is linked', async () => {
    const { draft, post, get } = await bench();
    const path = await draft({ name: 'Checkout' });
    await post(`${path}launch/`);
    const made = await post(`${path}create_exposure_cohort_for_experiment/`);
    expect(made.status).toBe(201);
    expect(at(made.json, 'cohort', 'name')).toBe('Users exposed to experiment "Checkout"');
    const id = at(made.json, 'cohort', 'id');
    expect((await get(path)).json.exposure_cohort).toBe(id);
    expect((await get(`/cohorts/${id}/`)).json).toEqual(made.json.cohort);
    expect((await get('/cohorts/99/')).status).toBe(404);
  });

  test('two experiments on one flag are paused together', async () => {
    const { draft, post, get } = await bench();
    const first = await draft({ feature_flag_key: 'shared' });
    const second = await draft({ feature_flag_key: 'shared' });
    await post(`${first}launch/`);
    await post(`${second}launch/`);
    await post(`${first}pause/`);
    expect((await get(second)).json.status).toBe('paused');
    expect((await post(`${second}pause/`)).json).toEqual(rule('Experiment is already paused.'));
  });

  test('unarchive brings the flag back only where this experiment archived it', async () => {
    const { draft, post, get } = await bench();
    const first = await draft({ feature_flag_key: 'shared' });
    const second = await draft({ feature_flag_key: 'shared' });
    for (const path of [first, second]) {
      await post(`${path}launch/`);
      await post(`${path}end/`);
    }
    const archived = async () => (await get('/feature_flags/1/')).json.archived;
    await post(`${first}archive/`, { disable_feature_flag: true });
    await post(`${first}unarchive/`);
    expect(await archived()).toBe(false);
    await post(`${second}archive/`);
    expect(await archived()).toBe(true);
    await post(`${first}archive/`);
    await post(`${first}unarchive/`);
    expect(await archived()).toBe(true);
    await post(`${second}unarchive/`);
    expect(await archived()).toBe(false);
  });
});
