import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { z } from 'zod';
import type { Between } from './fault-proxy.js';

/** One change of one answer: at a place that is chosen among all its places. */
export interface Alteration {
  /** Which of the answers that hold JSON, counted through a call. */
  answer: number;
  place: number;
  /** unusable: of the same JSON type, and of no use in that place. */
  change: 'missing' | 'null' | 'other' | 'extra' | 'unusable';
  /** For `unusable` the number of a value for the type. */
  value: unknown;
}

/** What an alteration came to: it may have met an answer without places, or a value that was so already. */
export interface Altered {
  /** As errors name it: `results.0.name`. */
  path: string;
  change: Alteration['change'];
}

/** @param request as `GET /api/…?query` */
export type Rewrite = (json: unknown, request: string) => unknown;

export interface AlteringProxy extends Between {
  /** Counts the answers from 0 again, and alters them so from now on. */
  alter(alterations: readonly Alteration[]): void;
  /** Makes another answer of every answer that holds JSON, errors too; null makes an end of that. */
  rewrite(change: Rewrite | null): void;
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

/** Of the right JSON type, and of no use as a date, an id, a count, a share, a name or a list of such. */
const UNUSABLE = {
  string: ['', 'x', '2026-02-30', '99999-01-01T00:00:00Z', 'Infinity', '-1', '1e999', '../..', 'x'.repeat(5000)],
  number: [-1, 0, 0.5, 150, 1e308, -1e308, 5e-324, 2 ** 53],
  boolean: [true, false],
  array: [[null], [[]], [{}], ['x'], [-1], {}],
  object: [{}, [], { x: null }, [{}]],
};

function unusable(before: unknown, at: number): unknown {
  const type = Array.isArray(before) ? 'array' : before === null ? 'object' : typeof before;
  const values = Object.entries(UNUSABLE).find(([name]) => name === type)?.[1] ?? [null];
  return structuredClone(values[at % values.length]);
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
  else if (change === 'unusable') Reflect.set(node, key, unusable(Reflect.get(node, key), Number(value)));
  else Reflect.set(node, key, change === 'null' ? null : value);
  return JSON.stringify(node) === before ? null : { path, change };
}

/** Passes requests on to PostHog and its answers back, some of them altered. */
export async function startAlteringProxy(target: string): Promise<AlteringProxy> {
  let wanted: readonly Alteration[] = [];
  let answers = 0;
  let altered: Altered[] = [];
  let rewritten: Rewrite | null = null;
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
    if (rewritten !== null && /json/.test(reply.headers.get('content-type') ?? ''))
      return void response.end(text === '' ? text : JSON.stringify(rewritten(JSON.parse(text), `${method} ${url}`)));
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
    rewrite: (change) => {
      rewritten = change;
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
