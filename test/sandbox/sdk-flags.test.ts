import { describe, expect, it, vi } from 'vitest';
import { localSdkOn, sdkOn } from '../helpers/posthog-sdk.js';
import { GERMANS, insertFlag } from './sdk-support.js';
import { at, type Bench, bench } from './support.js';

async function ask({ sandbox }: Bench, body: object, path = '/flags/?v=2') {
  const response = await fetch(`${sandbox.url}${path}`, {
    method: 'POST',
    body: JSON.stringify({ token: sandbox.projectToken, distinct_id: 'ann', ...body }),
  });
  const text = await response.text();
  return { status: response.status, text, json: response.ok ? JSON.parse(text) : {} };
}

describe('/flags', () => {
  it('answers with value, reason and payload of each flag that is on', async () => {
    const here = await bench();
    insertFlag(here, { payloads: { test: '{"color":"red"}' } });
    insertFlag(here, { groups: [{ properties: [GERMANS], rollout_percentage: 100 }], multivariate: null }, 'beta');
    Object.assign(insertFlag(here, {}, 'off'), { active: false });
    Object.assign(insertFlag(here, {}, 'gone'), { deleted: true });
    const { json } = await ask(here, {});
    expect(json).toMatchInlineSnapshot(`
      {
        "errorsWhileComputingFlags": false,
        "evaluatedAt": 1788264000000,
        "flags": {
          "beta": {
            "enabled": false,
            "key": "beta",
            "metadata": {
              "description": "",
              "has_experiment": false,
              "id": 2,
              "payload": null,
              "version": 1,
            },
            "reason": {
              "code": "no_condition_match",
              "condition_index": 0,
              "description": "No matching condition set",
            },
            "variant": null,
          },
          "checkout": {
            "enabled": true,
            "key": "checkout",
            "metadata": {
              "description": "",
              "has_experiment": false,
              "id": 1,
              "payload": "{"color":"red"}",
              "version": 1,
            },
            "reason": {
              "code": "condition_match",
              "condition_index": 0,
              "description": "Matched condition set 1",
            },
            "variant": "test",
          },
        },
        "requestId": "00000000-0000-4000-8001-000000000001",
      }
    `);
  });

  it('takes the older forms of the question', async () => {
    const here = await bench();
    insertFlag(here, { payloads: { test: '"red"' } });
    insertFlag(here, { groups: [{ properties: [GERMANS], rollout_percentage: 100 }] }, 'beta');
    const values = { checkout: 'test', beta: false };
    const payloads = { featureFlagPayloads: { checkout: '"red"' } };
    expect((await ask(here, {}, '/flags')).json).toMatchObject({ featureFlags: values, ...payloads });
    expect((await ask(here, {}, '/decide/')).json.featureFlags).toEqual(['checkout']);
    expect((await ask(here, {}, '/decide/?v=2')).json.featureFlags).toEqual({ checkout: 'test' });
    expect((await ask(here, {}, '/decide/?v=3')).json).toMatchObject({ featureFlags: values, ...payloads });
    expect((await ask(here, {}, '/decide/?v=4')).json).toHaveProperty('flags.checkout.variant', 'test');
  });

  it.each<[what: string, body: object, keys: string[]]>([
    ['all flags', {}, ['web', 'server', 'anywhere']],
    ['those that are asked for', { flag_keys_to_evaluate: ['web', 'none'] }, ['web']],
    ['those for the runtime', { evaluation_runtime: 'server' }, ['server', 'anywhere']],
    ['those for the context', { evaluation_contexts: ['docs'] }, ['web', 'server']],
  ])('answers with %s', async (_, body, keys) => {
    const here = await bench();
    Object.assign(insertFlag(here, {}, 'web'), { evaluation_runtime: 'client' });
    Object.assign(insertFlag(here, {}, 'server'), { evaluation_runtime: 'server' });
    Object.assign(insertFlag(here, {}, 'anywhere'), { evaluation_contexts: ['app'] });
    expect(Object.keys((await ask(here, body)).json.flags)).toEqual(keys);
  });

  it('goes by what is stored of the person and the group, unless the caller knows better', async () => {
    const here = await bench();
    insertFlag(here, { groups: [{ properties: [GERMANS], rollout_percentage: 100 }] });
    const big = { key: 'size', type: 'group', group_type_index: 0, operator: 'gt', value: 10 };
    const byGroup = { aggregation_group_type_index: 0, groups: [{ properties: [big], rollout_percentage: 100 }] };
    insertFlag(here, byGroup, 'for-teams');
    const sdk = sdkOn(here.sandbox);
    sdk.identify({ distinctId: 'ann', properties: { country: 'de' } });
    sdk.groupIdentify({ groupType: 'team', groupKey: 'acme', properties: { size: 11 } });
    await sdk.flush();
    const groups = { team: 'acme' };
    const enabled = {
      checkout: expect.stringMatching(/control|test/),
      'for-teams': expect.stringMatching(/control|test/),
    };
    expect(await sdk.getAllFlags('ann', { groups })).toEqual(enabled);
    const stated = { groups, personProperties: { country: 'fr' }, groupProperties: { team: { size: 9 } } };
    expect(await sdk.getAllFlags('ann', stated)).toEqual({ checkout: false, 'for-teams': false });
    expect(await sdk.getAllFlags('bob', { groups: { team: 'small' } })).toEqual({
      checkout: false,
      'for-teams': false,
    });
  });

  it.each<[what: string, body: object, status: number, text: RegExp]>([
    ['a wrong token', { token: 'phc_other' }, 401, /^The provided API key is invalid.*phc_sandbox_project_1/],
    ['no token', { token: undefined }, 401, /^No API token provided/],
    ['no distinct id', { distinct_id: undefined }, 400, /^The distinct_id field is missing/],
    ['an empty distinct id', { distinct_id: '' }, 400, /^The distinct_id field cannot be empty/],
  ])('refuses %s in plain text', async (_, body, status, text) => {
    const answer = await ask(await bench(), body);
    expect(answer).toMatchObject({ status, text: expect.stringMatching(text) });
  });
});

describe('the definitions for local evaluation', () => {
  const get = ({ sandbox }: Bench, headers: Record<string, string>, path = '/flags/definitions') =>
    fetch(`${sandbox.url}${path}?token=${sandbox.projectToken}&send_cohorts`, { headers });

  it('have all flags but deleted ones, for both addresses', async () => {
    const here = await bench();
    insertFlag(here);
    Object.assign(insertFlag(here, {}, 'off'), { active: false });
    Object.assign(insertFlag(here, {}, 'gone'), { deleted: true });
    for (const path of ['/flags/definitions', '/api/feature_flag/local_evaluation/']) {
      const response = await get(here, { authorization: `Bearer ${here.sandbox.readOnlyKey}` }, path);
      const json = await response.json();
      expect(at(json, 'flags', 0)).toMatchObject({ key: 'checkout', active: true, has_experiment: false });
      expect(at(json, 'flags', 1)).toMatchObject({ key: 'off', active: false });
      expect(json).toMatchObject({ flags: { length: 2 }, group_type_mapping: {}, cohorts: {} });
    }
  });

  it('are sent again only after a change', async () => {
    const here = await bench();
    const flag = insertFlag(here);
    const authorization = `Bearer ${here.sandbox.projectSecretKey}`;
    const first = await get(here, { authorization });
    const etag = first.headers.get('etag') ?? '';
    expect(etag).toMatch(/^W\/"\w+"$/);
    const second = await get(here, { authorization, 'if-none-match': etag });
    expect([second.status, await second.text(), second.headers.get('etag')]).toEqual([304, '', etag]);
    flag.active = false;
    expect((await get(here, { authorization, 'if-none-match': etag })).status).toBe(200);
  });

  it.each<[what: string, headers: Record<string, string>, status: number]>([
    ['no key', {}, 401],
    ['an unknown key', { authorization: 'Bearer phx_unknown' }, 401],
    ['a key without the scope', { authorization: 'Bearer phx_sandbox_experiments_only' }, 403],
    ['a key of another project', { authorization: 'Bearer phx_sandbox_other_project' }, 403],
  ])('are refused to %s', async (_, headers, status) => {
    expect((await get(await bench(), headers)).status).toBe(status);
  });

  it('leave flags of a frozen experiment to the server, which lets those in who were exposed', async () => {
    const here = await bench();
    const path = await here.draft({ feature_flag_key: 'checkout' });
    await here.post(`${path}launch/`);
    here.advance(60_000);
    const sdk = await localSdkOn(here.sandbox);
    expect((await sdk.evaluateFlags('ann')).getFlag('checkout')).toBe('test');
    await sdk.getAllFlags('bob');
    await sdk.flush();
    expect((await here.post(`${path}freeze_exposure/`)).status).toBe(200);
    expect((await here.get('/cohorts/1/')).json).toMatchObject({ count: 1 });
    const warn = vi.spyOn(console, 'warn').mockReturnValue();
    await sdk.reloadFeatureFlags();
    expect(await sdk.getAllFlags('ann')).toEqual({ checkout: 'test' });
    expect(await sdk.getAllFlags('bob')).toEqual({ checkout: false });
    sdk.alias({ distinctId: 'ann', alias: 'ann at home' });
    await sdk.flush();
    expect(await sdk.getAllFlags('ann at home')).toHaveProperty('checkout', expect.stringMatching(/control|test/));
    expect(warn).toHaveBeenCalledWith(expect.stringContaining('static cohort'));
    warn.mockRestore();
  });
});
