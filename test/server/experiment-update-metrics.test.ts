import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { DRAFT, RUNNING } from '../helpers/shop.js';
import { effectsOf, expectUndone, experimentRow, sent, warningCodes } from '../helpers/state.js';
import { openWorld, type World } from '../helpers/world.js';

const tool = 'experiment-update';
const mean = { name: 'Signups', metric_type: 'mean', event: 'signed_up' };

const metrics = z.array(z.looseObject({ uuid: z.string(), name: z.string() }));

async function stored(world: World, id: number, field: 'metrics' | 'metrics_secondary' = 'metrics') {
  return metrics.parse((await world.stored(id))[field]);
}

async function firstUuid(world: World, id: number): Promise<string> {
  return (await stored(world, id))[0]?.uuid ?? '';
}

describe('experiment-update of metrics', () => {
  it('adds one and leaves the others as they are', async () => {
    const world = await openWorld();
    const before = await stored(world, RUNNING);
    await world.call(tool, { id: RUNNING, metric: { ...mean, role: 'secondary', goal: 'decrease' } });
    expect(await stored(world, RUNNING)).toEqual(before);
    expect(await stored(world, RUNNING, 'metrics_secondary')).toMatchObject([
      {
        kind: 'ExperimentMetric',
        metric_type: 'mean',
        name: 'Signups',
        goal: 'decrease',
        source: { kind: 'EventsNode', event: 'signed_up' },
      },
    ]);
  });

  it('replaces one in its place, under its uuid, and takes that back', async () => {
    const world = await openWorld();
    const uuid = await firstUuid(world, RUNNING);
    await world.call(tool, { id: RUNNING, metric: mean });
    const args = { id: RUNNING, replace_metric_uuid: uuid, metric: { ...mean, name: 'Other' } };
    await expectUndone(world, { tool, args });
    await world.call(tool, args);
    expect((await stored(world, RUNNING)).map(({ name }) => name)).toEqual(['Other', 'Signups']);
    expect(await firstUuid(world, RUNNING)).toBe(uuid);
  });

  it('renames one with nothing but its new name, computes nothing anew, and takes that back', async () => {
    const world = await openWorld();
    const uuid = await firstUuid(world, RUNNING);
    const [{ name: _, ...before } = { name: '' }] = await stored(world, RUNNING);
    const args = { id: RUNNING, replace_metric_uuid: uuid, metric: { name: 'Orders' } };
    const answer = await expectUndone(world, { tool, args });
    expect(answer.data.undo).toEqual({
      tool,
      arguments: { id: RUNNING, replace_metric_uuid: uuid, metric: { name: 'Purchases' } },
    });
    expect(effectsOf(answer).analysis).toBe('Unchanged.');
    await world.call(tool, args);
    expect(await stored(world, RUNNING)).toEqual([{ ...before, name: 'Orders' }]);
    expect((await world.call(tool, args)).data.status).toBe('already_done');
  });

  it('keeps name, goal and list of one that is only to measure something else', async () => {
    const world = await openWorld();
    await world.call(tool, { id: RUNNING, metric: { ...mean, goal: 'decrease', role: 'secondary' } });
    const uuid = (await stored(world, RUNNING, 'metrics_secondary'))[0]?.uuid;
    const metric = { metric_type: 'mean', event: 'checkout_started', conversion_window_hours: 48 };
    const args = { id: RUNNING, replace_metric_uuid: uuid, metric };
    const answer = await expectUndone(world, { tool, args });
    expect(effectsOf(answer).analysis).toBe('Results are computed anew for the whole run with the change.');
    await world.call(tool, args);
    expect(await stored(world, RUNNING, 'metrics_secondary')).toMatchObject([
      { uuid, name: 'Signups', goal: 'decrease', source: { event: 'checkout_started' }, conversion_window: 48 },
    ]);
    expect(await stored(world, RUNNING)).toHaveLength(1);
  });

  it('moves one to the other list where its role is said to be another, and back', async () => {
    const world = await openWorld();
    const uuid = await firstUuid(world, RUNNING);
    const args = { id: RUNNING, replace_metric_uuid: uuid, metric: { role: 'secondary' } };
    await expectUndone(world, { tool, args });
    await world.call(tool, args);
    expect(await stored(world, RUNNING)).toEqual([]);
    expect(await stored(world, RUNNING, 'metrics_secondary')).toMatchObject([{ uuid, name: 'Purchases' }]);
  });

  it('takes back a rename of a metric that had no name', async () => {
    const world = await openWorld();
    const bare = { kind: 'ExperimentMetric', metric_type: 'mean', source: { kind: 'EventsNode', event: 'signed_up' } };
    experimentRow(world, DRAFT).metrics = [{ ...bare, uuid: 'bare-1' }];
    const args = { id: DRAFT, replace_metric_uuid: 'bare-1', metric: { name: 'Named', goal: 'decrease' } };
    await expectUndone(world, { tool, args });
  });

  it.each([
    [
      'a new metric without a name',
      { metric: { metric_type: 'mean', event: 'signed_up' } },
      'metric.name: is required',
    ],
    ['a new one without a type', { metric: { name: 'M', event: 'signed_up' } }, 'metric.metric_type: is required'],
    ['a change of nothing', { metric: {}, replace_metric_uuid: 'u' }, 'metric is empty'],
  ])('refuses %s and sends nothing', async (_, args, words) => {
    const world = await openWorld();
    const answer = await world.call(tool, { id: DRAFT, ...args });
    expect(answer.data.error).toMatchObject({ code: 'invalid_arguments' });
    expect(answer.text).toContain(words);
    expect(sent(world)).toEqual([]);
  });

  it('removes one and takes that back, uuid and all', async () => {
    const world = await openWorld();
    const uuid = await firstUuid(world, RUNNING);
    await expectUndone(world, { tool, args: { id: RUNNING, remove_metric_uuid: uuid } });
  });

  it('takes back the removal of a metric without name and goal, and of one whose event was never seen', async () => {
    const world = await openWorld();
    const bare = { kind: 'ExperimentMetric', metric_type: 'mean', source: { kind: 'EventsNode', event: 'never_seen' } };
    experimentRow(world, DRAFT).metrics = [{ ...bare, uuid: 'bare-1' }];
    await expectUndone(world, { tool, args: { id: DRAFT, remove_metric_uuid: 'bare-1' } });
  });

  it('says that a removed metric comes back as the last one', async () => {
    const world = await openWorld();
    await world.call(tool, { id: DRAFT, metric: mean });
    const answer = await world.call(tool, { id: DRAFT, remove_metric_uuid: await firstUuid(world, DRAFT) });
    expect(answer.data.undo).toMatchObject({ note: 'The metric comes back as the last one of its list.' });
  });

  it.each(['remove_metric_uuid', 'replace_metric_uuid'])(
    'names the metrics there are where %s is none',
    async (field) => {
      const world = await openWorld();
      const uuid = await firstUuid(world, DRAFT);
      const metric = field === 'replace_metric_uuid' ? { metric: mean } : {};
      const answer = await world.call(tool, { id: DRAFT, [field]: 'nope', ...metric });
      expect(answer.data.error).toMatchObject({ code: 'invalid_arguments', field });
      expect(answer.text).toContain(uuid);
      expect(sent(world)).toEqual([]);
    },
  );

  it('does not drop a new metric that comes with a removal: it refuses and says how', async () => {
    const world = await openWorld();
    const uuid = await firstUuid(world, DRAFT);
    const answer = await world.call(tool, { id: DRAFT, metric: mean, remove_metric_uuid: uuid });
    expect(answer.isError).toBe(true);
    expect(answer.text).toContain('replace_metric_uuid');
    expect(sent(world)).toEqual([]);
  });

  it('passes on that an event was never seen, names event-search, and never allows it by itself', async () => {
    const world = await openWorld();
    const answer = await world.call(tool, { id: DRAFT, metric: { ...mean, event: 'signup' } });
    expect(answer.text).toContain("Event(s) 'signup' not found.");
    expect(answer.data.error).toMatchObject({ code: 'refused', next_tool: 'event-search' });
    expect(sent(world)[0]?.body).not.toHaveProperty('allow_unknown_events');
  });

  it('allows an unknown event where the caller says so', async () => {
    const args = { id: DRAFT, metric: { ...mean, event: 'later' }, allow_unknown_events: true };
    const answer = await expectUndone(await openWorld(), { tool, args });
    expect(warningCodes(answer)).toEqual(['unknown_events']);
    expect(answer.text).toContain('\\"later\\"');
  });
});
