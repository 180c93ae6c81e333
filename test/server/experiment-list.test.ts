import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { ARCHIVED, DRAFT, PAUSED, RUNNING, SHARED, SHARED_TOO, STOPPED } from '../helpers/shop.js';
import { experimentRow, flagRow } from '../helpers/state.js';
import { type Answer, openWorld } from '../helpers/world.js';

const tool = 'experiment-list';

function ids({ data }: Answer): number[] {
  return z
    .array(z.object({ id: z.number() }))
    .parse(data.items)
    .map(({ id }) => id);
}

describe('experiment-list', () => {
  it('answers with concise rows, newest first, without archived ones', async () => {
    const world = await openWorld();
    expect(await world.call(tool)).toMatchSnapshot();
    expect(world.requests()).toEqual(['GET /api/projects/1/experiments/']);
  });

  it.each([
    [{ status: 'draft' }, [DRAFT]],
    [{ status: 'running' }, [SHARED_TOO, SHARED, RUNNING]],
    [{ status: 'paused' }, [PAUSED]],
    [{ status: 'stopped' }, [STOPPED]],
    [{ status: 'exposure_frozen' }, []],
    [{ archived: true }, [ARCHIVED]],
    [{ search: 'CHECKOUT' }, [RUNNING]],
    [{ search: 'pricing-page' }, [STOPPED]],
    [{ search: 'no such thing' }, []],
    [{ feature_flag_id: 6 }, [SHARED_TOO, SHARED]],
    [{ created_by_id: 1, status: 'paused' }, [PAUSED]],
    [{ created_by_id: 2 }, []],
    [{ order: 'name' }, [DRAFT, RUNNING, STOPPED, PAUSED, SHARED, SHARED_TOO]],
    [{ order: '-name', limit: 2 }, [SHARED_TOO, SHARED]],
  ])('finds with %j experiments %j', async (args, wanted) => {
    const world = await openWorld();
    const answer = await world.call(tool, args);
    expect(answer.isError, answer.text).toBe(false);
    const found = ids(answer);
    expect('order' in args ? found : found.sort()).toEqual('order' in args ? wanted : [...wanted].sort());
  });

  it('tells frozen experiments from running ones', async () => {
    const world = await openWorld();
    flagRow(world, RUNNING).filters.groups = [{ properties: [], rollout_percentage: 100, exposure_frozen: true }];
    expect(ids(await world.call(tool, { status: 'exposure_frozen' }))).toEqual([RUNNING]);
    expect(ids(await world.call(tool, { status: 'running' }))).not.toContain(RUNNING);
  });

  it('finds by tag, any of those given', async () => {
    const world = await openWorld();
    experimentRow(world, RUNNING).tags = ['checkout', 'q3'];
    experimentRow(world, PAUSED).tags = ['search'];
    expect(ids(await world.call(tool, { tags: ['q3', 'search'] })).sort()).toEqual([RUNNING, PAUSED]);
    expect(ids(await world.call(tool, { tags: ['Q3'] }))).toEqual([RUNNING]);
    expect(ids(await world.call(tool, { tags: ['none'] }))).toEqual([]);
  });

  it('pages to the end without loss or repetition', async () => {
    const world = await openWorld();
    const seen: number[] = [];
    let offset: number | null = 0;
    while (offset !== null) {
      const answer: Answer = await world.call(tool, { limit: 2, offset, order: 'name' });
      expect(answer.data.total).toBe(6);
      seen.push(...ids(answer));
      offset = z.number().nullable().parse(answer.data.next_offset);
    }
    expect(seen).toEqual([DRAFT, RUNNING, STOPPED, PAUSED, SHARED, SHARED_TOO]);
  });

  it('answers an offset beyond the end with an empty page', async () => {
    const world = await openWorld();
    const answer = await world.call(tool, { offset: 100 });
    expect(answer.data).toEqual({ items: [], total: 6, next_offset: null });
  });

  it('says where else to look, but only where it found nothing', async () => {
    const world = await openWorld();
    const none = await world.call(tool, { search: 'no such thing' });
    expect(none.data).toMatchObject({ items: [], total: 0, note: expect.stringContaining('archived: true') });
    expect(none.text).toContain('archived: true');
    expect((await world.call(tool, { search: 'no such thing', archived: true })).data).not.toHaveProperty('note');
    expect((await world.call(tool, { limit: 1 })).data).not.toHaveProperty('note');
  });

  it('adds description, comment and address where full detail is asked for', async () => {
    const world = await openWorld();
    const answer = await world.call(tool, { search: 'button', detail: 'full' });
    expect(answer.data.items).toMatchObject([
      { description: 'A greener button.', url: `http://sandbox/project/1/experiments/${DRAFT}` },
    ]);
  });

  it('says once where the page of a row is, so that rows cost no more for it', async () => {
    const world = await openWorld();
    const concise = (await world.call(tool)).data;
    expect(concise.item_url).toBe('http://sandbox/project/1/experiments/{id}');
    expect(JSON.stringify(concise).split('http').length - 1).toBe(1);
    const { items, item_url: pattern } = (await world.call(tool, { detail: 'full' })).data;
    const rows = z.array(z.object({ id: z.number(), url: z.string() })).parse(items);
    expect(rows.length).toBeGreaterThan(0);
    for (const { id, url } of rows) expect(String(pattern).replace('{id}', String(id))).toBe(url);
  });

  it('shows no email and no id of a person, and no targeting', async () => {
    const world = await openWorld();
    flagRow(world, RUNNING).filters.groups = [
      {
        properties: [{ key: 'email', type: 'person', operator: 'exact', value: ['ceo@example.com'] }],
        rollout_percentage: 100,
      },
    ];
    const { data, text } = await world.call(tool, { detail: 'full' });
    for (const secret of ['@example.com', 'distinct_id', 'uuid']) {
      expect(text).not.toContain(secret);
      expect(JSON.stringify(data)).not.toContain(secret);
    }
  });

  it.each([
    [{ status: 'complete' }, 'status: must be one of draft, running, paused, exposure_frozen, stopped, all'],
    [{ status: 'Running' }, 'status: must be one of'],
    [{ order: 'popularity' }, 'order: must be one of created_at, -created_at'],
    [{ detail: 'verbose' }, 'detail: must be one of concise, full'],
    [{ limit: 0 }, 'limit: '],
    [{ limit: 101 }, 'limit: '],
    [{ offset: -1 }, 'offset: '],
    [{ archived: 'both' }, 'archived: must be true or false'],
    [{ created_by_id: 'me' }, 'created_by_id: must be a positive whole number'],
  ])('refuses %j before any request and names what is allowed', async (args, words) => {
    const world = await openWorld();
    const answer = await world.call(tool, args);
    expect(answer.data.error).toMatchObject({ code: 'invalid_arguments', field: Object.keys(args)[0] });
    expect(answer.text).toContain(words);
    expect(world.requests()).toEqual([]);
  });

  it('tells in full whose id created_by_id takes', async () => {
    const world = await openWorld();
    const { id } = world.sandbox.store.currentUser;
    const full = await world.call(tool, { detail: 'full', limit: 1 });
    expect(full.data.items).toMatchObject([{ created_by_id: id }]);
    expect((await world.call(tool, { created_by_id: id })).data.total).toBe(6);
    expect(JSON.stringify((await world.call(tool)).data)).not.toContain('created_by_id');
  });
});
