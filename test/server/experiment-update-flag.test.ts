import { describe, expect, it } from 'vitest';
import { DRAFT, RUNNING, SHARED } from '../helpers/shop.js';
import { effectsOf, expectRefused, expectUndone, flagRow, idIn, sent, warningCodes } from '../helpers/state.js';
import { openWorld } from '../helpers/world.js';

const tool = 'experiment-update';

function split(control: number, test: number) {
  return [
    { key: 'control', split_percent: control },
    { key: 'test', split_percent: test },
  ];
}

describe('experiment-update of split and rollout', () => {
  it('changes them on a draft without a switch', async () => {
    const world = await openWorld();
    const answer = await world.call(tool, { id: DRAFT, variants: split(10, 90), rollout_percentage: 25 });
    expect(effectsOf(answer).users).toBe(
      'Nobody yet, the flag is off. Once it is on, 25% of users are split control 10%, test 90%.',
    );
    expect(sent(world)[0]?.body).not.toHaveProperty('update_feature_flag_params');
  });

  it('may change the set of variants of a draft, and takes that back with their names', async () => {
    const world = await openWorld();
    const variants = [...split(40, 40), { key: 'third', name: 'Third way', split_percent: 20 }];
    await expectUndone(world, { tool, args: { id: DRAFT, variants } });
    await world.call(tool, { id: DRAFT, variants });
    await expectUndone(world, { tool, args: { id: DRAFT, variants: split(50, 50) } });
    const renamed = variants.map((variant) => ({ ...variant, name: `New ${variant.key}` }));
    await expectUndone(world, { tool, args: { id: DRAFT, variants: renamed } });
  });

  it('takes variant keys as PostHog does: dots, slashes and letters of any script', async () => {
    const world = await openWorld();
    const keys = ['control', 'v1.2', 'checkout/new flow', 'вариант Б'];
    const variants = (first: number) =>
      keys.map((key, index) => ({ key, split_percent: index === 0 ? first : (100 - first) / 3 }));
    const feature_flag_key = 'odd-keys';
    const made = await world.call('experiment-create', { name: 'Odd', feature_flag_key, variants: variants(40) });
    const id = idIn(made);
    await expectUndone(world, { tool, args: { id, variants: variants(10) } });
    await world.call('experiment-launch', { id });
    const split = await expectUndone(world, { tool, args: { id, variants: variants(70) } });
    expect(split.data.changes).toContainEqual({
      path: 'feature_flag.variants."checkout/new flow"',
      before: 20,
      after: 10,
    });
    for (const key of ['', ' test', 'test ', 'te\u0000st', 'te\u202est']) {
      const refused = await world.call(tool, {
        id,
        variants: [...variants(40).slice(0, 3), { key, split_percent: 20 }],
      });
      expect(refused.data.error, key).toMatchObject({ code: 'invalid_arguments', field: 'variants[3].key' });
    }
  });

  it.each([
    ['split', { variants: split(10, 90) }, 'rebucketing'],
    ['order', { variants: split(50, 50).reverse() }, 'rebucketing'],
    ['rollout', { rollout_percentage: 30 }, 'rollout_changed'],
  ])('changes the %s of a running experiment, warns, and takes it back', async (_, args, code) => {
    const world = await openWorld();
    const answer = await expectUndone(world, {
      tool,
      args: { id: RUNNING, ...args },
    });
    expect(warningCodes(answer)).toEqual(['acted_at_once', code]);
    expect(sent(world)[0]?.body).toHaveProperty('update_feature_flag_params', true);
    expect(effectsOf(answer).analysis).toBe('Data from before and after the change do not compare.');
  });

  it('says in plain words whom a lower, a higher and no rollout reach', async () => {
    const world = await openWorld();
    const users = async (rollout_percentage: number) =>
      effectsOf(await world.call(tool, { id: RUNNING, rollout_percentage })).users;
    const splits = 'are split control 50%, test 50%.';
    expect(await users(30)).toBe(`From now on 30% of users ${splits} The others get the default of the code.`);
    expect(await users(60)).toBe(`From now on 60% of users ${splits} Those inside keep their variant.`);
    expect(await users(0)).toBe(
      'Nobody enters any more, since the rollout is 0%: everyone gets the default of the code.',
    );
    const { data } = await world.call('experiment-pause', { id: RUNNING });
    expect(data.status).toBe('applied');
    expect(await users(0)).toBe(
      'Unchanged. Nobody is in a variant: the flag is off, everyone gets the default of the code.',
    );
  });

  it('shows a new label and a new order, and calls only the order a change for users', async () => {
    const world = await openWorld();
    const [control, test] = split(50, 50);
    const label = { id: RUNNING, variants: [control, { ...test, name: 'Big' }] };
    const labelled = await expectUndone(world, { tool, args: label });
    expect(labelled.data.changes).toEqual([{ path: 'feature_flag.variant_names.test', before: null, after: 'Big' }]);
    expect(warningCodes(labelled)).toEqual([]);
    expect(effectsOf(labelled)).toMatchObject({ users: expect.stringMatching(/^Unchanged\./), analysis: 'Unchanged.' });
    const order = { id: RUNNING, variants: [test, control] };
    expect((await world.call(tool, order)).data.changes).toEqual([
      { path: 'feature_flag.variant_order', before: ['control', 'test'], after: ['test', 'control'] },
    ]);
  });

  it('names the release groups that a new rollout leaves as they are', async () => {
    const world = await openWorld();
    const country = { key: 'country', type: 'person', operator: 'exact', value: ['NO'] };
    flagRow(world, RUNNING).filters.groups = [
      { properties: [], rollout_percentage: 50 },
      { properties: [country], rollout_percentage: 20, variant: 'test' },
      { properties: [], rollout_percentage: 100 },
    ];
    const args = { id: RUNNING, rollout_percentage: 0 };
    const answer = await world.call(tool, args);
    expect(answer.text).toContain(
      'Unchanged: group 2 (20% of users who match its conditions, always \\"test\\"); group 3 (all users).',
    );
    expect(effectsOf(answer).users).toBe(
      'From now on all users are split control 50%, test 50%, except that release group 2 always gets "test".',
    );
    const moved = await world.call(tool, { id: RUNNING, variants: split(10, 90) });
    expect(warningCodes(moved)).not.toContain('other_release_groups');
  });

  it('keeps every release condition when the rollout changes', async () => {
    const world = await openWorld();
    const country = { key: 'country', type: 'person', operator: 'exact', value: ['NO'] };
    flagRow(world, RUNNING).filters.groups = [
      { properties: [country], rollout_percentage: 100, variant: 'test' },
      { properties: [], rollout_percentage: 50 },
    ];
    const args = { id: RUNNING, rollout_percentage: 10 };
    await expectUndone(world, { tool, args });
    await world.call(tool, args);
    expect(flagRow(world, RUNNING).filters.groups).toEqual([
      { properties: [country], rollout_percentage: 10, variant: 'test' },
      { properties: [], rollout_percentage: 50 },
    ]);
  });

  it('restores fractions of percents through the flag’s saved filters', async () => {
    const world = await openWorld();
    flagRow(world, RUNNING).filters.multivariate = {
      variants: [
        { key: 'control', name: '', rollout_percentage: 33.4 },
        { key: 'test', name: '', rollout_percentage: 66.6 },
      ],
    };
    const args = { id: RUNNING, variants: split(50, 50) };
    const answer = await expectUndone(world, { tool, args });
    expect(answer.data.undo).toMatchObject({ tool: 'feature-flag-restore' });
  });

  it('passes on that variants cannot be added after the launch', async () => {
    await expectRefused(await openWorld(), {
      tool,
      args: {
        id: RUNNING,
        variants: [...split(40, 40), { key: 'third', split_percent: 20 }],
      },
      detail: "Can't update feature_flag_variants on Experiment",
      next: 'experiment-duplicate',
    });
  });

  it('previews no change of variants that PostHog is certain to refuse', async () => {
    const world = await openWorld({ confirm: 'token' });
    const args = {
      id: RUNNING,
      variants: [...split(40, 40), { key: 'third', split_percent: 20 }],
    };
    const answer = await world.call(tool, args);
    expect(answer.isError).toBe(true);
    expect(answer.text).toContain("Can't update feature_flag_variants on Experiment");
  });

  it('warns of the other experiments on the flag', async () => {
    const world = await openWorld();
    const args = { id: SHARED, rollout_percentage: 50 };
    expect(warningCodes(await world.call(tool, args))).toContain('shared_flag');
  });

  it('refuses a split that does not sum to 100 before any request, and names the sum', async () => {
    const world = await openWorld();
    const answer = await world.call(tool, { id: DRAFT, variants: split(50, 40) });
    expect(answer.text).toContain('variants: split_percent sums to 90; it must sum to 100');
    expect(world.requests()).toEqual([]);
  });
});
