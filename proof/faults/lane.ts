import type { Sandbox } from '../../src/sandbox/server.js';
import { VALID_CALLS } from '../../test/helpers/valid-calls.js';
import { type Answer, answerIn } from './answer.js';
import { AFTERWARDS_MS, DEFAULT_LIMITS, PACE } from './limits.js';
import { type Product, startProduct, type Transport } from './product.js';
import { type Fault, type FaultyProxy, type Place, startProxy } from './proxy.js';
import { holdsKey } from './secrets.js';
import { openShop, writesDone } from './shop.js';
import { type Stranger, startStranger } from './stranger.js';

export const KEY = 'phx_sandbox_full_access';
/** Milliseconds. */
const PATIENCE_MS = 2 * (DEFAULT_LIMITS.deadlineMs + AFTERWARDS_MS);

/** One fault, one tool, and the requests of its call that meet the fault. */
export interface Cell {
  fault: Fault;
  tool: string;
  place: Place;
}

/** What the tool does where nothing breaks. */
export interface Clean {
  facts: unknown;
  requests: number;
  writes: number;
}

export interface Attempt {
  /** Null where nothing came, or no answer of a tool. */
  answer: Answer | null;
  raw: string | null;
  ms: number;
  writes: Writes;
  /** Requests that the sandbox saw. */
  requests: number;
  /** Requests that met the fault, and the writes among them. */
  met: number;
  metWrites: number;
}

export interface Writes {
  /** Those that the sandbox carried out. */
  done: number;
  /** Those that arrived at the proxy, but for those that it refused with 429. */
  sent: number;
  /** Kinds, as method and path, that arrived there more than once. */
  repeated: string[];
}

/** One server, the proxy that it reaches its sandboxes through, and one call after the other. */
export interface Lane {
  transport: Transport;
  proxy: FaultyProxy;
  stranger: Stranger;
  product(): Product;
  /** Calls the tool as it is valid, on a sandbox of its own. */
  attempt(tool: string, fault?: { fault: Fault; place: Place }): Promise<Attempt>;
  /** What the server may not have said or printed, in words, since the last look. */
  leaked(): string | null;
  /** Takes a new server in place of the one there is, which `look` may look at before it is stopped. */
  renew(): Promise<void>;
  onRenew(look: () => Promise<void>): void;
  close(): Promise<void>;
}

export interface LaneOptions {
  transport: Transport;
  /** Arguments of Node up to the server's main file. */
  node: readonly string[];
  env?: Readonly<Record<string, string>>;
  /** On loopback, of this lane alone. */
  address: string;
  /** After this nobody waits for an answer any longer. */
  patienceMs?: number;
}

let lastStart: Promise<unknown> = Promise.resolve();

/** Servers start one after the other: many at once would keep the machine from answering anybody else in time. */
function inTurn<T>(start: () => Promise<T>): Promise<T> {
  const mine = lastStart.then(start, start);
  lastStart = mine;
  return mine;
}

export async function openLane(options: LaneOptions): Promise<Lane> {
  const { transport, node, address, env = {}, patienceMs = PATIENCE_MS } = options;
  const stranger = await startStranger();
  const proxy = await startProxy(address, stranger.origin);
  // The server's waits are those that it is held to.
  const pace: Record<string, string> = { FAULTS_PACE: String(PACE) };
  const start = () =>
    startProduct({
      transport,
      node,
      env: { ...pace, ...env, POSTHOG_HOST: proxy.origin, POSTHOG_PERSONAL_API_KEY: KEY, POSTHOG_PROJECT_ID: '1' },
    });
  let product = await inTurn(start);
  let said = '';
  /** By servers that are gone. */
  let printed = '';
  let look = async (): Promise<void> => undefined;
  return {
    transport,
    proxy,
    stranger,
    product: () => product,
    attempt: async (tool, fault) => {
      const sandbox: Sandbox = await openShop(tool);
      try {
        await proxy.aim(sandbox.url, fault ?? null);
        const { raw, ms } = await product.call(tool, VALID_CALLS[tool] ?? {}, patienceMs);
        said += raw ?? '';
        const { met, metWrites, writes: kinds } = proxy.seen();
        const sent = [...kinds.values()].reduce((sum, times) => sum + times, 0);
        const repeated = [...kinds].filter(([, times]) => times > 1).map(([kind]) => kind);
        const writes = { done: writesDone(sandbox), sent, repeated };
        const answer = raw === null ? null : answerIn(raw);
        return { answer, raw, ms, writes, requests: sandbox.requests.length, met, metWrites };
      } finally {
        await sandbox.close();
      }
    },
    leaked: () => {
      const where = [
        ...(holdsKey(said, KEY) ? ['an answer'] : []),
        ...(holdsKey(printed + product.printed(), KEY) ? ['what it printed'] : []),
      ];
      said = '';
      printed = '';
      product.forget();
      return where.length === 0 ? null : `the key is in ${where.join(' and in ')}`;
    },
    renew: async () => {
      await look();
      await product.stop();
      printed += product.printed();
      product = await inTurn(start);
    },
    onRenew: (wanted) => {
      look = wanted;
    },
    close: async () => {
      await product.stop();
      await proxy.close();
      await stranger.close();
    },
  };
}
