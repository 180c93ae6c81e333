import { expect, it, onTestFinished } from 'vitest';
import { DISTANT, reach, roadOf } from '../helpers/distance.js';
import { startFaultProxy } from '../helpers/fault-proxy.js';
import { json, startFaultServer } from '../helpers/fault-server.js';

async function openServer() {
  const server = await startFaultServer(json(200, {}));
  onTestFinished(() => server.close());
  return server;
}

it('over a long road, answers come in another order than their requests were sent', async () => {
  const server = await openServer();
  const far = await startFaultProxy(server.origin, roadOf(1));
  onTestFinished(() => far.close());
  const asked = Array.from({ length: 20 }, (_, at) => at);
  const answered: number[] = [];
  await Promise.all(
    asked.map(async (at) => {
      await (await fetch(`${far.origin}/${at}`)).text();
      answered.push(at);
    }),
  );
  expect(answered).not.toEqual(asked);
  expect(server.hits.map(({ url }) => url)).not.toEqual(asked.map((at) => `/${at}`));
  expect(answered.sort((a, b) => a - b)).toEqual(asked);
});

it('the road is long in a distant run, and in no other', async () => {
  const { origin } = await openServer();
  const reached = await reach(origin);
  onTestFinished(() => reached.close());
  expect(reached.origin !== origin).toBe(DISTANT);
});
