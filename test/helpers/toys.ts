import { z } from 'zod';
import { ToolError } from '../../src/errors.js';
import type { CallEnvironment } from '../../src/mcp/calls/call-tool.js';
import { createLimits } from '../../src/mcp/calls/limits.js';
import { createConsents } from '../../src/mcp/consent/consent.js';
import { catalogueEntry } from '../../src/mcp/listing/json-schema.js';
import type { PostHogApi } from '../../src/posthog/types.js';
import { createMemoryStore } from '../../src/replicas/store.js';
import { idNumber } from '../../src/schema/ids.js';
import { defineReadTool, type Tool } from '../../src/tool.js';
import { newRoad } from './distance.js';

const base = {
  title: 'Toy',
  searchHint: 'toy',
  toolset: 'experiments',
  access: 'read',
  idempotent: true,
  description: 'A toy.',
} as const;

/** Answers with what it was asked, and with a field that its output does not name. */
export const toyEcho = defineReadTool({
  ...base,
  name: 'toy-echo',
  idAliases: ['experiment_id', 'experimentId'],
  input: z.strictObject({
    id: idNumber('An id'),
    status: z.enum(['draft', 'running']).default('draft').describe('Status'),
    feature_flag_key: z.string().optional().describe('Key'),
    metrics: z
      .array(z.strictObject({ goal: z.enum(['up', 'down']).describe('Goal') }))
      .optional()
      .describe('Metrics'),
  }),
  output: z.object({ id: z.number(), status: z.string(), name: z.string(), project: z.number() }),
  run: async ({ id, status, feature_flag_key = 'x' }, { project }) => {
    const answer = { id, status, name: feature_flag_key, project, secret: 'not for anyone' };
    return answer;
  },
});

/** Fails in the way that it is told to. */
export const toyFail = defineReadTool({
  ...base,
  name: 'toy-fail',
  input: z.strictObject({ how: z.string().describe('How') }),
  output: z.object({}),
  run: async ({ how }) => {
    if (how === 'tool-error') {
      const fields = { status: 400, detail: 'Experiment has already ended.', next_tool: 'experiment-get' };
      throw new ToolError('refused', 'PostHog refused the call.', 'Read it with experiment-get.', fields);
    }
    if (how === 'string') throw 'phx_canary1234567890abcdef thrown as a string';
    const circular: { self?: unknown; cause: Error } = { cause: new Error('inner phx_canary1234567890abcdef') };
    circular.self = circular;
    if (how === 'circular') throw circular;
    throw new Error('Authorization: Bearer phx_canary1234567890abcdef failed', {
      cause: new Error('at /home/someone'),
    });
  },
});

/** A list of long rows. */
export const toyList = defineReadTool({
  ...base,
  name: 'toy-list',
  input: z.strictObject({ offset: z.number().int().min(0).default(0).describe('Offset') }),
  output: z.object({ items: z.array(z.object({ id: z.number(), name: z.string() })), total: z.number() }),
  run: async () => ({ items: Array.from({ length: 200 }, (_, id) => ({ id, name: 'n'.repeat(1_000) })), total: 200 }),
});

export const TOYS: readonly Tool[] = [toyEcho, toyFail, toyList];
export const TOY_ENTRIES = TOYS.map(catalogueEntry);

const noNetwork = () => Promise.reject(new Error('toys make no requests'));
const api: PostHogApi = {
  origin: 'http://127.0.0.1:1',
  readOnly: false,
  get: noNetwork,
  query: noNetwork,
  post: noNetwork,
  patch: noNetwork,
  delete: noNetwork,
};

export interface ToyEnvironment extends CallEnvironment {
  bugs: { id: string; error: unknown }[];
}

export function toyEnvironment(): ToyEnvironment {
  const bugs: ToyEnvironment['bugs'] = [];
  const oneWay = newRoad();
  return {
    bugs,
    remembered: new Map(),
    tools: new Map(TOYS.map((tool) => [tool.name, tool])),
    client: { forCall: () => api, close: async () => undefined },
    project: async () => {
      await oneWay();
      await oneWay();
      return 1;
    },
    now: () => new Date(0),
    consents: createConsents({
      mode: 'off',
      upstream: { origin: 'https://us.posthog.com', key: 'phx_toy' },
      store: createMemoryStore(() => 0),
    }),
    limits: createLimits(
      {},
      createMemoryStore(() => 0),
    ),
    journal: null,
    redact: (text) => text.replaceAll('phx_canary1234567890abcdef', '[redacted]'),
    reportBug: (id, error) => bugs.push({ id, error }),
  };
}
