import { Client } from '@modelcontextprotocol/client';
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio';
import { Client as OldClient } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport as OldTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { ElicitRequestSchema } from '@modelcontextprotocol/sdk/types.js';
import { z } from 'zod';
import { MAIN, sandboxFor } from './server-process.js';

export type Reply = {
  action: 'accept' | 'decline' | 'cancel';
  content?: Record<string, string>;
};

export interface Asked {
  message: string;
  requestedSchema?: unknown;
}

/** Who answers the questions that reach a client. */
export type Person = (asked: Asked) => Promise<Reply>;

export interface Caller {
  callTool(call: { name: string; arguments: Record<string, unknown> }): Promise<Record<string, unknown>>;
  close(): Promise<void>;
}

export interface ConnectOptions {
  person: Person;
  /** What the client says it can ask; undefined: nothing. */
  elicitation: { form?: Record<string, never>; url?: Record<string, never> } | undefined;
  /** Of the sandbox. */
  scenario: string;
  /** Further arguments of the server. */
  flags?: readonly string[];
}
export type Connect = (options: ConnectOptions) => Promise<Caller>;

const INFO = { name: 'test', version: '1' };

async function commandFor({ scenario, flags = [] }: ConnectOptions) {
  const { args, env, close } = await sandboxFor(scenario);
  const all = [MAIN, ...args, '--toolsets', 'all', ...flags];
  return { command: { command: process.execPath, args: all, env: { ...env }, stderr: 'ignore' } as const, close };
}

function connectNew(mode: 'legacy' | { pin: string }): Connect {
  return async (options) => {
    const { person, elicitation } = options;
    const { command, close } = await commandFor(options);
    const capabilities = elicitation ? { elicitation } : {};
    const client = new Client(INFO, { capabilities, versionNegotiation: { mode } });
    if (elicitation) client.setRequestHandler('elicitation/create', async ({ params }) => person(params));
    await client.connect(new StdioClientTransport(command));
    return { callTool: (call) => client.callTool(call), close: () => client.close().then(close) };
  };
}

const connectOld: Connect = async (options) => {
  const { person, elicitation } = options;
  const { command, close } = await commandFor(options);
  const client = new OldClient(INFO, { capabilities: elicitation ? { elicitation } : {} });
  if (elicitation) client.setRequestHandler(ElicitRequestSchema, async ({ params }) => ({ ...(await person(params)) }));
  await client.connect(new OldTransport(command));
  return { callTool: (call) => client.callTool(call), close: () => client.close().then(close) };
};

export const CLIENTS: readonly (readonly [string, Connect])[] = [
  ['the v1 client', connectOld],
  ['the v2 client, old handshake', connectNew('legacy')],
  ['the v2 client, 2026-07-28', connectNew({ pin: '2026-07-28' })],
];

const answerShape = z.looseObject({
  status: z.string().optional(),
  warnings: z.array(z.object({ code: z.string() })).optional(),
  error: z.looseObject({ code: z.string(), message: z.string() }).optional(),
  confirmation_token: z.string().optional(),
  conclusion_comment: z.string().nullish(),
});

/** The data of an answer, with the codes of its warnings. */
export async function callTool(client: Caller, name: string, args: Record<string, unknown>) {
  const { structuredContent } = await client.callTool({ name, arguments: args });
  const answer = answerShape.parse(structuredContent);
  return { ...answer, codes: (answer.warnings ?? []).map(({ code }) => code) };
}
