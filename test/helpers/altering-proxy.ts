import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { z } from 'zod';
import type { Between } from './world.js';

/** One change of one answer: at a place that is chosen among all its places. */
export interface Alteration {
  /** Which of the answers that hold JSON, counted through a call. */
  answer: number;
  place: number;
  change: 'missing' | 'null' | 'other' | 'extra';
  value: unknown;
}

type Holder = Record<string, unknown> | unknown[];
const holder = z.union([z.array(z.unknown()), z.record(z.string(), z.unknown())]);

/** Every member of every object and array in a value. */
function placesOf(value: unknown): [Holder, string][] {
  const found: [Holder, string][] = [];
  const walk = (node: unknown) => {
    if (node === null || typeof node !== 'object') return;
    for (const [key, member] of Object.entries(node)) {
      found.push([Array.isArray(node) ? node : Object(node), key]);
      walk(member);
    }
  };
  walk(value);
  return found;
}

/** Changes `json` in place. */
export function alter(json: unknown, { place, change, value }: Alteration): void {
  const places = placesOf(holder.safeParse(json).success ? json : {});
  const at = places[place % Math.max(1, places.length)];
  if (!at) return;
  const [node, key] = at;
  if (change === 'missing') Reflect.deleteProperty(node, key);
  else if (change === 'extra') Reflect.set(node, Array.isArray(node) ? node.length : 'an_extra_field', value);
  else Reflect.set(node, key, change === 'null' ? null : value);
}

/** Passes requests on to PostHog and its answers back, some of them altered. */
export async function startAlteringProxy(target: string, alterations: readonly Alteration[]): Promise<Between> {
  let answers = 0;
  const pass = async (request: IncomingMessage, response: ServerResponse) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(Buffer.from(chunk));
    const { method = 'GET', headers, url = '/' } = request;
    const passed = Object.entries(headers).filter(([name]) => ['authorization', 'content-type'].includes(name));
    const reply = await fetch(`${target}${url}`, {
      method,
      headers: passed.map(([name, value]): [string, string] => [name, String(value)]),
      ...(chunks.length > 0 ? { body: Buffer.concat(chunks) } : {}),
    });
    const text = await reply.text();
    response.writeHead(reply.status, { 'content-type': reply.headers.get('content-type') ?? 'application/json' });
    if (!reply.ok || text === '') return void response.end(text);
    const json: unknown = JSON.parse(text);
    const number = answers++;
    for (const one of alterations) if (one.answer === number) alter(json, one);
    response.end(JSON.stringify(json));
  };
  // A call that has its answer breaks off what else it asked for.
  const server = createServer((request, response) => pass(request, response).catch(() => response.destroy()));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    origin: `http://127.0.0.1:${portOf(server.address())}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function portOf(address: AddressInfo | string | null): number {
  if (address === null || typeof address === 'string') throw new Error('the proxy does not listen on a port');
  return address.port;
}
