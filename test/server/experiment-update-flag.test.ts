import { describe, expect, it } from 'vitest';
import { DRAFT, PAUSED, RUNNING, SHARED, STOPPED } from '../helpers/shop.js';
import { effectsOf, expectRefused, expectUndone, flagRow, sent, warningCodes } from '../helpers/state.js';
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

  it.each([RUNNING, PAUSED, STOPPED])('needs the caller’s switch after the launch (experiment %i)', async (id) => {
    await expectRefused(await openWorld(), {
      tool,
      args: { id, variants: split(10, 90) },
      detail:
        'This experiment is running. To change its flag config, send update_feature_flag_params=true (or edit the feature flag directly).',
      next: 'update_feature_flag_params: true',
    });
  });

  it.each([
    ['split', { variants: split(10, 90) }],
    ['rollout', { rollout_percentage: 30 }],
  ])('changes the %s of a running experiment with the switch, warns, and takes it back', async (_, args) => {
    const world = await openWorld();
    const answer = await expectUndone(world, {
      tool,
      args: { id: RUNNING, ...args, update_feature_flag_params: true },
    });
    expect(warningCodes(answer)).toEqual(['acted_at_once', 'rebucketing']);
  });

  it('keeps every release condition when the rollout changes', async () => {
    const world = await openWorld();
    const country = { key: 'country', type: 'person', operator: 'exact', value: ['NO'] };
    flagRow(world, RUNNING).filters.groups = [
      { properties: [country], rollout_percentage: 100, variant: 'test' },
      { properties: [], rollout_percentage: 50 },
    ];
    const args = { id: RUNNING, rollout_percentage: 10, update_feature_flag_params: true };
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
    const args = { id: RUNNING, variants: split(50, 50), update_feature_flag_params: true };
    const answer = await expectUndone(world, { tool, args });
    expect(answer.data.undo).toMatchObject({ tool: 'feature-flag-restore' });
  });

  it('passes on that variants cannot be added after the launch', async () => {
    await expectRefused(await openWorld(), {
      tool,
      args: {
        id: RUNNING,
        variants: [...split(40, 40), { key: 'third', split_percent: 20 }],
        update_feature_flag_params: true,
      },
      detail: "Can't update feature_flag_variants on Experiment",
      next: 'experiment-duplicate',
    });
  });

  it('warns of the other experiments on the flag', async () => {
    const world = await openWorld();
    const args = { id: SHARED, rollout_percentage: 50, update_feature_flag_params: true };
    expect(warningCodes(await world.call(tool, args))).toContain('shared_flag');
  });

  it('refuses a split that does not sum to 100 before any request, and names the sum', async () => {
    const world = await openWorld();
    const answer = await world.call(tool, { id: DRAFT, variants: split(50, 40) });
    expect(answer.text).toContain('variants: split_percent sums to 90; it must sum to 100');
    expect(world.requests()).toEqual([]);
  });
});
