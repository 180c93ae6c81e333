import { describe, expect, test } from 'vitest';
import type { NewEvent } from '../../src/sandbox/events/store.js';
import { at, type Bench, bench, rule, START } from './support.js';

const NOTE = 'Added automatically when the experiment exposure was frozen to stop new enrollment.';

function expose({ sandbox }: Bench, exposures: Record<string, number>): void {
  const row = sandbox.store.experiments.get(1);
  if (row) row.data.exposures = exposures;
}

/** A running experiment, seen by 300 people. */
async function running(): Promise<{ ready: Bench; path: string }> {
  const ready = await bench();
  const path = await ready.draft();
  await ready.post(`${path}launch/`);
  expose(ready, { control: 150, test: 148, $multiple: 2 });
  return { ready, path };
}

const GROUPS = [
  { properties: [{ key: 'email', type: 'person', value: 'a', operator: 'icontains' }], rollout_percentage: 40 },
  { properties: [], rollout_percentage: 100, description: 'Everybody else', variant: 'test' },
];

async function groups({ get }: Bench, path: string): Promise<unknown> {
  return at((await get(path)).json, 'feature_flag', 'filters', 'groups');
}

describe('freeze', () => {
  test('narrows every group to a static cohort of the exposed, and leaves dates and split alone', async () => {
    const { ready, path } = await running();
    await ready.patch('/feature_flags/1/', { filters: { groups: GROUPS } });
    const before = (await ready.get(path)).json;
    expect([before.status, before.can_freeze_exposure]).toEqual(['running', true]);
    const { status, json } = await ready.post(`${path}freeze_exposure/`);
    expect([status, json.status, json.can_freeze_exposure, json.end_date]).toEqual([
      200,
      'exposure_frozen',
      false,
      null,
    ]);
    const inCohort = { key: 'id', type: 'cohort', value: 1, operator: 'in' };
    const stamp = { exposure_frozen: true, exposure_frozen_cohort: 1 };
    expect(at(json, 'feature_flag', 'filters', 'groups')).toEqual([
      { ...GROUPS[0], properties: [...(GROUPS[0]?.properties ?? []), inCohort], description: NOTE, ...stamp },
      { ...GROUPS[1], properties: [inCohort], description: `${NOTE} Everybody else`, ...stamp },
    ]);
    expect(at(json, 'feature_flag', 'filters', 'multivariate')).toEqual(
      at(before, 'feature_flag', 'filters', 'multivariate'),
    );
    expect((await ready.get('/cohorts/1/')).json).toMatchObject({
      name: 'Exposure snapshot for experiment "Experiment 1"',
      is_static: true,
      count: 300,
    });
  });

  test('is undone exactly, with its cohort deleted', async () => {
    const { ready, path } = await running();
    await ready.patch('/feature_flags/1/', { filters: { groups: GROUPS } });
    await ready.post(`${path}freeze_exposure/`);
    const { status, json } = await ready.post(`${path}unfreeze_exposure/`);
    expect([status, json.status, json.can_freeze_exposure]).toEqual([200, 'running', true]);
    expect(await groups(ready, path)).toEqual(GROUPS);
    expect((await ready.get('/cohorts/1/')).status).toBe(404);
  });

  test('keeps what was edited in the groups meanwhile', async () => {
    const { ready, path } = await running();
    const frozen = await ready.post(`${path}freeze_exposure/`);
    const [group] = Object(at(frozen.json, 'feature_flag', 'filters', 'groups'));
    const own = { key: 'id', type: 'cohort', value: 7, operator: 'in' };
    const edited = { ...group, rollout_percentage: 30, properties: [...group.properties, own] };
    await ready.patch('/feature_flags/1/', { filters: { groups: [edited] } });
    await ready.post(`${path}unfreeze_exposure/`);
    expect(await groups(ready, path)).toEqual([{ properties: [own], rollout_percentage: 30 }]);
  });

  test('leaves an activity entry each way', async () => {
    const { ready, path } = await running();
    await ready.post(`${path}freeze_exposure/`);
    await ready.post(`${path}unfreeze_exposure/`);
    const entries = ready.sandbox.store.experiments.get(1)?.activity.filter(({ about }) => about === undefined);
    const verbs = entries?.map(({ activity }) => activity);
    expect(verbs?.slice(-2)).toEqual(['exposure_frozen', 'exposure_unfrozen']);
  });

  test('survives pause and resume, and freezes the sharers of the flag too', async () => {
    const { ready, path } = await running();
    const sharer = await ready.draft({ feature_flag_key: 'flag-1', start_date: '2026-08-01T00:00:00Z' });
    await ready.post(`${path}freeze_exposure/`);
    expect((await ready.get(sharer)).json.status).toBe('exposure_frozen');
    expect((await ready.post(`${path}pause/`)).json.status).toBe('paused');
    expect((await ready.post(`${path}resume/`)).json.status).toBe('exposure_frozen');
  });

  test.each([
    ['ship_variant', { variant_key: 'test' }],
    ['reset', undefined],
  ])('ends with %s, and its cohort with it', async (action, body) => {
    const { ready, path } = await running();
    const before = await groups(ready, path);
    await ready.post(`${path}freeze_exposure/`);
    await ready.post(`${path}${action}/`, body);
    expect(await groups(ready, path)).toEqual(before);
    expect((await ready.get('/cohorts/1/')).status).toBe(404);
  });

  test('deletes no cohort that somebody else made, though the stamp names it', async () => {
    const { ready, path } = await running();
    await ready.post(`${path}create_exposure_cohort_for_experiment/`);
    await ready.post(`${path}freeze_exposure/`);
    const group = { properties: [], rollout_percentage: 100, exposure_frozen: true, exposure_frozen_cohort: 1 };
    await ready.patch('/feature_flags/1/', { filters: { groups: [group] } });
    expect((await ready.post(`${path}unfreeze_exposure/`)).json.status).toBe('running');
    expect((await ready.get('/cohorts/1/')).status).toBe(200);
  });
});

describe('freeze is refused', () => {
  async function refusal(change: (ready: Bench, path: string) => Promise<unknown>, action = 'freeze_exposure') {
    const { ready, path } = await running();
    await change(ready, path);
    const before = await groups(ready, path);
    const refused = await ready.post(`${path}${action}/`);
    expect(await groups(ready, path)).toEqual(before);
    expect(refused.status).toBe(400);
    return refused.json;
  }
  const flag = (ready: Bench, body: object) => ready.patch('/feature_flags/1/', body);

  test.each<[string, string, (ready: Bench, path: string) => Promise<unknown>]>([
    ['for a draft', 'Experiment has not been launched yet.', ({ post }, path) => post(`${path}reset/`)],
    ['after the end', 'Experiment has already ended.', ({ post }, path) => post(`${path}end/`)],
    ['while paused', 'Cannot freeze a paused experiment. Resume it first.', ({ post }, path) => post(`${path}pause/`)],
    ['twice', 'Experiment exposure is already frozen.', ({ post }, path) => post(`${path}freeze_exposure/`)],
    [
      'for groups instead of people',
      'Group-aggregated experiments cannot have their exposure frozen.',
      (ready) => flag(ready, { filters: { aggregation_group_type_index: 0 } }),
    ],
    [
      'in a holdout',
      'Experiments in a holdout cannot have their exposure frozen: holdout assignment is evaluated before release conditions, so new users would keep entering the holdout.',
      (ready) => flag(ready, { filters: { holdout: { id: 1, exclusion_percentage: 10 } } }),
    ],
    [
      'with early access',
      "This experiment's feature flag has early access conditions, which are evaluated before release conditions, so freezing cannot stop new enrollment.",
      (ready) => flag(ready, { filters: { super_groups: [{ properties: [] }] } }),
    ],
    [
      'without release conditions',
      "Experiment's feature flag has no release conditions to freeze.",
      (ready) => flag(ready, { filters: { groups: [] } }),
    ],
    [
      'with nobody exposed',
      'No users have been exposed to this experiment yet, so freezing would stop it for everyone. Wait until the experiment has recorded exposures.',
      async (ready) => expose(ready, {}),
    ],
    [
      'with too many exposed',
      "This experiment has too many exposed users (over 100,000) to freeze instantly. Freezing very large experiments isn't supported yet.",
      async (ready) => expose(ready, { control: 50_000, test: 50_001 }),
    ],
  ])('%s', async (_when, detail, change) => {
    expect(await refusal(change)).toEqual(rule(detail));
  });

  test('for a deleted flag', async () => {
    const json = await refusal(async ({ sandbox }) => {
      const row = sandbox.store.flags.get(1);
      if (row) row.deleted = true;
    });
    expect(json).toEqual(rule("Experiment's feature flag has been deleted."));
  });

  test.each<[string, string, (ready: Bench, path: string) => Promise<unknown>]>([
    ['a draft', 'Experiment has not been launched yet.', ({ post }, path) => post(`${path}reset/`)],
    ['one that ended', 'Experiment has already ended.', ({ post }, path) => post(`${path}end/`)],
    ['one that is not frozen', 'Experiment exposure is not frozen.', async () => undefined],
  ])('to be undone for %s', async (_what, detail, change) => {
    expect(await refusal(change, 'unfreeze_exposure')).toEqual(rule(detail));
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

  test.each<[what: string, criteria: object, event: NewEvent, status: number]>([
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
