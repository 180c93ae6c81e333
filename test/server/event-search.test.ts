import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { type Answer, openWorld } from '../helpers/world.js';

const tool = 'event-search';

function names({ data }: Answer): string[] {
  return z
    .array(z.object({ name: z.string() }))
    .parse(data.items)
    .map(({ name }) => name);
}

describe('event-search', () => {
  it('lists the events of the project with when each was last seen', async () => {
    const world = await openWorld();
    expect(await world.call(tool)).toMatchSnapshot();
    expect(world.requests()).toEqual(['GET /api/projects/1/event_definitions/']);
  });

  it('finds a part of a name in any case', async () => {
    const world = await openWorld();
    expect(names(await world.call(tool, { search: 'CheckOut' }))).toEqual(['checkout_started']);
    expect(names(await world.call(tool, { search: 'nothing_like_it' }))).toEqual([]);
  });

  it('finds names that experiment-create takes', async () => {
    const world = await openWorld();
    const [event] = names(await world.call(tool, { search: 'purchase' }));
    const metrics = [{ name: 'Sales', metric_type: 'mean', event }];
    const answer = await world.call('experiment-create', { name: 'N', feature_flag_key: 'n', metrics });
    expect(answer.data.status).toBe('applied');
  });

  it('pages to the end', async () => {
    const world = await openWorld();
    const first = await world.call(tool, { limit: 2 });
    expect(first.data).toMatchObject({ total: 3, next_offset: 2 });
    const second = await world.call(tool, { limit: 2, offset: 2 });
    expect(second.data.next_offset).toBeNull();
    expect([...names(first), ...names(second)].sort()).toEqual(['checkout_started', 'purchase_completed', 'signed_up']);
  });

  it('lets no other field of PostHog’s answer through', async () => {
    const results = [{ name: 'paid', owner: { email: 'boss@example.com' }, hogql: 'select 1', verified: true }];
    const world = await openWorld({
      faults: { respond: () => ({ status: 200, body: { count: 1, next: null, previous: null, results } }) },
    });
    expect((await world.call(tool)).data.items).toEqual([{ name: 'paid', verified: true }]);
  });

  it('names the scope that a key lacks', async () => {
    const detail = "API key missing required scope 'event_definition:read'";
    const body = { type: 'authentication_error', code: 'permission_denied', detail, attr: null };
    const world = await openWorld({ faults: { respond: () => ({ status: 403, body }) } });
    expect((await world.call(tool)).data.error).toMatchObject({
      code: 'missing_scope',
      missing_scope: 'event_definition:read',
    });
  });
});
