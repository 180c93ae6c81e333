import { Client } from '@modelcontextprotocol/client';
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio';
import { Client as OldClient } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport as OldTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { afterEach, describe, expect, it } from 'vitest';
import { BARE_ENV, MAIN } from '../helpers/server-process.js';

const COMMAND = {
  command: process.execPath,
  args: [MAIN, '--sandbox', '--read-only'],
  env: { ...BARE_ENV },
  stderr: 'ignore',
} as const;
const INFO = { name: 'test', version: '1' };

const open: { close(): Promise<void> }[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((client) => client.close()));
});

async function connect(mode: 'legacy' | { pin: string }) {
  const client = new Client(INFO, { versionNegotiation: { mode } });
  open.push(client);
  await client.connect(new StdioClientTransport({ ...COMMAND, args: [...COMMAND.args] }));
  return client;
}

async function connectOld() {
  const client = new OldClient(INFO);
  open.push(client);
  await client.connect(new OldTransport({ ...COMMAND, args: [...COMMAND.args] }));
  return client;
}

const CLIENTS = [
  ['the v1 client', connectOld],
  ['the v2 client, old handshake', () => connect('legacy')],
  ['the v2 client, 2026-07-28', () => connect({ pin: '2026-07-28' })],
] as const;

describe.each(CLIENTS)('%s', (_, openClient) => {
  it('finds prompts, guides, experiments and completion in the built server, read-only as it is', async () => {
    const client = await openClient();
    expect((await client.listPrompts()).prompts).toHaveLength(4);
    const prompt = await client.getPrompt({ name: 'launch-checklist', arguments: { experiment: 'x' } });
    expect(JSON.stringify(prompt.messages)).toContain('experiment-preflight');
    expect((await client.listResources()).resources).toHaveLength(5);
    expect((await client.listResourceTemplates()).resourceTemplates).toHaveLength(2);
    const ref = { type: 'ref/resource', uri: 'experiment://{id}' } as const;
    const { completion } = await client.complete({ ref, argument: { name: 'id', value: '1' } });
    expect(completion.values).toContain('1');
    const read = await client.readResource({ uri: 'experiment://1' });
    expect(JSON.parse(String(Reflect.get(Object(read.contents[0]), 'text')))).toMatchObject({ id: 1 });
    for (const uri of ['guide://lifecycle', 'guide://metrics', 'guide://reading-results'])
      expect(await client.readResource({ uri })).toMatchObject({ contents: [{ uri }] });
    await expect(client.readResource({ uri: 'guide://nope' })).rejects.toMatchObject({
      code: -32602,
      data: { uri: 'guide://nope' },
    });
  });
});
