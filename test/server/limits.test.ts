import { describe, expect, it } from 'vitest';
import type { OnlyExperiments } from '../../src/writes/pipeline/only.js';
import { carryOut, confirm, openTokenWorld, preview, wholeStore } from '../helpers/consent.js';
import { fewWhenDistant } from '../helpers/distance.js';
import { addHoldout, addSavedMetric, SAVED_METRIC } from '../helpers/furnish.js';
import { ARCHIVED, DRAFT, PAUSED, RUNNING, SHARED, SHARED_TOO, STOPPED } from '../helpers/shop.js';
import { type Call, experimentRow, flagRow, sent } from '../helpers/state.js';
import { type Answer, NOW, openWorld, type World } from '../helpers/world.js';

const PAUSE: Call = { tool: 'experiment-pause', args: { id: RUNNING } };
const RESUME: Call = { tool: 'experiment-resume', args: { id: RUNNING } };
const MINUTE = 60_000;

/** Expects that nothing was sent, and by whose limits. */
async function expectOutside(world: World, { tool, args }: Call): Promise<Answer> {
  const before = wholeStore(world);
  const writes = sent(world).length;
  const answer = await world.call(tool, args);
  expect(answer.data.error, answer.text).toMatchObject({ code: 'outside_limits' });
  expect(answer.text).toContain('nothing was sent');
  expect(sent(world)).toHaveLength(writes);
  expect(wholeStore(world)).toEqual(before);
  return answer;
}

async function openLimited(maxLivePerHour: number, confirm: 'off' | 'token' = 'off') {
  const clock = { now: NOW.getTime() };
  const world = await openWorld({ confirm, limits: { maxLivePerHour }, now: () => new Date(clock.now) });
  return Object.assign(world, { clock });
}

describe('--max-live-writes', () => {
  it('lets as many live calls pass within any hour, and says how long to wait', async () => {
    const world = await openLimited(2);
    await world.call(PAUSE.tool, PAUSE.args);
    world.clock.now += 20 * MINUTE;
    await world.call(RESUME.tool, RESUME.args);
    world.clock.now += 30 * MINUTE;
    const refused = await expectOutside(world, PAUSE);
    expect(refused.data.error).toMatchObject({ retry_after_seconds: 600 });
    expect(refused.text).toContain('at most 2 live or destructive calls an hour');
    expect(refused.text).toContain('Wait 600 seconds');
    world.clock.now += 10 * MINUTE - 1;
    await expectOutside(world, PAUSE);
    world.clock.now += 1;
    expect((await world.call(PAUSE.tool, PAUSE.args)).data).toMatchObject({ status: 'applied' });
    // The second of the hour before still counts.
    await expectOutside(world, RESUME);
  });

  it('counts no previews, nothing that holds already, and nothing that reaches no user', async () => {
    const world = await openLimited(1, 'token');
    for (let times = 0; times < 3; times += 1) await preview(world, PAUSE);
    expect((await world.call('experiment-pause', { id: PAUSED })).data).toMatchObject({ status: 'already_done' });
    await world.call('experiment-update', { id: RUNNING, description: 'Words.' });
    await world.call('experiment-end', { id: SHARED, conclusion: 'inconclusive' });
    expect((await carryOut(world, PAUSE)).data).toMatchObject({ status: 'applied' });
    await expectOutside(world, RESUME);
    const harmless = await world.call('experiment-update', { id: RUNNING, description: 'Other words.' });
    expect(harmless.data).toMatchObject({ status: 'applied' });
  });

  it('counts what PostHog refused, since it was sent', async () => {
    const world = await openLimited(1);
    await world.call('experiment-pause', { id: DRAFT });
    await expectOutside(world, PAUSE);
  });

  it('counts one call as one where it had to be made again on top of somebody else’s change', async () => {
    let raced = false;
    const found: { world?: World } = {};
    const respond = ({ method }: { method: string }) => {
      if (method === 'PATCH' && !raced && found.world) {
        raced = true;
        const row = experimentRow(found.world, RUNNING);
        Object.assign(row, { version: row.version + 1, description: 'Theirs.' });
      }
      return undefined;
    };
    const world = await openWorld({ limits: { maxLivePerHour: 2 }, faults: { respond } });
    found.world = world;
    const args = { id: RUNNING, rollout_percentage: 50, update_feature_flag_params: true };
    expect((await world.call('experiment-update', args)).data).toMatchObject({ status: 'applied' });
    expect((await world.call(PAUSE.tool, PAUSE.args)).data).toMatchObject({ status: 'applied' });
    await expectOutside(world, RESUME);
  });

  it('is not passed by calls at the same moment', async () => {
    const world = await openLimited(2);
    const ids = [RUNNING, SHARED, STOPPED];
    const calls = ids.map((id) => world.call('experiment-reset', { id, disable_feature_flag: true }));
    const codes = (await Promise.all(calls)).map(({ data }) => data.status ?? 'refused');
    expect(codes.sort()).toEqual(['applied', 'applied', 'refused']);
  });

  it('of none says that there are none, and names no time to wait', async () => {
    const answer = await expectOutside(await openLimited(0), PAUSE);
    expect(answer.text).toContain('makes no live or destructive calls');
    expect(answer.data.error).not.toHaveProperty('retry_after_seconds');
  });
});

const byIds: OnlyExperiments = { ids: [RUNNING, PAUSED, SHARED] };
const byTag: OnlyExperiments = { tag: 'agent' };

/** Calls that reach all users of the flag that two experiments share. */
const CHANGES_OF_SHARED: readonly Call[] = [
  { tool: 'experiment-pause', args: { id: SHARED } },
  { tool: 'experiment-reset', args: { id: SHARED, disable_feature_flag: true } },
  { tool: 'experiment-ship-variant', args: { id: SHARED, variant_key: 'test', override_reason: 'Why not.' } },
  { tool: 'experiment-update', args: { id: SHARED, rollout_percentage: 10, update_feature_flag_params: true } },
  { tool: 'experiment-freeze-exposure', args: { id: SHARED } },
];

async function openOnly(only: OnlyExperiments): Promise<World> {
  const world = await openTokenWorld({ limits: { only } });
  for (const id of [RUNNING, PAUSED, SHARED]) experimentRow(world, id).tags = ['agent'];
  return world;
}

describe.each<[string, OnlyExperiments]>([
  ['--only-experiments by ids', byIds],
  ['--only-experiments by a tag', byTag],
])('%s', (_, only) => {
  it('lets live calls within pass', async () => {
    const world = await openOnly(only);
    expect((await carryOut(world, PAUSE)).data).toMatchObject({ status: 'applied' });
    const reset = { tool: 'experiment-reset', args: { id: PAUSED } };
    expect((await carryOut(world, reset)).data).toMatchObject({ status: 'applied' });
  });

  it.each<Call>([
    { tool: 'experiment-launch', args: { id: DRAFT } },
    { tool: 'experiment-reset', args: { id: STOPPED } },
    { tool: 'experiment-delete', args: { id: ARCHIVED } },
    { tool: 'experiment-ship-variant', args: { id: STOPPED, variant_key: 'test', override_reason: 'Why not.' } },
    { tool: 'experiment-archive', args: { id: STOPPED, disable_feature_flag: true } },
    { tool: 'feature-flag-restore', args: { id: STOPPED, filters: '{"groups":[]}' } },
  ])('refuses $tool $args outside', async (call) => {
    const answer = await expectOutside(await openOnly(only), call);
    expect(answer.text).toContain('and this reaches');
    expect(answer.text).toContain('--only-experiments');
  });

  it('refuses to change a flag that an experiment outside shares', async () => {
    const call = { tool: 'experiment-pause', args: { id: SHARED } };
    const answer = await expectOutside(await openOnly(only), call);
    expect(answer.text).toContain(`this reaches ${SHARED_TOO} `);
    const world = await openOnly(only);
    if ('tag' in only) experimentRow(world, SHARED_TOO).tags = ['agent', 'other'];
    else experimentRow(world, SHARED_TOO).flag_id = flagRow(world, DRAFT).id;
    expect((await carryOut(world, call)).data).toMatchObject({ status: 'applied' });
  });

  it.each<[string, Partial<ReturnType<typeof experimentRow>>]>([
    ['has ended', { end_date: '2026-05-31T00:00:00Z' }],
    ['has ended and is archived', { end_date: '2026-05-31T00:00:00Z', archived: true }],
    ['runs and is archived', { archived: true }],
    ['is a draft', { start_date: null }],
  ])('refuses to change a flag that an experiment outside shares which %s', async (_state, state) => {
    const world = await openOnly(only);
    Object.assign(experimentRow(world, SHARED_TOO), state);
    for (const call of CHANGES_OF_SHARED) {
      const answer = await expectOutside(world, call);
      expect(answer.text).toContain(`this reaches ${SHARED_TOO} `);
    }
  });

  it('finds one that shares the flag behind a hundred that may be changed', async () => {
    const world = await openOnly('ids' in only ? { ids: Array.from({ length: 500 }, (_id, at) => at + 8) } : only);
    const { project_id, flag_id } = experimentRow(world, SHARED);
    const many = Array.from({ length: 120 }, (_name, at) =>
      world.sandbox.store.insertExperiment({ project_id, flag_id, name: `Many ${at}`, tags: ['agent'] }),
    );
    const id = many[0]?.id;
    const answer = await expectOutside(world, { tool: 'experiment-delete', args: { id } });
    expect(answer.text).toMatch(new RegExp(`this reaches (${SHARED}|${SHARED_TOO}) `));
  });

  it('risk 52: is not passed by ending and archiving the experiment outside first', async () => {
    const world = await openOnly(only);
    for (const tool of ['experiment-end', 'experiment-archive']) {
      const done = await world.call(tool, { id: SHARED_TOO });
      expect(done.data, done.text).toMatchObject({ status: 'applied' });
    }
    await expectOutside(world, { tool: 'experiment-pause', args: { id: SHARED } });
  });

  it('risk 52: refuses to delete a holdout that no experiment uses', async () => {
    const world = await openOnly(only);
    const { id } = addHoldout(world);
    const answer = await expectOutside(world, { tool: 'experiment-holdouts-destroy', args: { id } });
    expect(answer.text).toContain('none of them uses this holdout');
  });

  it('refuses to change a holdout whose experiment shares its flag with one outside', async () => {
    const world = await openOnly(only);
    const { id } = addHoldout(world, { linked: [SHARED] });
    for (const call of [
      { tool: 'experiment-holdouts-destroy', args: { id } },
      { tool: 'experiment-holdouts-partial-update', args: { id, exclusion_percent: 30 } },
    ]) {
      const answer = await expectOutside(world, call);
      expect(answer.text).toContain(`this reaches ${SHARED_TOO} `);
    }
  });

  it('refuses to change a holdout or a shared metric that reaches outside, or may', async () => {
    const world = await openOnly(only);
    const inside = addHoldout(world, { linked: [RUNNING] }).id;
    const outside = addHoldout(world, { linked: [RUNNING, STOPPED] }).id;
    addSavedMetric(world);
    await expectOutside(world, { tool: 'experiment-holdouts-destroy', args: { id: outside } });
    const metric = { name: 'M', metric_type: 'mean', event: 'signed_up', goal: 'decrease' };
    await expectOutside(world, { tool: 'experiment-saved-metrics-partial-update', args: { id: SAVED_METRIC, metric } });
    await expectOutside(world, { tool: 'experiment-saved-metrics-destroy', args: { id: SAVED_METRIC } });
    const change = { tool: 'experiment-holdouts-partial-update', args: { id: inside, exclusion_percent: 30 } };
    expect((await carryOut(world, change)).data).toMatchObject({ status: 'applied' });
  });

  it.each<Call>([
    { tool: 'experiment-create', args: { name: 'New', feature_flag_key: 'new', tags: ['free'] } },
    { tool: 'experiment-update', args: { id: STOPPED, description: 'Words.', tags: ['free'] } },
    { tool: 'experiment-end', args: { id: SHARED_TOO, conclusion: 'inconclusive' } },
    { tool: 'experiment-archive', args: { id: STOPPED } },
    { tool: 'experiments-bulk-update-tags-create', args: { ids: [DRAFT, STOPPED], action: 'add', tags: ['free'] } },
    { tool: 'experiment-duplicate', args: { id: STOPPED } },
  ])('lets $tool $args pass, which reaches no user', async ({ tool, args }) => {
    expect((await (await openOnly(only)).call(tool, args)).data).toMatchObject({ status: 'applied' });
  });

  it('is held against the experiment also when it is confirmed', async () => {
    const world = await openOnly(only);
    const shown = await preview(world, PAUSE);
    const { project_id, flag_id } = experimentRow(world, RUNNING);
    const late = world.sandbox.store.insertExperiment({ project_id, flag_id, name: 'Late' });
    const before = wholeStore(world);
    const answer = await confirm(world, PAUSE, shown);
    expect(answer.data.error).toMatchObject({ code: 'outside_limits' });
    expect(answer.text).toContain(`this reaches ${late.id} `);
    expect(wholeStore(world)).toEqual(before);
  });
});

/** Every call that gives tags to experiments. */
const tagging = (tag: string): Call[] => [
  { tool: 'experiment-create', args: { name: 'New', feature_flag_key: 'new', tags: ['x', tag] } },
  { tool: 'experiment-update', args: { id: STOPPED, tags: [tag] } },
  { tool: 'experiments-bulk-update-tags-create', args: { ids: [STOPPED], action: 'add', tags: [tag] } },
  { tool: 'experiments-bulk-update-tags-create', args: { ids: [STOPPED, RUNNING], action: 'set', tags: [tag] } },
];

/** White space and what looks like none, outside Latin-1. */
const SPACES = [0x1680, 0x180e, 0x2000, 0x200a, 0x200b, 0x2028, 0x2029, 0x202f, 0x205f, 0x2060, 0x3000, 0xfeff];

describe('the tag of --only-experiments', () => {
  it('risk 51: is given to nobody by any character around it or in it that PostHog may leave out', async () => {
    const world = await openOnly(byTag);
    const tags = () => [...world.sandbox.store.experiments.values()].map((row) => row.tags);
    const before = tags();
    const points = [...Array.from({ length: 0x100 }, (_, at) => at), ...SPACES];
    const characters = points.map((at) => String.fromCodePoint(at)).filter((one) => !/[\p{L}\p{N}]/u.test(one));
    for (const point of fewWhenDistant(characters, 10))
      for (const tag of [`${point}agent`, `agent${point}`, `${point}AGENT${point}`]) {
        await world.call('experiments-bulk-update-tags-create', { ids: [STOPPED], action: 'add', tags: [tag] });
        expect(
          tags()
            .flat()
            .filter((one) => one === 'agent'),
        ).toHaveLength(before.flat().length);
      }
  });

  it.each<[string, string]>([
    ['straße', 'STRAẞE'],
    ['i\u0307stanbul', 'İSTANBUL'],
    ['λόγος', 'ΛΌΓΟΣ'],
    ['λόγος', 'λόγοσ'],
    ['agent', 'ａｇｅｎｔ'],
    ['agent', 'a\u200bgent'],
    ['kelvin', '\u212aELVIN'],
  ])('%j cannot be given as %j', async (limit, tag) => {
    for (const call of tagging(tag)) {
      const answer = await expectOutside(await openOnly({ tag: limit }), call);
      expect(answer.text).toContain('it cannot be given through it');
    }
  });

  it.each<Call>([...fewWhenDistant(['agent', 'AGENT', ' agent ', '\u2003agent', 'agent\u3000'], 2).flatMap(tagging)])(
    'cannot be given by $tool $args',
    async (call) => {
      const answer = await expectOutside(await openOnly(byTag), call);
      expect(answer.text).toContain('it cannot be given through it');
    },
  );

  it.each<Call>([
    { tool: 'experiment-update', args: { id: RUNNING, tags: ['agent', 'other'] } },
    {
      tool: 'experiments-bulk-update-tags-create',
      args: { ids: [RUNNING, PAUSED], action: 'set', tags: ['agent', 'other'] },
    },
    {
      tool: 'experiments-bulk-update-tags-create',
      args: { ids: [RUNNING, STOPPED], action: 'remove', tags: ['agent'] },
    },
    {
      tool: 'experiment-saved-metrics-create',
      args: { metric: { name: 'M', metric_type: 'mean', event: 'signed_up' }, tags: ['agent'] },
    },
  ])('may be kept, taken away, or given to what is no experiment: $tool $args', async ({ tool, args }) => {
    const done = await (await openOnly(byTag)).call(tool, args);
    expect(done.data, done.text).toMatchObject({ status: 'applied' });
  });

  it('does not come along with a copy', async () => {
    const world = await openOnly(byTag);
    const copy = await world.call('experiment-duplicate', { id: RUNNING, feature_flag_key: 'copy' });
    expect(JSON.stringify(copy.data.experiment)).not.toContain('agent');
  });
});
