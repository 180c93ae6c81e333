import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { isWrite } from './asked.js';

/** Which requests a fault meets: all; the writes only; or the first write and all that follows, reads as well. */
export type Place = 'every' | 'write' | 'from_write';

export interface Truth {
  status: number;
  type: string;
  body: Buffer;
}

/** One request that a fault meets, and the means to play it. */
export interface Exchange {
  response: ServerResponse;
  socket: Socket;
  /** Whether the socket has served another request before. */
  isReused: boolean;
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
  /** What happens to connections where all requests are met. */
  connections?: 'refused' | 'reset';
  /** How many requests it meets; all unless given. */
  times?: number;
  /** It ends no exchange, so the client has to close the sockets. */
  holds?: true;
  places?: readonly Place[];
}

export interface FaultyProxy {
  origin: string;
  /** Where requests go from now on, and what they meet. Faults end with null. */
  aim(target: string, fault?: { fault: Fault; place: Place } | null): Promise<void>;
  /** Requests that met the fault since the last `aim`. */
  met(): number;
  /** Sockets still open on which a fault was played since the last `aim`. */
  held(): number;
  close(): Promise<void>;
}

interface Aimed {
  target: string;
  fault: Fault | null;
  place: Place;
  met: number;
  /** Whether a write has come. */
  tripped: boolean;
}

/** A proxy with an address of its own, so that nobody else can take its port while it refuses connections. */
export async function startProxy(address: string, elsewhere: string): Promise<FaultyProxy> {
  let state: Aimed = { target: '', fault: null, place: 'every', met: 0, tripped: false };
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
    const { fault } = now;
    const writes = isWrite(incoming.method ?? '', incoming.url ?? '');
    if (writes) now.tripped = true;
    const isMet = now.place === 'every' || (now.place === 'write' ? writes : now.tripped);
    if (fault === null || !isMet || now.met >= (fault.times ?? Number.POSITIVE_INFINITY)) return pass();
    now.met += 1;
    touched.add(socket);
    const authorization = incoming.headers.authorization ?? '';
    return fault.play({ response, socket, isReused: served > 0, authorization, elsewhere, truth, pass });
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
      state = { target, fault, place, met: 0, tripped: false };
      touched.clear();
      const refuses = fault?.connections === 'refused' && place === 'every';
      if (refuses && server.listening) await stop();
      if (!refuses && !server.listening) await listen(port);
      if (fault?.connections !== undefined && place === 'every') for (const socket of sockets.keys()) socket.destroy();
    },
    met: () => state.met,
    held: () => touched.size,
    close: stop,
  };
}

function say(response: ServerResponse, { status, type, body }: Truth): void {
  response.writeHead(status, { ...(type === '' ? {} : { 'content-type': type }), 'content-length': body.length });
  response.end(body);
}

function answerOf(target: string, { method = '', url = '', headers }: IncomingMessage, body: Buffer): Promise<Truth> {
  return new Promise((resolve, reject) => {
    const { authorization = '', 'content-type': type } = headers;
    const passed = { authorization, ...(type === undefined ? {} : { 'content-type': type }) };
    const upstream = request(`${target}${url}`, { method, agent: false, headers: passed }, (answer) => {
      const type = answer.headers['content-type'] ?? '';
      bytesOf(answer).then((bytes) => resolve({ status: answer.statusCode ?? 0, type, body: bytes }), reject);
    });
    upstream.on('error', reject);
    upstream.end(body);
  });
}

async function bytesOf(stream: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks);
}
