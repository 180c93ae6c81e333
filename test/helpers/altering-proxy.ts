import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { z } from 'zod';
import type { Between } from './fault-proxy.js';

/** One change of one answer: at a place that is chosen among all its places. */
export interface Alteration {
  /** Which of the answers that hold JSON, counted through a call. */
  answer: number;
  place: number;
  change: 'missing' | 'null' | 'other' | 'extra';
  value: unknown;
}

/** What an alteration came to: it may have met an answer without places, or a value that was so already. */
export interface Altered {
  /** As errors name it: `results.0.name`. */
  path: string;
  change: Alteration['change'];
}

export interface AlteringProxy extends Between {
  /** Counts the answers from 0 again, and alters them so from now on. */
  alter(alterations: readonly Alteration[]): void;
  /** Answers that held JSON, since then. */
  answers(): number;
  altered(): readonly Altered[];
}

type Holder = Record<string, unknown> | unknown[];
interface Place {
  node: Holder;
  key: string;
  path: string;
}
const holder = z.union([z.array(z.unknown()), z.record(z.string(), z.unknown())]);

/** Every member of every object and array in a value. */
function placesOf(value: unknown): Place[] {
  const found: Place[] = [];
  const walk = (node: unknown, path: string) => {
    if (node === null || typeof node !== 'object') return;
    for (const [key, member] of Object.entries(node)) {
      const here = path === '' ? key : `${path}.${key}`;
      found.push({ node: Array.isArray(node) ? node : Object(node), key, path: here });
      walk(member, here);
    }
  };
  walk(value, '');
  return found;
}

/** Changes `json` in place; null where that leaves it as it was. */
function alter(json: unknown, { place, change, value }: Alteration): Altered | null {
  const all = placesOf(holder.safeParse(json).success ? json : {});
  // One more value in a list is no field that nobody knows.
  const places = change === 'extra' ? all.filter(({ node }) => !Array.isArray(node)) : all;
  const at = places[place % Math.max(1, places.length)];
  if (!at) return null;
  const { node, key, path } = at;
  const before = JSON.stringify(node);
  if (change === 'missing') Reflect.deleteProperty(node, key);
  else if (change === 'extra') Reflect.set(node, 'an_extra_field', value);
  else Reflect.set(node, key, change === 'null' ? null : value);
  return JSON.stringify(node) === before ? null : { path, change };
}

/** Passes requests on to PostHog and its answers back, some of them altered. */
export async function startAlteringProxy(target: string): Promise<AlteringProxy> {
  let wanted: readonly Alteration[] = [];
  let answers = 0;
  let altered: Altered[] = [];
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
    for (const one of wanted) if (one.answer === number) altered.push(...[alter(json, one) ?? []].flat());
    response.end(JSON.stringify(json));
  };
  // A call that has its answer breaks off what else it asked for.
  const server = createServer((request, response) => pass(request, response).catch(() => response.destroy()));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    origin: `http://127.0.0.1:${portOf(server.address())}`,
    alter: (alterations) => {
      wanted = alterations;
      answers = 0;
      altered = [];
    },
    answers: () => answers,
    altered: () => altered,
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
