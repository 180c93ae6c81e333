import { describe, expect, it } from 'vitest';
import { openWorld } from '../helpers/world.js';

const tool = 'project-list';

describe('project-list', () => {
  it('lists the projects of the key and marks the current one', async () => {
    expect(await (await openWorld()).call(tool)).toMatchSnapshot();
  });

  it('shows the current project where the key may not list them', async () => {
    const detail = "API key missing required scope 'project:read'";
    const body = { type: 'authentication_error', code: 'permission_denied', detail, attr: null };
    const world = await openWorld({
      faults: { respond: ({ path }) => (path.endsWith('/projects/') ? { status: 403, body } : undefined) },
    });
    const answer = await world.call(tool);
    expect(answer.data).toMatchObject({ items: [{ id: 1, name: 'Shop', current: true }], total: 1 });
    expect(answer.text).toContain("missing required scope 'project:read'");
  });

  it('does not follow a list in circles', async () => {
    const body = { count: 1, next: 'http://127.0.0.1:9/?offset=0', results: [{ id: 1, name: 'Shop' }] };
    const world = await openWorld({
      faults: { respond: ({ path }) => (path.endsWith('/projects/') ? { status: 200, body } : undefined) },
    });
    expect((await world.call(tool)).data).toMatchObject({ total: 1 });
    expect(world.requests().filter((request) => request.endsWith('/projects/'))).toHaveLength(1);
  });

  it('does not hide that the key is not valid', async () => {
    const world = await openWorld({ faults: { respond: () => ({ status: 401, body: { detail: 'Invalid.' } }) } });
    expect((await world.call(tool)).data.error).toMatchObject({ code: 'unauthenticated' });
  });
});
