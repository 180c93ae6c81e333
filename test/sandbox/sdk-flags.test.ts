import { describe, expect, it, vi } from 'vitest';
import { z } from 'zod';
import { evaluate, type Subject } from '../../src/sandbox/evaluation/evaluate.js';
import { placeOf } from '../../src/sandbox/evaluation/hash.js';
import type { NewEvent } from '../../src/sandbox/events/store.js';
import { flags } from '../../src/sandbox/sdk/flags.js';
import type { Sandbox } from '../../src/sandbox/server.js';
import type { FlagFilters, FlagGroup } from '../../src/sandbox/store/model.js';
import { localSdkOn, sdkOn } from '../helpers/posthog-sdk.js';
import { insertRandomFlags, person } from '../helpers/random-flags.js';
import { at, type Bench, bench, START } from './support.js';

const FLAGS = 50;
const IDS = 5_000;
const SEED = 17;
/** Ids for which the SDK asks by HTTP; for the others, the route is called directly, which is 20 times as fast. */
const REMOTE_IDS = 250;

const EVERYBODY: FlagGroup = { properties: [], rollout_percentage: 100 };
const HALVES = {
  variants: [
    { key: 'control', rollout_percentage: 50 },
    { key: 'test', rollout_percentage: 50 },
  ],
};
const GERMANS = { key: 'country', type: 'person', operator: 'exact', value: 'de' };

function subject(about: Partial<Subject> = {}): Subject {
  return {
    distinctId: 'ann',
    properties: {},
    groups: new Map(),
    isInCohort: () => false,
    now: new Date('2026-09-01T12:00:00Z'),
    ...about,
  };
}

/** A flag of the main project that splits everybody in halves, but for what is said. */
function insertFlag({ sandbox }: Bench, about: Partial<FlagFilters> = {}, key = 'checkout') {
  const filters = { groups: [EVERYBODY], multivariate: HALVES, ...about };
  return sandbox.store.insertFlag({ project_id: sandbox.projectId, key, filters });
}

async function ask({ sandbox }: Bench, body: object, path = '/flags/?v=2') {
  const response = await fetch(`${sandbox.url}${path}`, {
    method: 'POST',
    body: JSON.stringify({ token: sandbox.projectToken, distinct_id: 'ann', ...body }),
  });
  const text = await response.text();
  return { status: response.status, text, json: response.ok ? JSON.parse(text) : {} };
}

/** What the route answers, without HTTP, in the form in which the SDK hands it on. */
function askDirectly({ store, projectToken }: Sandbox, body: object) {
  const readBody = () => ({ token: projectToken, ...body });
  const answer = flags({ method: 'POST', query: new URLSearchParams('v=1'), headers: {}, readBody, store });
  const featureFlagPayloads = Object.entries(
    z.record(z.string(), z.string()).parse(at(answer.body, 'featureFlagPayloads')),
  );
  return {
    featureFlags: at(answer.body, 'featureFlags'),
    featureFlagPayloads: Object.fromEntries(featureFlagPayloads.map(([key, text]) => [key, JSON.parse(text)])),
  };
}

describe('the place of an id between 0 and 1', () => {
  it.each([
    ['test-experiment.user_1', 0.4890286436],
    ['test-experiment.user_1variant', 0.0583443742],
    ['holdout-user_1', 0.3590969651],
    ['test-experiment.zoë', 0.7908300108],
  ])('of %s is %d, as in PostHog', (text, place) => {
    expect(placeOf(text)).toBeCloseTo(place, 10);
  });

  it('gives 517 of 1,000 users control, as in PostHog', async () => {
    const flag = insertFlag(await bench(), {}, 'test-experiment');
    const values = Array.from({ length: 1_000 }, (_, id) => evaluate(flag, subject({ distinctId: `u${id}` })).value);
    expect(values.filter((value) => value === 'control')).toHaveLength(517);
    expect(values.filter((value) => value === 'test')).toHaveLength(483);
  });
});

describe('random flags', () => {
  it('give each id what PostHog’s SDK evaluates by itself, and what the server answers it', async () => {
    const { sandbox } = await bench();
    const groupOf = (id: number) => `group ${id % 500}`;
    sandbox.store.events.get(sandbox.projectId)?.groups.index('organization');
    const rows = insertRandomFlags(sandbox.store, FLAGS, SEED);
    const [local, remote] = [await localSdkOn(sandbox), sdkOn(sandbox)];
    const served = new Map(rows.map(({ key }) => [key, new Set<unknown>()]));
    for (let id = 0; id < IDS; id += 1) {
      const [distinctId, personProperties] = [`user-${id}`, person(id)];
      const organization = { key: groupOf(id), properties: person(id % 500) };
      const who = subject({ distinctId, properties: personProperties, groups: new Map([[0, organization]]) });
      const own = rows.map((flag) => ({ flag, ...evaluate(flag, who) }));
      for (const { flag, value } of own) served.get(flag.key)?.add(value);
      const groups = { organization: organization.key };
      const groupProperties = { organization: organization.properties };
      const options = { personProperties, groups, groupProperties };
      const values = (list: typeof own) => Object.fromEntries(list.map(({ flag, value }) => [flag.key, value]));
      const payloads = Object.fromEntries(
        own.flatMap(({ flag, payload }) => (payload === null ? [] : [[flag.key, JSON.parse(payload)] as const])),
      );
      const present = own.filter(({ flag }) => !flag.deleted);
      const active = present.filter(({ flag }) => flag.active);
      const alone = await local.getAllFlagsAndPayloads(distinctId, { ...options, onlyEvaluateLocally: true });
      expect(alone).toEqual({ featureFlags: values(present), featureFlagPayloads: payloads });
      const asked =
        id < REMOTE_IDS
          ? await remote.getAllFlagsAndPayloads(distinctId, options)
          : askDirectly(sandbox, {
              ...{ distinct_id: distinctId, groups },
              ...{ person_properties: personProperties, group_properties: groupProperties },
            });
      expect(asked).toEqual({ featureFlags: values(active), featureFlagPayloads: payloads });
    }
    // They are worth comparing: each kind of answer occurs.
    const all = [...served.values()].flatMap((values) => [...values]);
    expect(new Set(all)).toEqual(new Set([false, true, 'control', 'test-1', 'test-2', 'test-3', 'holdout-3']));
    expect([...served.values()].filter((values) => values.size > 1).length).toBeGreaterThan(FLAGS / 2);
  });
});

describe('a release condition', () => {
  const PERSON = {
    country: 'de',
    age: 30,
    plan: null,
    joined: '2026-08-20',
    tags: ['a'],
    version: '1.4.2',
    zip: '01067',
  };

  it.each<[condition: string, operator: string, key: string, value: unknown, matches: boolean]>([
    ['whatever the case', 'exact', 'country', 'DE', true],
    ['one of several values', 'exact', 'country', ['fr', 'de'], true],
    ['none of several values', 'is_not', 'country', ['fr', 'de'], false],
    ['a number as text', 'exact', 'age', '30', true],
    ['an absent property', 'exact', 'city', 'Bonn', false],
    ['an absent property', 'is_not', 'city', 'Bonn', true],
    ['an absent property', 'not_icontains', 'city', 'Bonn', true],
    ['an absent property', 'not_regex', 'city', 'Bonn', true],
    ['an absent property', 'is_not_set', 'city', 'is_not_set', true],
    ['an absent property', 'gt', 'city', 1, false],
    ['an absent property', 'not_between', 'city', [1, 2], true],
    ['a property that is null', 'is_set', 'plan', 'is_set', true],
    ['a property that is null', 'exact', 'plan', 'null', true],
    ['an inherited property', 'is_set', 'toString', 'is_set', false],
    ['a list as text', 'icontains', 'tags', '"A"', true],
    ['one of several parts', 'icontains_multi', 'country', ['x', 'E'], true],
    ['one of several parts', 'not_icontains_multi', 'country', ['x', 'E'], false],
    ['a pattern', 'regex', 'zip', '^0\\d{4}$', true],
    ['a broken pattern', 'regex', 'zip', '(', false],
    ['a broken pattern', 'not_regex', 'zip', '(', false],
    ['a range with both ends', 'between', 'age', [30, 40], true],
    ['a range with both ends', 'not_between', 'age', [10, '29.5'], true],
    ['a range that is upside down', 'not_between', 'age', [40, 30], false],
    ['text that is no number', 'gt', 'country', 1, false],
    ['a relative date', 'is_date_after', 'joined', '-2w', true],
    ['a relative date', 'is_date_before', 'joined', '-1m', false],
    ['the same day', 'is_date_exact', 'joined', '2026-08-20T00:00:00Z', true],
    ['no date', 'is_date_before', 'country', '2026-08-20', false],
    ['a version', 'semver_lt', 'version', 'v1.10', true],
    ['a version', 'semver_neq', 'version', '1.4.2', false],
    ['a version range', 'semver_tilde', 'version', '1.4', true],
    ['a version range', 'semver_caret', 'version', '1.5', false],
    ['a version range', 'semver_wildcard', 'version', '1.*', true],
    ['no version', 'semver_neq', 'country', '1.0.0', false],
    ['an operator that nobody knows', 'sounds_like', 'country', 'de', false],
  ])('on %s: %s of %s with %j is %s', async (_, operator, key, value, matches) => {
    const property = { key, type: 'person', operator, value };
    const flag = insertFlag(await bench(), {
      groups: [{ properties: [property], rollout_percentage: 100 }],
      multivariate: null,
    });
    expect(evaluate(flag, subject({ properties: PERSON })).value).toBe(matches);
  });
});

describe('what decides', () => {
  const out = (about: Partial<FlagGroup> = {}) => ({ properties: [GERMANS], rollout_percentage: 100, ...about });

  it.each<[what: string, filters: Partial<FlagFilters>, about: Partial<Subject>, decided: object]>([
    [
      'the second condition',
      { groups: [out(), EVERYBODY] },
      {},
      { value: 'test', reason: 'condition_match', condition: 1 },
    ],
    ['no condition', { groups: [out()] }, {}, { value: false, reason: 'no_condition_match', condition: 0 }],
    [
      'a rollout rather than a condition',
      { groups: [{ properties: [], rollout_percentage: 0 }, out()] },
      {},
      { value: false, reason: 'out_of_rollout_bound', condition: 0 },
    ],
    [
      'early exit, though the next condition fits',
      { groups: [{ properties: [], rollout_percentage: 0 }, EVERYBODY], early_exit: true },
      {},
      { value: false, reason: 'out_of_rollout_bound', condition: 0 },
    ],
    ['a forced variant', { groups: [{ ...EVERYBODY, variant: 'control' }] }, {}, { value: 'control' }],
    [
      'the split, where the forced variant is gone',
      { groups: [{ ...EVERYBODY, variant: 'old' }] },
      {},
      { value: 'test' },
    ],
    [
      'the plain value past the last share',
      { multivariate: { variants: [{ key: 'control', rollout_percentage: 1 }] } },
      {},
      { value: true, reason: 'condition_match' },
    ],
    [
      'a holdout before any condition',
      { holdout: { id: 7, exclusion_percentage: 100 }, groups: [out()] },
      {},
      { value: 'holdout-7', reason: 'holdout_condition_value', condition: null },
    ],
    [
      'early access before a holdout',
      { holdout: { id: 7, exclusion_percentage: 100 }, super_groups: [{}] },
      { properties: { '$feature_enrollment/checkout': 'true' } },
      { value: true, reason: 'super_condition_value' },
    ],
    [
      'early access, for those who chose against it',
      { feature_enrollment: true },
      { properties: { '$feature_enrollment/checkout': false } },
      { value: false, reason: 'super_condition_value' },
    ],
    ['the group that is not there', { aggregation_group_type_index: 1 }, {}, { value: false, reason: 'no_group_type' }],
    [
      'a condition on groups of another flag',
      { groups: [{ ...EVERYBODY, aggregation_group_type_index: 1 }, EVERYBODY] },
      { groups: new Map([[1, { key: 'acme', properties: {} }]]) },
      { reason: 'condition_match', condition: 0 },
    ],
    [
      'a cohort',
      { groups: [{ properties: [{ key: 'id', type: 'cohort', value: 5, operator: 'in' }], rollout_percentage: 100 }] },
      { isInCohort: (id) => id === 5 },
      { reason: 'condition_match' },
    ],
    [
      'a cohort that must not be',
      {
        groups: [
          { properties: [{ key: 'id', type: 'cohort', value: 5, operator: 'not_in' }], rollout_percentage: 100 },
        ],
      },
      { isInCohort: (id) => id === 5 },
      { reason: 'no_condition_match' },
    ],
  ])('is %s', async (_, filters, about, decided) => {
    const flag = insertFlag(await bench(), filters);
    expect(evaluate(flag, subject(about))).toMatchObject(decided);
  });

  it('is the device where the flag goes by it, and the user without one', async () => {
    const flag = { ...insertFlag(await bench()), bucketing_identifier: 'device_id' };
    const values = (pick: (n: number) => Partial<Subject>) =>
      Array.from({ length: 50 }, (_, n) => evaluate(flag, subject(pick(n))).value);
    const byDevice = values((n) => ({ deviceId: 'phone', distinctId: `u${n}` }));
    expect(new Set(byDevice).size).toBe(1);
    expect(values((n) => ({ distinctId: `u${n}` }))).toEqual(values((n) => ({ deviceId: `u${n}` })));
  });
});

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

describe('the exposed', () => {
  const called = (about: object = {}) => ({
    ...{ event: '$feature_flag_called', distinctId: 'ann', timestamp: Date.parse(START), createdAt: 0 },
    properties: { $feature_flag: 'checkout', $feature_flag_response: 'test' },
    ...about,
  });
  const custom = { kind: 'ExperimentEventExposureConfig', event: 'seen', properties: [] };
  const seen = (properties: NewEvent['properties']) => called({ event: 'seen', properties });
  const onPro = { key: 'plan', type: 'event', operator: 'exact', value: ['pro'] };

  it.each<[what: string, criteria: object, event: NewEvent, status: number]>([
    ['had the flag called', {}, called(), 200],
    ['had it called after the start', {}, called({ timestamp: Date.parse(START) - 1 }), 400],
    ['got a variant', {}, called({ properties: { $feature_flag: 'checkout', $feature_flag_response: false } }), 400],
    ['got it of this flag', {}, called({ properties: { $feature_flag: 'x', $feature_flag_response: 'test' } }), 400],
    ['did the event of the criteria', { exposure_config: custom }, seen({ '$feature/checkout': 'test' }), 200],
    ['did it with a variant', { exposure_config: custom }, seen({ $feature_flag_response: 'test' }), 400],
    [
      'did it with its properties',
      { exposure_config: { ...custom, properties: [onPro] } },
      seen({ '$feature/checkout': 'test', plan: 'free' }),
      400,
    ],
  ])('are those who %s', async (_, exposure_criteria, event, status) => {
    const here = await bench();
    const path = await here.draft({ feature_flag_key: 'checkout', exposure_criteria });
    await here.post(`${path}launch/`);
    here.sandbox.store.events.get(here.sandbox.projectId)?.add(event);
    expect((await here.post(`${path}freeze_exposure/`)).status).toBe(status);
  });
});
