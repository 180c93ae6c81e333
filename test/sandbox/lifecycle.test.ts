import { describe, expect, test } from 'vitest';
import { bench, rule, START } from './support.js';

const LAUNCHED_AT = START;
const DAY = 86_400_000;

describe('a whole life', () => {
  test('goes from draft to shipped, archived and back to draft', async () => {
    const { draft, post, get, advance } = await bench();
    const path = await draft();
    expect((await get(path)).json).toMatchObject({
      status: 'draft',
      start_date: null,
      feature_flag: { active: false },
    });

    const launched = await post(`${path}launch/`);
    expect(launched.status).toBe(200);
    expect(launched.json).toMatchObject({ status: 'running', start_date: LAUNCHED_AT, feature_flag: { active: true } });

    const paused = await post(`${path}pause/`);
    expect(paused.json).toMatchObject({ status: 'paused', start_date: LAUNCHED_AT, end_date: null });
    expect((await post(`${path}resume/`)).json).toMatchObject({ status: 'running', feature_flag: { active: true } });

    advance(14 * DAY);
    const ended = await post(`${path}end/`, { conclusion: 'won', conclusion_comment: 'Clear.' });
    expect(ended.json).toMatchObject({
      status: 'stopped',
      end_date: '2026-09-15T12:00:00Z',
      conclusion: 'won',
      conclusion_comment: 'Clear.',
      feature_flag: { active: true },
    });

    advance(DAY);
    const shipped = await post(`${path}ship_variant/`, { variant_key: 'test' });
    expect(shipped.json).toMatchObject({ end_date: '2026-09-15T12:00:00Z', conclusion: 'won' });

    expect((await post(`${path}archive/`)).json).toMatchObject({ archived: true, feature_flag: { active: true } });
    expect((await post(`${path}unarchive/`)).json).toMatchObject({ archived: false });

    expect((await post(`${path}reset/`)).json).toMatchObject({
      status: 'draft',
      start_date: null,
      end_date: null,
      conclusion: null,
      conclusion_comment: null,
      feature_flag: { active: true },
    });
  });

  test('bumps version and time and leaves an activity entry with every write', async () => {
    const { draft, post, patch, advance, sandbox } = await bench();
    const path = await draft();
    const write = async (send: () => Promise<unknown>) => {
      advance(1000);
      await send();
    };
    await write(() => post(`${path}launch/`));
    await write(() => post(`${path}pause/`));
    await write(() => patch(path, { name: 'Renamed' }));
    const row = sandbox.store.experiments.get(1);
    expect(row?.version).toBe(3);
    expect(row?.updated_at).toBe('2026-09-01T12:00:03Z');
    const entries = row?.activity.filter(({ about }) => about === undefined);
    expect(entries?.map((entry) => entry.activity)).toEqual(['created', 'updated', 'paused', 'updated']);
    expect(row?.activity.at(-1)?.changes).toEqual([{ field: 'name', before: 'Experiment 1', after: 'Renamed' }]);
  });
});

const PRECONDITIONS: [action: string, steps: string[], detail: string][] = [
  ['launch', ['launch'], 'Experiment has already been launched.'],
  ['launch', ['launch', 'end'], 'Experiment has already been launched.'],
  ['pause', [], 'Experiment has not been launched yet.'],
  ['pause', ['launch', 'end'], 'Experiment has already ended.'],
  ['pause', ['launch', 'pause'], 'Experiment is already paused.'],
  ['resume', [], 'Experiment has not been launched yet.'],
  ['resume', ['launch', 'end'], 'Experiment has already ended.'],
  ['resume', ['launch'], 'Experiment is not paused.'],
  ['end', [], 'Experiment has not been launched yet.'],
  ['end', ['launch', 'end'], 'Experiment has already ended.'],
  ['reset', [], 'Experiment is already in draft state.'],
  ['archive', [], 'Experiment must be ended before it can be archived.'],
  ['archive', ['launch'], 'Experiment must be ended before it can be archived.'],
  ['archive', ['launch', 'end', 'archive'], 'Experiment is already archived.'],
  ['unarchive', ['launch', 'end'], 'Experiment is not archived.'],
  ['create_exposure_cohort_for_experiment', [], 'Experiment does not have a start date'],
  [
    'create_exposure_cohort_for_experiment',
    ['launch', 'create_exposure_cohort_for_experiment'],
    'Experiment already has an exposure cohort',
  ],
];

describe('preconditions', () => {
  test.each(PRECONDITIONS)('%s after %j answers 400 and changes nothing', async (action, steps, detail) => {
    const { draft, post, get } = await bench();
    const path = await draft();
    for (const step of steps) expect((await post(`${path}${step}/`)).status).toBeLessThan(300);
    const before = (await get(path)).json;
    const refused = await post(`${path}${action}/`);
    expect(refused.status).toBe(400);
    expect(refused.json).toEqual(rule(detail));
    expect((await get(path)).json).toEqual(before);
  });

  test('ship_variant asks for a variant before it looks at the state', async () => {
    const { draft, post } = await bench();
    const path = await draft();
    expect((await post(`${path}ship_variant/`)).json).toEqual({
      type: 'validation_error',
      code: 'required',
      detail: 'This field is required.',
      attr: 'variant_key',
    });
    const refused = await post(`${path}ship_variant/`, { variant_key: 'test' });
    expect(refused.json).toEqual(rule('Experiment has not been launched yet.'));
    await post(`${path}launch/`);
    const unknown = await post(`${path}ship_variant/`, { variant_key: 'blue' });
    expect(unknown.json).toEqual(rule("Variant 'blue' not found on feature flag."));
  });

  test('launch refuses a deleted flag and a flag that has fewer than two variants', async () => {
    const { draft, post, patch } = await bench();
    const path = await draft();
    await patch('/feature_flags/1/', { filters: { multivariate: null } });
    expect((await post(`${path}launch/`)).json).toEqual(
      rule('Feature flag must have at least 2 variants (a baseline and at least one test variant)'),
    );
    await patch('/feature_flags/1/', { deleted: true });
    expect((await post(`${path}launch/`)).json).toEqual(
      rule('Experiment cannot be launched because its feature flag has been deleted.'),
    );
  });

  test('launch refuses more than twenty variants, a web experiment without control, and a lost baseline', async () => {
    const { draft, post, patch } = await bench();
    const many = Array.from({ length: 25 }, (_, index) => ({ key: `v${index}`, rollout_percentage: 4 }));
    const path = await draft();
    await patch('/feature_flags/1/', { filters: { multivariate: { variants: many } } });
    expect((await post(`${path}launch/`)).json).toEqual(rule('Feature flag must have at most 20 variants'));
    const two = [
      { key: 'a', rollout_percentage: 50 },
      { key: 'b', rollout_percentage: 50 },
    ];
    const web = await draft({ type: 'web' });
    await patch('/feature_flags/2/', { filters: { multivariate: { variants: two } } });
    expect((await post(`${web}launch/`)).json).toEqual(rule("Web experiments require a variant with key 'control'"));
    const variants = [...two, { key: 'control', rollout_percentage: 0 }];
    const filters = { multivariate: { variants } };
    const excluding = await draft({ feature_flag: { filters }, excluded_variants: ['b'] });
    await patch('/feature_flags/3/', { filters: { multivariate: { variants: [two[0], { ...two[1], key: 'c' }] } } });
    expect((await post(`${excluding}launch/`)).json).toEqual(rule("unknown variants for this experiment: ['b']"));
    const pinned = await draft({ stats_config: { baseline_variant_key: 'test' } });
    await patch('/feature_flags/4/', { filters: { multivariate: { variants: two } } });
    expect((await post(`${pinned}launch/`)).json).toEqual(
      rule("Invalid baseline_variant_key: 'test'. Must be one of: a, b"),
    );
  });
});
