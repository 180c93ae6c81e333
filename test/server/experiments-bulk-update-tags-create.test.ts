import { describe, expect, it } from 'vitest';
import { ALL_TOOLS } from '../../tools/index.js';
import { ARCHIVED, DRAFT, RUNNING, STOPPED } from '../helpers/shop.js';
import { experimentRow, sent, warningCodes } from '../helpers/state.js';
import { openWorld, takeBack, type World } from '../helpers/world.js';

const tool = 'experiments-bulk-update-tags-create';

const tagsOf = (world: World) => [DRAFT, RUNNING, ARCHIVED].map((id) => [...experimentRow(world, id).tags]);

async function tagged(...tags: string[][]): Promise<World> {
  const world = await openWorld();
  for (const [at, id] of [DRAFT, RUNNING, ARCHIVED].entries()) experimentRow(world, id).tags = tags[at] ?? [];
  return world;
}

describe('experiments-bulk-update-tags-create', () => {
  it.each([
    [tool, { ids: [DRAFT], action: 'set', tags: ['x'] }],
    ['experiment-update', { id: DRAFT, tags: ['x'] }],
    ['experiment-update', { id: DRAFT, clear: ['tags'] }],
  ])('and %s offer no undo that could not set the tags of before', async (name, args) => {
    const world = await tagged(['a\u0007b']);
    const answer = await world.call(name, args);
    expect(answer.data).toMatchObject({ status: 'applied' });
    expect(answer.data.undo).toEqual({ not_reversible_because: expect.stringContaining('only PostHog itself') });
  });

  it('tags several experiments, archived ones too, and shows what each has now', async () => {
    const world = await tagged(['a'], [], ['b']);
    const args = { ids: [DRAFT, RUNNING, ARCHIVED], action: 'add', tags: ['Q3'] };
    expect(await world.call(tool, args)).toMatchSnapshot();
    expect(tagsOf(world)).toEqual([['a', 'q3'], ['q3'], ['b', 'q3']]);
  });

  it('answers to its older name, which no list shows', async () => {
    const world = await tagged([]);
    const older = 'experiments-bulk-update-tags';
    const answer = await world.call(older, { ids: [DRAFT], action: 'add', tags: ['x'] });
    expect(answer.data).toMatchObject({ status: 'applied', undo: { tool } });
    expect(ALL_TOOLS.map(({ name }) => name)).not.toContain(older);
  });

  it('sends one request that writes', async () => {
    const world = await openWorld();
    const args = { ids: [DRAFT, String(RUNNING)], action: 'set', tags: ['x'] };
    await world.call(tool, args);
    expect(sent(world)).toEqual([
      { request: 'POST experiments/bulk_update_tags', body: { ...args, ids: [DRAFT, RUNNING] } },
    ]);
  });

  it.each([
    ['add', [[], [], []]],
    ['add', [['a'], ['b'], []]],
    ['remove', [['x', 'a'], ['b', 'x'], ['x']]],
    [
      'set',
      [
        ['a', 'b'],
        ['a', 'b'],
        ['a', 'b'],
      ],
    ],
  ])('is taken back where one call can: %s to %j', async (action, tags) => {
    const world = await tagged(...tags);
    const before = tagsOf(world).map((list) => list.sort());
    const answer = await world.call(tool, { ids: [DRAFT, RUNNING, ARCHIVED], action, tags: ['x'] });
    expect(answer.data.status, answer.text).toBe('applied');
    const undone = await takeBack(world, answer);
    expect(undone.isError, undone.text).toBe(false);
    expect(tagsOf(world).map((list) => list.sort())).toEqual(before);
  });

  it.each([
    ['add', [['x'], [], []]],
    ['remove', [['x'], [], ['a']]],
    ['set', [['a'], ['b'], []]],
  ])('says why it cannot be taken back by one call: %s to %j', async (action, tags) => {
    const world = await tagged(...tags);
    const answer = await world.call(tool, { ids: [DRAFT, RUNNING, ARCHIVED], action, tags: ['x'] });
    expect(answer.data.undo).toMatchObject({ not_reversible_because: expect.stringContaining('experiment-update') });
  });

  it('names those that PostHog skipped, and says nothing of taking them back', async () => {
    const world = await openWorld();
    const answer = await world.call(tool, { ids: [DRAFT, 99], action: 'add', tags: ['x'] });
    expect(warningCodes(answer)).toEqual(['skipped']);
    expect(answer.text).toContain('PostHog skipped 99 (Not found or no edit access).');
    expect(answer.data.undo).toMatchObject({ arguments: { ids: [DRAFT] } });
  });

  it('sends nothing where none of them is there', async () => {
    const world = await openWorld();
    const answer = await world.call(tool, { ids: [98, 99], action: 'add', tags: ['x'] });
    expect(answer.data.error).toMatchObject({ code: 'not_found', field: 'ids', next_tool: 'experiment-list' });
    expect(sent(world)).toEqual([]);
  });

  it('answers already_done where all have the tags', async () => {
    const world = await tagged(['x'], ['x', 'y']);
    const answer = await world.call(tool, { ids: [DRAFT, RUNNING, RUNNING], action: 'add', tags: ['X'] });
    expect(answer.data).toMatchObject({ status: 'already_done', changes: [] });
    expect(sent(world)).toEqual([]);
  });

  it.each([
    [{ ids: [], action: 'add', tags: ['x'] }, 'ids'],
    [{ ids: [true], action: 'add', tags: ['x'] }, 'ids[0]'],
    [{ ids: [STOPPED], action: 'replace', tags: ['x'] }, 'action'],
    [{ ids: [STOPPED], action: 'add' }, 'tags'],
  ])('refuses %j before any request', async (wrong, field) => {
    const world = await openWorld();
    expect((await world.call(tool, wrong)).data.error).toMatchObject({ code: 'invalid_arguments', field });
    expect(world.requests()).toEqual([]);
  });

  it.each([404, 405])('says of an older build that answers %i that it cannot tag several', async (status) => {
    const body = { type: 'invalid_request', code: 'not_found', detail: 'Not found.', attr: null };
    const world = await openWorld({
      faults: { respond: ({ method }) => (method === 'POST' ? { status, body } : undefined) },
    });
    const answer = await world.call(tool, { ids: [DRAFT], action: 'add', tags: ['x'] });
    expect(answer.data.error).toMatchObject({ code: 'not_supported', status });
  });
});
