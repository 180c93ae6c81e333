import { describe, expect, it } from 'vitest';
import { addSavedMetric, SAVED_METRIC } from '../helpers/furnishings.js';
import { DRAFT } from '../helpers/shop.js';
import { openWorld } from '../helpers/world.js';

const tool = 'experiment-activity';

describe('experiment-activity', () => {
  it('tells who changed what, newest first', async () => {
    const world = await openWorld();
    await world.call('experiment-update', { id: DRAFT, name: 'Greener button' });
    await world.call('experiment-launch', { id: DRAFT });
    await world.call('experiment-pause', { id: DRAFT });
    const answer = await world.call(tool, { id: DRAFT });
    expect(answer).toMatchSnapshot();
    expect(answer.text.indexOf('paused')).toBeLessThan(answer.text.indexOf('Greener button'));
  });

  it('names the shared metrics that were attached and detached', async () => {
    const world = await openWorld();
    addSavedMetric(world);
    await world.call('experiment-update', { id: DRAFT, add_saved_metric_id: SAVED_METRIC });
    await world.call('experiment-update', { id: DRAFT, remove_saved_metric_id: SAVED_METRIC });
    const { data } = await world.call(tool, { id: DRAFT });
    expect(data.items).toMatchObject([
      { activity: 'deleted', on: 'link to shared metric "Sign-ups"' },
      { activity: 'created', on: 'link to shared metric "Sign-ups"' },
      { activity: 'created' },
    ]);
  });

  it('pages by next_offset until nothing is left', async () => {
    const world = await openWorld();
    for (const name of ['B', 'C', 'D']) await world.call('experiment-update', { id: DRAFT, name });
    const first = await world.call(tool, { id: DRAFT, limit: 2 });
    expect(first.data).toMatchObject({ next_offset: 2 });
    const second = await world.call(tool, { id: DRAFT, limit: 2, offset: 2 });
    expect(second.data.items).not.toEqual(first.data.items);
    const total = Number(first.data.total);
    const last = await world.call(tool, { id: DRAFT, limit: 2, offset: 2 * Math.floor((total - 1) / 2) });
    expect(last.data.next_offset).toBeNull();
  });

  it('refuses an offset that is no whole page', async () => {
    const world = await openWorld();
    const answer = await world.call(tool, { id: DRAFT, limit: 10, offset: 5 });
    expect(answer.data.error).toMatchObject({ code: 'invalid_arguments', field: 'offset' });
    expect(world.requests()).toEqual([]);
  });

  it('shows no email addresses', async () => {
    const world = await openWorld();
    await world.call('experiment-update', { id: DRAFT, name: 'B' });
    const answer = await world.call(tool, { id: DRAFT });
    expect(JSON.stringify(answer)).not.toContain('@');
  });

  it('names the missing scope', async () => {
    const world = await openWorld({
      faults: {
        respond: ({ path }) =>
          path.includes('/activity')
            ? {
                status: 403,
                body: {
                  type: 'authentication_error',
                  code: 'permission_denied',
                  detail: "API key missing required scope 'activity_log:read'",
                  attr: null,
                },
              }
            : undefined,
      },
    });
    const answer = await world.call(tool, { id: DRAFT });
    expect(answer.data.error).toMatchObject({ code: 'missing_scope', missing_scope: 'activity_log:read' });
  });
});
