import { describe, expect, it } from 'vitest';
import { openAltered } from '../helpers/altered-world.js';
import { DRAFT, RUNNING, SHARED } from '../helpers/shop.js';
import { effectsOf, expectUndone, flagRow, idIn, sent, warningCodes } from '../helpers/state.js';
import { openWorld } from '../helpers/world.js';

const tool = 'experiment-update';
const payloads = '{"control":"old","test":{"size":3,"words":["ä",null]}}';
const stored = { control: '"old"', test: '{"size":3,"words":["ä",null]}' };
const fromNorway = { key: 'country', value: ['NO'], operator: 'exact', type: 'person' };

describe('payloads of variants', () => {
  it.each([
    ['draft', DRAFT],
    ['running experiment', RUNNING],
  ])('are set on a %s, shown decoded, and taken back exactly', async (_, id) => {
    const world = await openWorld();
    await expectUndone(world, { tool, args: { id, payloads } });
    await world.call(tool, { id, payloads });
    expect(flagRow(world, id).filters.payloads).toEqual(stored);
    const { data } = await world.call('experiment-get', { id });
    expect(data.feature_flag).toMatchObject({ payloads: JSON.parse(payloads) });
    await expectUndone(world, { tool, args: { id, payloads: '{"test":7}', name: 'Another' } });
    // Of a running experiment this needs a reason: everyone would get the same, which no variant had.
    if (id === DRAFT) await expectUndone(world, { tool, args: { id, clear: ['payloads'] } });
    flagRow(world, id).filters.payloads = { test: '{ "spaced": 1 }' };
    await expectUndone(world, { tool, args: { id, payloads } });
  });

  it('reach users of a running experiment, whose results then mix two treatments', async () => {
    const world = await openWorld();
    const answer = await world.call(tool, { id: RUNNING, payloads });
    expect(effectsOf(answer)).toEqual({
      users: expect.stringMatching(/^From now on .* They get the new payloads\.$/),
      analysis: 'Data from before and after the change do not compare.',
    });
    expect(warningCodes(answer)).toEqual(['acted_at_once', 'payloads_changed']);
    expect(answer.data.changes).toEqual([{ path: 'feature_flag.payloads', before: null, after: stored }]);
    const again = await world.call(tool, { id: RUNNING, payloads });
    expect(again.data.status).toBe('already_done');
  });

  it('are left alone where PostHog keeps them encrypted', async () => {
    const { world, proxies } = await openAltered(tool);
    for (const proxy of proxies)
      proxy.rewrite((json) =>
        JSON.parse(
          JSON.stringify(json).replaceAll(
            '"evaluation_runtime":',
            '"has_encrypted_payloads":true,"evaluation_runtime":',
          ),
        ),
      );
    const answer = await world.call(tool, { id: DRAFT, payloads });
    expect(answer.data.error).toMatchObject({ code: 'invalid_arguments', field: 'payloads' });
    expect(answer.text).toContain('encrypted');
  });

  it('are refused where they are no object, or for no variant', async () => {
    const world = await openWorld();
    for (const text of ['"text"', '{test:1}', '[1]']) {
      const answer = await world.call(tool, { id: DRAFT, payloads: text });
      expect(answer.data.error, text).toMatchObject({ code: 'invalid_arguments', field: 'payloads' });
    }
    const stray = await world.call(tool, { id: DRAFT, payloads: '{"tset":1}' });
    expect(stray.data.error).toMatchObject({
      code: 'refused',
      detail: "payloads.tset: Payload key 'tset' does not match any variant key.",
    });
    expect(flagRow(world, DRAFT).filters).not.toHaveProperty('payloads');
  });
});

describe('experience continuity', () => {
  it('is set, shown and taken back, on its own and beside other changes', async () => {
    const world = await openWorld();
    const args = { id: DRAFT, ensure_experience_continuity: true };
    const answer = await expectUndone(world, { tool, args });
    expect(answer.data.changes).toEqual([
      { path: 'feature_flag.ensure_experience_continuity', before: false, after: true },
    ]);
    await expectUndone(world, { tool, args: { ...args, rollout_percentage: 40, description: 'Other' } });
    const combined = await world.call(tool, { ...args, id: RUNNING });
    expect(effectsOf(combined).users).toMatch(/Users who log in keep their variant\.$/);
    const { data } = await world.call('experiment-get', { id: RUNNING });
    expect(data.feature_flag).toMatchObject({ ensure_experience_continuity: true });
    await expectUndone(world, { tool, args: { id: RUNNING, ensure_experience_continuity: false } });
  });
});

describe('who a draft is released to', () => {
  it.each([
    ['conditions', { release_conditions: ['country = NO', 'person:plan is_set'] }],
    ['groups', { aggregation_group_type_index: 1 }],
  ])('%s: are set, shown, changed, emptied, and taken back exactly', async (_, given) => {
    const world = await openWorld();
    const clear = Object.keys(given);
    const answer = await expectUndone(world, { tool, args: { id: DRAFT, ...given } });
    expect(sent(world)[0]?.request).toBe(`PATCH feature_flags/${flagRow(world, DRAFT).id}`);
    expect(effectsOf(answer).users).toMatch(/^Nobody yet, the flag is off\./);
    await world.call(tool, { id: DRAFT, ...given });
    const again = await world.call(tool, { id: DRAFT, ...given });
    expect(again.data.status).toBe('already_done');
    await expectUndone(world, { tool, args: { id: DRAFT, clear } });
    await world.call(tool, { id: DRAFT, clear });
    expect((await world.call(tool, { id: DRAFT, clear })).data.status).toBe('already_done');
  });

  it('reads conditions back in the words of the input, and keeps rollout, split and payloads', async () => {
    const world = await openWorld();
    await world.call(tool, { id: DRAFT, rollout_percentage: 30, payloads });
    await world.call(tool, { id: DRAFT, release_conditions: ['country = NO'] });
    const [group, ...others] = flagRow(world, DRAFT).filters.groups;
    expect([group, others]).toEqual([{ properties: [fromNorway], rollout_percentage: 30 }, []]);
    const { data } = await world.call('experiment-get', { id: DRAFT });
    expect(data.feature_flag).toMatchObject({
      release_conditions: ['person:country = NO'],
      rollout_percentage: 30,
      payloads: JSON.parse(payloads),
    });
  });

  it('moves groups to another type, which their own would outweigh', async () => {
    const world = await openWorld();
    await world.call(tool, { id: DRAFT, aggregation_group_type_index: 0 });
    await world.call(tool, { id: DRAFT, aggregation_group_type_index: 2 });
    const { filters } = flagRow(world, DRAFT);
    expect([filters.aggregation_group_type_index, filters.groups[0]?.aggregation_group_type_index]).toEqual([2, 2]);
    const answer = await world.call(tool, { id: DRAFT, release_conditions: ['country = NO'] });
    expect(answer.data.error).toMatchObject({ code: 'invalid_arguments', field: 'release_conditions' });
  });

  it('is refused after the launch, beside other changes, and where the flag has several groups', async () => {
    const world = await openWorld();
    const conditions = { release_conditions: ['country = NO'] };
    flagRow(world, SHARED).filters.groups.push({ properties: [], rollout_percentage: 5 });
    for (const args of [
      { id: RUNNING, ...conditions },
      { id: DRAFT, ...conditions, name: 'Other' },
      { id: DRAFT, ...conditions, clear: ['description'] },
      { id: DRAFT, release_conditions: ['session:$browser = x'] },
      { id: DRAFT, release_conditions: ['step 2: x = y'] },
    ]) {
      const answer = await world.call(tool, args);
      expect(answer.data.error, JSON.stringify(args)).toMatchObject({ code: 'invalid_arguments' });
    }
    expect(sent(world)).toEqual([]);
  });
});

describe('a new experiment', () => {
  const draft = { name: 'New', feature_flag_key: 'new-key' };
  const given = { payloads, ensure_experience_continuity: true, aggregation_group_type_index: 1 };

  it('takes payloads, continuity and groups, and its copy has them too', async () => {
    const world = await openWorld();
    const id = idIn(await world.call('experiment-create', { ...draft, ...given }));
    const shown = { ...given, payloads: JSON.parse(payloads) };
    expect((await world.call('experiment-get', { id })).data.feature_flag).toMatchObject(shown);
    const copy = await world.call('experiment-duplicate', { id, feature_flag_key: 'copied' });
    expect(copy.data.experiment).toMatchObject({ feature_flag: shown });
  });

  it('takes none of them for a flag that exists', async () => {
    const world = await openWorld();
    const { key: feature_flag_key } = flagRow(world, DRAFT);
    const answer = await world.call('experiment-create', { ...draft, feature_flag_key, ...given });
    expect(answer.data.error).toMatchObject({ code: 'refused', field: 'feature_flag_key' });
    expect(answer.text).toContain('payloads and ensure_experience_continuity and aggregation_group_type_index');
  });
});
