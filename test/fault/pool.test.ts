import { describe, expect, it } from 'vitest';
import type { Behaviour } from '../helpers/fault-server.js';
import { breakOff, hang, json } from '../helpers/fault-server.js';
import { ANY, EXPERIMENT, errorOf, LAUNCH, setUp } from './setup.js';

const ok = json(200, { id: 77 });

describe('the pool', () => {
  it('risk 13: serves a hundred calls at once over eight sockets', async () => {
    let inFlight = 0;
    let most = 0;
    const counted: Behaviour = (response, request) => {
      inFlight += 1;
      most = Math.max(most, inFlight);
      response.on('finish', () => {
        inFlight -= 1;
      });
      setImmediate(() => ok(response, request));
    };
    const { server, client } = await setUp([counted]);
    const { signal } = new AbortController();
    const calls = Array.from({ length: 100 }, () => client.forCall({ signal }).get(EXPERIMENT, ANY));
    expect(await Promise.all(calls)).toHaveLength(100);
    expect(most).toBeLessThanOrEqual(8);
    expect(server.connections.total).toBeLessThanOrEqual(8);
  });

  it('takes many requests of one call for what they are, and no leak', async () => {
    const warnings: string[] = [];
    const note = (warning: Error) => warnings.push(warning.name);
    process.on('warning', note);
    const { api } = await setUp([ok]);
    await Promise.all(Array.from({ length: 40 }, () => api.get(EXPERIMENT, ANY)));
    // Node tells warnings on the next turn of its loop.
    await new Promise((resolve) => setImmediate(resolve));
    process.off('warning', note);
    expect(warnings).toEqual([]);
  });

  it('keeps a socket for the next call', async () => {
    const { server, api } = await setUp([ok]);
    for (let call = 0; call < 10; call += 1) await api.get(EXPERIMENT, ANY);
    // A call that follows at once may find the first socket still busy with its end.
    expect(server.connections.total).toBeLessThanOrEqual(2);
  });

  it('risk 14: repeats a read on a socket that the server just closed, and never a write', async () => {
    const { server, api } = await setUp([ok, breakOff, ok, ok, breakOff, ok]);
    await api.get(EXPERIMENT, ANY);
    await expect(api.get(EXPERIMENT, ANY)).resolves.toEqual({ id: 77 });
    expect(server.hits).toHaveLength(3);
    await api.get(EXPERIMENT, ANY);
    expect(await errorOf(api.post(LAUNCH, ANY))).toMatchObject({ code: 'outcome_unknown' });
    expect(server.hits).toHaveLength(5);
  });

  it('risk 13: lets a request finish while it closes, and refuses new ones cleanly', async () => {
    const slow: Behaviour = (response, request) => setImmediate(() => ok(response, request));
    const { server, client, api } = await setUp([slow]);
    const running = api.get(EXPERIMENT, ANY);
    await server.until(() => server.hits.length === 1);
    await client.close();
    await expect(running).resolves.toEqual({ id: 77 });
    expect(await errorOf(api.get(EXPERIMENT, ANY))).toMatchObject({ code: 'connection_failed' });
    expect(await errorOf(api.post(LAUNCH, ANY))).toMatchObject({ code: 'connection_failed' });
    expect(server.hits).toHaveLength(1);
  });

  it('breaks off what does not finish in time', async () => {
    const { server, client, api } = await setUp([hang], { limits: { closeMs: 50 } });
    const [reading, writing] = [errorOf(api.get(EXPERIMENT, ANY)), errorOf(api.post(LAUNCH, ANY))];
    await server.until(() => server.hits.length === 2);
    await client.close();
    expect(await reading).toMatchObject({ code: 'connection_failed' });
    expect(await writing).toMatchObject({ code: 'outcome_unknown' });
    await server.until(() => server.hits.every((hit) => hit.closed));
  });
});
