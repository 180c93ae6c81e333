import { Client } from '@modelcontextprotocol/client';
import { InMemoryTransport } from '@modelcontextprotocol/server';
import { afterEach } from 'vitest';
import { z } from 'zod';
import { CATALOGUE } from '../../src/generated/tools.js';
import { createLog, createRedactor } from '../../src/log.js';
import type { LimitOptions } from '../../src/mcp/calls/limits.js';
import { createSession, type SessionOptions } from '../../src/mcp/calls/session.js';
import type { ConsentOptions } from '../../src/mcp/consent/consent.js';
import { selectTools } from '../../src/mcp/listing/select-tools.js';
import { createMcpServer } from '../../src/mcp/server.js';
import { keyWithScopes } from '../../src/sandbox/http/auth.js';
import { type Sandbox, type SandboxOptions, startSandbox } from '../../src/sandbox/server.js';
import { reach } from './distance.js';
import type { Between } from './fault-proxy.js';
import { shop } from './shop.js';

/** The clock in tests stands still unless told otherwise, so that answers can be compared whole. */
export const NOW = new Date('2026-06-01T12:00:00Z');

const record = z.record(z.string(), z.unknown());

/** An answer as a client gets it: the facts as data, and the text that a model reads. */
export interface Answer {
  isError: boolean;
  data: Record<string, unknown>;
  text: string;
}

export interface WorldOptions
  extends Omit<SandboxOptions, 'port'>,
    Pick<SessionOptions, 'patienceMs' | 'journal' | 'store'> {
  /** Of the HTTP client. */
  clientLimits?: NonNullable<SessionOptions['client']>['limits'];
  /** Which of the sandbox's keys the server holds. */
  key?: 'key' | 'readOnlyKey' | 'otherProjectKey';
  /** Scopes of a key made for the test, in place of `key`. */
  scopes?: readonly string[];
  readOnly?: boolean;
  /** Off where a test is not about consent. */
  confirm?: ConsentOptions['mode'];
  consent?: Partial<ConsentOptions>;
  limits?: LimitOptions;
  /** Hears every line of the log. */
  onLog?: (line: string) => void;
  /** Another world, or a sandbox that outlives a test: a second server on it. */
  on?: { sandbox: Sandbox; far?: Between };
  /** Starts what the server is to reach the sandbox through. */
  between?: (sandboxUrl: string) => Promise<Between>;
}

const open: (() => Promise<void>)[] = [];

afterEach(async () => {
  for (const close of open.splice(0).reverse()) await close();
});

const ALL_SERVED = selectTools(CATALOGUE, { toolsets: ['all'], readOnly: false });

/** A real MCP client, the product's server and the sandbox, joined by real HTTP; closed after the test. */
export async function openWorld({
  key: keyName = 'key',
  scopes,
  readOnly = false,
  scenario = shop,
  confirm = 'off',
  consent = {},
  limits,
  now = () => NOW,
  on,
  between,
  clientLimits,
  patienceMs,
  journal,
  store,
  onLog,
  ...options
}: WorldOptions = {}) {
  const sandbox: Sandbox = on?.sandbox ?? (await startSandbox({ scenario, now, ...options }));
  const far = on?.far ?? (await reach(sandbox.url));
  const link = await between?.(far.origin);
  const key = scopes ? keyWithScopes(scopes) : sandbox[keyName];
  const redact = createRedactor([key]);
  const session = createSession({
    version: '0.0.0-test',
    openUpstream: async () => ({
      origin: link?.origin ?? far.origin,
      key,
      project: sandbox.projectId,
      close: async () => {},
    }),
    readOnly,
    log: createLog({ level: onLog ? 'debug' : 'silent', redact, ...(onLog ? { write: onLog } : {}) }),
    redact,
    now,
    confirm: { mode: confirm, secret: undefined, ...consent },
    ...(limits ? { limits } : {}),
    ...(clientLimits ? { client: { limits: clientLimits } } : {}),
    ...(patienceMs ? { patienceMs } : {}),
    ...(journal ? { journal } : {}),
    store,
  });
  const client = new Client({ name: 'test', version: '1.0.0' });
  const server = createMcpServer({ version: '0.0.0-test', entries: ALL_SERVED, call: session.call });
  const [ours, theirs] = InMemoryTransport.createLinkedPair();
  await Promise.all([server.connect(theirs), client.connect(ours)]);
  let closing: Promise<void> | null = null;
  const closeAll = async () => {
    await client.close();
    await session.close();
    await link?.close();
    if (far !== on?.far) await far.close();
    if (!on) await sandbox.close();
  };
  const close = () => {
    closing ??= closeAll();
    return closing;
  };
  open.push(close);

  let seen = 0;
  const steady = (text: string) =>
    [sandbox.url, far.origin, link?.origin ?? far.origin].reduce(
      (all, url) => all.replaceAll(url, 'http://sandbox'),
      text,
    );
  return {
    sandbox,
    /** The sandbox as the server sees it. */
    far,
    client,
    /** Before the end of the test, where one test opens many. */
    close,
    /** Calls a tool as a model would. Addresses are made steady, so that answers can be snapshotted. */
    async call(tool: string, args: Record<string, unknown> = {}): Promise<Answer> {
      const result = await client.callTool({ name: tool, arguments: args });
      const texts = z.array(z.object({ text: z.string() })).parse(result.content);
      const data = record.parse(JSON.parse(steady(JSON.stringify(result.structuredContent ?? {}))));
      return { isError: result.isError === true, data, text: steady(texts.map(({ text }) => text).join('\n')) };
    },
    /** Requests that reached PostHog since the last look, as `METHOD /path`. */
    requests(): string[] {
      const records = sandbox.requests.slice(seen);
      seen = sandbox.requests.length;
      return records.map(({ method, path }) => `${method} ${path}`);
    },
    /** The experiment as PostHog itself answers it. */
    async stored(id: number): Promise<Record<string, unknown>> {
      const response = await fetch(`${sandbox.url}/api/projects/${sandbox.projectId}/experiments/${id}/`, {
        headers: { authorization: `Bearer ${sandbox.key}` },
      });
      return record.parse(await response.json());
    },
  };
}

export type World = Awaited<ReturnType<typeof openWorld>>;

/** Calls what an answer offers as its undo. */
export async function takeBack(world: World, answer: Answer): Promise<Answer> {
  const undo = z.object({ tool: z.string(), arguments: record }).parse(answer.data.undo);
  return world.call(undo.tool, undo.arguments);
}
