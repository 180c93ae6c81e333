import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { LOSS_NOTE } from '../../src/mcp/calls/answer.js';
import { DRAFT, RUNNING, STOPPED } from '../helpers/shop.js';
import { openWorld, type World } from '../helpers/world.js';

const record = z.record(z.string(), z.unknown());
const undoOf = (error: unknown) =>
  z.object({ undo: z.object({ tool: z.string(), arguments: record }) }).parse(error).undo;

const throttled = { status: 429, headers: { 'retry-after': '600' }, body: { detail: 'Request was throttled.' } };

/** A world in which every request to a path fails once it is asked for a write. */
const failing = (part: string, method = 'POST') =>
  openWorld({
    faults: {
      respond: (request) => (request.method === method && request.path.includes(part) ? throttled : undefined),
    },
  });

async function lifecycle(world: World, id: number) {
  const { status, start_date, end_date, feature_flag } = await world.stored(id);
  const flag = record.parse(feature_flag);
  return { status, start_date, end_date, active: flag.active, filters: flag.filters };
}

describe('a call of several steps that fails on the way', () => {
  it('says what is done, not that nothing was: the flag is off, the reset did not happen', async () => {
    const world = await failing('/reset/');
    const before = await lifecycle(world, RUNNING);
    const answer = await world.call('experiment-reset', { id: RUNNING, disable_feature_flag: true });
    expect(answer.isError).toBe(true);
    expect(answer.text).toContain('done in part');
    expect(answer.data.error).toMatchObject({
      code: 'rate_limited',
      changes: [
        { path: 'status', before: 'running', after: 'paused' },
        { path: 'feature_flag.active', before: true, after: false },
      ],
    });
    const undo = undoOf(answer.data.error);
    expect((await world.call(undo.tool, undo.arguments)).isError).toBe(false);
    expect(await lifecycle(world, RUNNING)).toEqual(before);
  });

  it('says nothing of parts where the first step failed', async () => {
    const world = await failing('/pause/');
    const answer = await world.call('experiment-reset', { id: RUNNING, disable_feature_flag: true });
    expect(answer.text).not.toContain('in part');
    expect(answer.data.error).not.toHaveProperty('changes');
  });

  it('does not claim that nothing was changed where it was cancelled after a step', async () => {
    const cancel = new AbortController();
    const world = await openWorld({
      faults: {
        respond: ({ path }) => {
          if (!path.includes('/reset/')) return undefined;
          cancel.abort();
          return { end: 'hang', applied: false };
        },
      },
    });
    const call = { name: 'experiment-reset', arguments: { id: RUNNING, disable_feature_flag: true } };
    await expect(world.client.callTool(call, { signal: cancel.signal })).rejects.toThrow();
    expect(await world.stored(RUNNING)).toMatchObject({ status: 'paused' });
  });
});

describe('a write that worked', () => {
  it('is not reported as failed where a further read fails: the flag is looked at before, not after', async () => {
    let created = 0;
    const world = await openWorld({
      faults: {
        respond: ({ method, path }) => {
          if (method === 'POST' && path.endsWith('/experiments/')) created += 1;
          return created > 0 && method === 'GET'
            ? { status: 500, body: { detail: 'A server error occurred.' } }
            : undefined;
        },
      },
    });
    const answer = await world.call('experiment-create', { name: 'Again', feature_flag_key: 'checkout-steps' });
    expect(answer.data).toMatchObject({ status: 'applied' });
    expect(created).toBe(1);
    const codes = z
      .array(z.object({ code: z.string() }))
      .parse(answer.data.warnings)
      .map(({ code }) => code);
    expect(codes).toEqual(expect.arrayContaining(['linked_existing_flag', 'read_back_failed']));
  });

  it('is duplicated onto a flag that is there, even if reading fails afterwards', async () => {
    let copied = false;
    const world = await openWorld({
      faults: {
        respond: ({ method, path }) => {
          if (path.includes('/duplicate/')) copied = true;
          return copied && method === 'GET' ? { status: 500, body: { detail: 'A server error occurred.' } } : undefined;
        },
      },
    });
    const answer = await world.call('experiment-duplicate', { id: DRAFT, feature_flag_key: 'checkout-steps' });
    expect(answer.data).toMatchObject({ status: 'applied' });
  });
});

describe('an undo', () => {
  it('is not offered where it would write a redacted text', async () => {
    const world = await openWorld();
    const secret = 'phx_abcdefghijklmnopqrstuvwxyz012345';
    await fetch(`${world.sandbox.url}/api/projects/1/experiments/${STOPPED}/`, {
      method: 'PATCH',
      headers: { authorization: `Bearer ${world.sandbox.key}`, 'content-type': 'application/json' },
      body: JSON.stringify({ description: `see ${secret}` }),
    });
    const answer = await world.call('experiment-update', { id: STOPPED, description: 'New' });
    expect(answer.data.undo).toMatchObject({ not_reversible_because: expect.stringContaining('looks like a secret') });
    expect(JSON.stringify(answer)).not.toContain(secret);
  });

  it('says where invisible characters of a text do not come back', async () => {
    const world = await openWorld();
    await fetch(`${world.sandbox.url}/api/projects/1/experiments/${STOPPED}/`, {
      method: 'PATCH',
      headers: { authorization: `Bearer ${world.sandbox.key}`, 'content-type': 'application/json' },
      body: JSON.stringify({ description: 'zero\u200bwidth' }),
    });
    const answer = await world.call('experiment-update', { id: STOPPED, description: 'New' });
    expect(answer.data.undo).toMatchObject({
      arguments: { description: 'zerowidth' },
      note: LOSS_NOTE,
    });
  });
});
