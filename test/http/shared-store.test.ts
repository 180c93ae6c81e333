import { once } from 'node:events';
import { createServer } from 'node:http';
import { connect } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, it, onTestFinished } from 'vitest';
import { z } from 'zod';
import { createMemoryStore } from '../../src/replicas/store.js';
import { readBody } from '../../src/transports/http/body.js';
import { createHoldings } from '../../src/transports/http/holdings.js';
import { DOWN_STORE } from '../helpers/down-store.js';
import { type HttpWorld, openHttp, rpc } from './setup.js';

const [ANN, BOB] = ['secret-of-ann-0123', 'secret-of-bob-0123'];
const TOKENS = `ann:${ANN},bob:${BOB}`;
/** A caller who was quiet may send four at once. */
const RATE = { auth: 'token', tokens: TOKENS, perSecond: 1 } as const;

const list = ({ ask }: HttpWorld, secret: string) =>
  ask({ body: rpc('tools/list'), headers: { authorization: `Bearer ${secret}` } });

async function statuses(worlds: readonly HttpWorld[], secret: string): Promise<number[]> {
  const answers: number[] = [];
  for (const world of worlds) answers.push((await list(world, secret)).status);
  return answers;
}

describe('the rate of one caller', () => {
  it('holds for all replicas that share a store, and leaves the other callers theirs', async () => {
    const store = createMemoryStore(() => 0);
    const [one, other] = [await openHttp({ ...RATE, store }), await openHttp({ ...RATE, store })];
    expect(await statuses([one, other, one, other, one, other], ANN)).toEqual([200, 200, 200, 200, 429, 429]);
    const refused = await list(other, ANN);
    expect([refused.status, refused.headers['retry-after']]).toEqual([429, '4']);
    expect(await statuses([one, other, one, other], BOB)).toEqual([200, 200, 200, 200]);
  });

  it('is counted by each replica while the store is down', async () => {
    const store = DOWN_STORE;
    const [one, other] = [await openHttp({ ...RATE, store }), await openHttp({ ...RATE, store })];
    for (const world of [one, other])
      expect(await statuses([world, world, world, world, world], ANN)).toEqual([200, 200, 200, 200, 429]);
  });
});

describe('a client that leaves while the store is asked', () => {
  it('is gone when its body is to be read', async () => {
    const read: unknown[] = [];
    const server = createServer(async (req, res) => {
      await once(res, 'close');
      const incoming = createHoldings({ max: 1, maxPerCaller: 1, maxEach: 1, now: Date.now });
      read.push(await readBody(req, 'ann', incoming));
    }).listen(0, '127.0.0.1');
    onTestFinished(() => void server.close());
    await once(server, 'listening');
    const { port } = z.object({ port: z.number() }).parse(server.address());
    const head = 'Host: localhost\r\nContent-Type: application/json\r\nContent-Length: 2';
    const socket = connect(port, '127.0.0.1').end(`POST / HTTP/1.1\r\n${head}\r\n\r\n{`);
    await once(socket, 'connect');
    socket.destroy();
    while (read.length === 0) await delay(5);
    expect(read).toEqual([null]);
  });
});
