import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { ErrorCode } from '../../src/errors.js';
import { isWrite } from './asked.js';
import { answerOf, bytesOf, type Truth } from './upstream.js';

/** Which requests a fault meets: all; the writes only; or the first write and all that follows, reads as well. */
export type Place = 'every' | 'write' | 'from_write';

/** One request that a fault meets, and the means to play it. */
export interface Exchange {
  response: ServerResponse;
  socket: Socket;
  authorization: string;
  /** Address of a server that must never be asked. */
  elsewhere: string;
  /** Carries the request out; what the sandbox answers. */
  truth(): Promise<Truth>;
  /** Answers as if there were no fault. */
  pass(): Promise<void>;
}

export interface Fault {
  name: string;
  play(exchange: Exchange): void | Promise<void>;
  /** What happens to connections where all requests are met. `closed`: idle ones are, before the call. */
  connections?: 'refused' | 'reset' | 'closed';
  /** How many requests in its place it lets pass first. */
  after?: number;
  /** How many requests it meets; all unless given. */
  times?: number;
  /** It meets only requests on sockets that have served another one before. */
  onReuse?: true;
  /** It may not keep a call from success: at all, or unless a write met it. */
  overcome?: 'always' | 'by_reads';
  /** What an error has to say where each request met it and none was a write; any code of a network unless given. */
  code?: ErrorCode;
  /** A call that meets it has to take so long. Milliseconds. */
  atLeastMs?: number;
  /** It ends no exchange, so the client has to close the sockets. */
  holds?: true;
  places?: readonly Place[];
}

export interface FaultyProxy {
  origin: string;
  /** Where requests go from now on, and what they meet. Faults end with null. */
  aim(target: string, fault?: { fault: Fault; place: Place } | null): Promise<void>;
  /** What came since the last `aim`. */
  seen(): Seen;
  /** Sockets still open on which a fault was played since the last `aim`. */
  held(): number;
  close(): Promise<void>;
}

export interface Seen {
  /** Requests that met the fault; connections where it is one of those. */
  met: number;
  metWrites: number;
  /**
   * How often a write came, by method and path, whether it was carried out or not. Those that were answered with 429 are
   * left out: PostHog refuses them before they run, so they may be sent again.
   */
  writes: ReadonlyMap<string, number>;
}

interface Aimed extends Seen {
  target: string;
  fault: Fault | null;
  place: Place;
  writes: Map<string, number>;
  /** Requests in the fault's place so far. */
  placed: number;
  /** Whether a write has come. */
  tripped: boolean;
}

const aimedAt = (target: string, fault: Fault | null, place: Place): Aimed => ({
  ...{ target, fault, place },
  ...{ met: 0, metWrites: 0, writes: new Map(), placed: 0, tripped: false },
});

/** How long the other side may take to close its half of a socket. Milliseconds. */
const CLOSING_MS = 5_000;

/** A proxy with an address of its own, so that nobody else can take its port while it refuses connections. */
export async function startProxy(address: string, elsewhere: string): Promise<FaultyProxy> {
  let state = aimedAt('', null, 'every');
  const sockets = new Map<Socket, number>();
  const touched = new Set<Socket>();
  const server = createServer((incoming, response) => {
    serve(incoming, response).catch(() => incoming.socket.destroy());
  });
  const serve = async (incoming: IncomingMessage, response: ServerResponse) => {
    const { socket } = incoming;
    const now = state;
    const served = sockets.get(socket) ?? 0;
    sockets.set(socket, served + 1);
    const body = await bytesOf(incoming);
    const truth = () => answerOf(now.target, incoming, body);
    const pass = async () => say(response, await truth());
    const { method = '', url = '', headers } = incoming;
    const writes = isWrite(method, url);
    const count = (more: number) => {
      const kind = `${method} ${url}`;
      if (writes) now.writes.set(kind, (now.writes.get(kind) ?? 0) + more);
    };
    count(1);
    if (!isMet(now, { writes, isReused: served > 0 })) return pass();
    now.met += 1;
    if (writes) now.metWrites += 1;
    touched.add(socket);
    await now.fault?.play({ response, socket, authorization: headers.authorization ?? '', elsewhere, truth, pass });
    if (response.statusCode === 429) count(-1);
  };
  server.on('connection', (socket: Socket) => {
    socket.on('error', () => undefined);
    if (state.fault?.connections === 'reset' && state.place === 'every') {
      state.met += 1;
      socket.resetAndDestroy();
      return;
    }
    socket.setMaxListeners(0);
    sockets.set(socket, 0);
    socket.on('close', () => {
      sockets.delete(socket);
      touched.delete(socket);
    });
  });
  const listen = (port: number) => new Promise<void>((resolve) => server.listen(port, address, resolve));
  const stop = () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve());
      for (const socket of sockets.keys()) socket.destroy();
    });
  await listen(0);
  const bound = server.address();
  if (bound === null || typeof bound === 'string') throw new Error('the proxy does not listen on a port');
  const { port } = bound;
  return {
    origin: `http://${address}:${port}`,
    aim: async (target, aimed = null) => {
      const { fault = null, place = 'every' } = aimed ?? {};
      state = aimedAt(target, fault, place);
      touched.clear();
      const refuses = fault?.connections === 'refused' && place === 'every';
      if (refuses && server.listening) await stop();
      if (!refuses && !server.listening) await listen(port);
      if (fault?.connections === undefined || place !== 'every') return;
      const idle = [...sockets.keys()];
      if (fault.connections !== 'closed') for (const socket of idle) socket.destroy();
      else state.met = (await Promise.all(idle.map(closed))).length;
    },
    seen: () => state,
    held: () => touched.size,
    close: stop,
  };
}

/** Counts what came, and tells whether the fault meets it. */
function isMet(now: Aimed, { writes, isReused }: { writes: boolean; isReused: boolean }): boolean {
  const { fault, place } = now;
  if (writes) now.tripped = true;
  if (fault === null || !(place === 'every' || (place === 'write' ? writes : now.tripped))) return false;
  if (fault.connections === 'closed' || (fault.onReuse && !isReused)) return false;
  now.placed += 1;
  return now.placed > (fault.after ?? 0) && now.met < (fault.times ?? Number.POSITIVE_INFINITY);
}

/** Closes our half, and waits until the other side has closed its own: it then knows that the socket is gone. */
async function closed(socket: Socket): Promise<void> {
  const gone = once(socket, 'close', { signal: AbortSignal.timeout(CLOSING_MS) });
  socket.end();
  await gone.catch(() => void socket.destroy());
}

function say(response: ServerResponse, { status, type, body }: Truth): void {
  response.writeHead(status, { ...(type === '' ? {} : { 'content-type': type }), 'content-length': body.length });
  response.end(body);
}
