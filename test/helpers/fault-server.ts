import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { newRoad } from './distance.js';

export interface Hit {
  method: string;
  url: string;
  headers: IncomingMessage['headers'];
  body: string;
  /** Whether the socket that it came over is closed. */
  closed: boolean;
}

/** What the server does with one request. The body has been read by then. */
export type Behaviour = (response: ServerResponse, request: IncomingMessage) => void;

export interface FaultServer {
  origin: string;
  /** Requests that arrived, in order. */
  hits: Hit[];
  /** Connections accepted so far. */
  connections: { total: number };
  /** Resolves as soon as `condition` holds; it is checked whenever a request arrives or a socket closes. */
  until(condition: () => boolean): Promise<void>;
  close(): Promise<void>;
}

/** A loopback server that plays `behaviours` in order, the last one for ever. */
export async function startFaultServer(...behaviours: Behaviour[]): Promise<FaultServer> {
  const hits: Hit[] = [];
  const connections = { total: 0 };
  const waiting = new Set<() => void>();
  const changed = () => {
    for (const check of waiting) check();
  };
  const oneWay = newRoad();
  const server = createServer(async (request, response) => {
    const body = await textOf(request);
    await oneWay();
    await oneWay();
    const behaviour = behaviours[Math.min(hits.length, behaviours.length - 1)];
    const { method = '', url = '', headers } = request;
    const hit = { method, url, headers, body, closed: request.socket.destroyed };
    hits.push(hit);
    request.socket.on('close', () => {
      hit.closed = true;
      changed();
    });
    changed();
    behaviour?.(response, request);
  });
  server.on('connection', (socket) => {
    connections.total += 1;
    socket.setMaxListeners(0);
    socket.on('error', () => undefined);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    origin: `http://127.0.0.1:${portOf(server.address())}`,
    hits,
    connections,
    until: (condition) =>
      new Promise((resolve) => {
        const check = () => {
          if (!condition()) return;
          waiting.delete(check);
          resolve();
        };
        waiting.add(check);
        check();
      }),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

export const json =
  (status: number, body: unknown, headers: Record<string, string> = {}): Behaviour =>
  (response) => {
    response.writeHead(status, { 'content-type': 'application/json', ...headers });
    response.end(body === undefined ? undefined : JSON.stringify(body));
  };

export const raw =
  (status: number, body: string | Buffer, headers: Record<string, string> = {}): Behaviour =>
  (response) => {
    response.writeHead(status, headers);
    response.end(body);
  };

/** Never answers. */
export const hang: Behaviour = () => undefined;

/** Breaks the connection before the first byte of an answer. */
export const breakOff: Behaviour = (_response, request) => {
  request.socket.destroy();
};

/** Sends headers and `start` of a body that it announces to be longer; then silence. */
export const stall =
  (status = 200, start = '{"a"'): Behaviour =>
  (response) => {
    response.writeHead(status, { 'content-type': 'application/json', 'content-length': '1000' });
    response.write(start);
  };

/** Sends headers and the start of a body, then breaks the connection. */
export const breakMidBody =
  (status = 200, start = '{"a"'): Behaviour =>
  (response, request) => {
    response.writeHead(status, { 'content-type': 'application/json', 'content-length': '1000' });
    response.write(start, () => request.socket.destroy());
  };

/** One byte of a valid body every `everyMs`, for ever. */
export const drip =
  (everyMs: number): Behaviour =>
  (response) => {
    response.writeHead(200, { 'content-type': 'application/json' });
    const timer = setInterval(() => response.write(' '), everyMs);
    response.on('close', () => clearInterval(timer));
  };

/** A chunked body without end; `sent` counts its bytes. */
export function endless(status: number): Behaviour & { sent: number } {
  const chunk = Buffer.alloc(64 * 1024, ' ');
  const behaviour = Object.assign(
    (response: ServerResponse) => {
      response.writeHead(status, { 'content-type': 'application/json' });
      const pump = () => {
        while (!response.destroyed) {
          behaviour.sent += chunk.length;
          if (!response.write(chunk)) break;
        }
      };
      response.on('drain', pump);
      pump();
    },
    { sent: 0 },
  );
  return behaviour;
}

async function textOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks).toString('utf8');
}

function portOf(address: AddressInfo | string | null): number {
  if (address === null || typeof address === 'string') throw new Error('the server does not listen on a port');
  return address.port;
}
