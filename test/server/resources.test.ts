import { Client } from '@modelcontextprotocol/client';
import { InMemoryTransport } from '@modelcontextprotocol/server';
import { afterEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { CATALOGUE } from '../../src/generated/tools.js';
import type { CallAnswer } from '../../src/mcp/calls/answer.js';
import type { CallRequest } from '../../src/mcp/calls/call-tool.js';
import type { CatalogueEntry } from '../../src/mcp/listing/catalogue.js';
import { selectTools } from '../../src/mcp/listing/select-tools.js';
import { createMcpServer } from '../../src/mcp/server.js';
import { wordsOf } from '../helpers/known-words.js';
import { RUNNING } from '../helpers/shop.js';
import { experimentRow } from '../helpers/state.js';
import { openWorld, type World } from '../helpers/world.js';

const GUIDES = ['guide://lifecycle', 'guide://metrics', 'guide://reading-results'];
const APPS = ['ui://posthog-experiments/results', 'ui://posthog-experiments/review'];
const TEMPLATES = ['experiment://{id}', 'experiment://{id}/assessment'];
const contents = z.tuple([z.object({ uri: z.string(), mimeType: z.string(), text: z.string() })]);

async function read(client: Client, uri: string) {
  const [content] = contents.parse((await client.readResource({ uri })).contents);
  return content;
}

async function readJson({ client, far }: World, uri: string): Promise<unknown> {
  return JSON.parse((await read(client, uri)).text.replaceAll(far.origin, 'http://sandbox'));
}

const open: Client[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((client) => client.close()));
});

const entry = (name: string): CatalogueEntry => ({
  name,
  toolset: 'results',
  access: 'read',
  varies: false,
  undoTools: [],
  definition: { name, inputSchema: { type: 'object' } },
});

/** A server that serves these tools, all of which answer the same. */
async function serving(names: readonly string[], answer: (request: CallRequest) => CallAnswer | Promise<CallAnswer>) {
  const calls: CallRequest[] = [];
  const entries = selectTools(
    [...CATALOGUE.filter(({ name }) => name !== 'experiment-assess'), entry('experiment-assess')],
    { tools: names, readOnly: false },
  );
  const call = async (request: CallRequest) => {
    calls.push(request);
    return answer(request);
  };
  const client = new Client({ name: 'test', version: '1' });
  open.push(client);
  const [ours, theirs] = InMemoryTransport.createLinkedPair();
  await Promise.all([createMcpServer({ version: '0', entries, call }).connect(theirs), client.connect(ours)]);
  return { client, calls };
}

const answered = (facts: Record<string, unknown>) => (): CallAnswer => ({
  content: [{ type: 'text', text: 'as text' }],
  structuredContent: facts,
});

describe('the lists of resources', () => {
  it('hold the guides and the templates, each described, on one page and without a request', async () => {
    const world = await openWorld();
    const { resources, nextCursor } = await world.client.listResources();
    const { resourceTemplates } = await world.client.listResourceTemplates();
    expect(resources.map(({ uri }) => uri)).toEqual([...GUIDES, ...APPS]);
    expect(resourceTemplates.map(({ uriTemplate }) => uriTemplate)).toEqual(TEMPLATES);
    expect(nextCursor).toBeUndefined();
    for (const { name, title, description, mimeType } of [...resources, ...resourceTemplates]) {
      for (const text of [name, title, description, mimeType]) expect(text).toBeTruthy();
    }
    expect(world.requests()).toEqual([]);
  });

  it('are the same for a read-only server and after experiments have changed', async () => {
    const world = await openWorld();
    const readOnly = await openWorld({ readOnly: true });
    const lists = async ({ client }: World) => [await client.listResources(), await client.listResourceTemplates()];
    const before = await lists(world);
    await world.call('experiment-create', { name: 'New', feature_flag_key: 'new' });
    expect(await lists(world)).toEqual(before);
    expect(await lists(readOnly)).toEqual(before);
  });

  it('know no cursor', async () => {
    const { client } = await openWorld();
    await expect(client.listResources({ cursor: 'x' })).rejects.toMatchObject({ code: -32602 });
    await expect(client.listResourceTemplates({ cursor: 'x' })).rejects.toMatchObject({ code: -32602 });
  });
});

describe('a guide', () => {
  it.each(GUIDES)('%s is a short text that names only tools and fields there are', async (uri) => {
    const world = await openWorld();
    const guide = await read(world.client, uri);
    expect(guide).toMatchObject({ uri, mimeType: 'text/markdown', text: expect.stringMatching(/^# \w/) });
    expect(guide.text.length).toBeLessThan(6_000);
    const { tools, strange } = wordsOf(guide.text);
    expect(tools).not.toEqual([]);
    expect(strange).toEqual([]);
    expect(world.requests()).toEqual([]);
  });
});

describe('a page that draws answers', () => {
  it.each(APPS)('%s is one HTML page that asks for no domain', async (uri) => {
    const { client, requests } = await openWorld();
    const { contents: all } = await client.readResource({ uri });
    expect(all).toEqual([
      {
        uri,
        mimeType: 'text/html;profile=mcp-app',
        text: expect.stringMatching(/^<!doctype html>/),
        _meta: { ui: { prefersBorder: true } },
      },
    ]);
    expect(requests()).toEqual([]);
  });

  it('is named by the tools whose answers it draws, and by no other', async () => {
    const { client } = await openWorld();
    const { tools } = await client.listTools();
    const linked = tools.flatMap(({ name, _meta }) => (_meta?.ui ? [[name, _meta.ui]] : []));
    const [results, review] = APPS.map((resourceUri) => ({ resourceUri }));
    expect(Object.fromEntries(linked)).toEqual({
      'experiment-assess': results,
      'experiment-results': results,
      'experiment-review': review,
    });
  });
});

describe('an experiment as a resource', () => {
  it('reads as experiment-get answers it', async () => {
    const world = await openWorld();
    const { data } = await world.call('experiment-get', { id: RUNNING });
    expect(await readJson(world, `experiment://${RUNNING}`)).toEqual(data);
    expect(await read(world.client, `experiment://${RUNNING}`)).toMatchObject({
      uri: `experiment://${RUNNING}`,
      mimeType: 'application/json',
    });
  });

  it('is served by a read-only server', async () => {
    const world = await openWorld({ readOnly: true });
    expect(await readJson(world, `experiment://${RUNNING}`)).toMatchObject({ id: RUNNING });
  });

  it('is cleaned of what nobody can see, and of secrets', async () => {
    const world = await openWorld();
    experimentRow(world, RUNNING).name = `Che\u200Bck\u202Eout ${world.sandbox.key}`;
    const { text } = await read(world.client, `experiment://${RUNNING}`);
    expect(JSON.parse(text)).toMatchObject({ name: 'Checkout [redacted]' });
    expect(text).not.toContain(world.sandbox.key);
  });

  it('that does not exist is not found, with its URI and the way on', async () => {
    const { client } = await openWorld();
    await expect(client.readResource({ uri: 'experiment://4711' })).rejects.toMatchObject({
      code: -32602,
      data: { uri: 'experiment://4711' },
      message: expect.stringContaining('experiment-list'),
    });
  });

  it('with an id larger than any is not found', async () => {
    const { client } = await openWorld();
    await expect(client.readResource({ uri: 'experiment://9999999999' })).rejects.toMatchObject({
      code: -32602,
      data: { uri: 'experiment://9999999999' },
    });
  });

  it('that PostHog fails to give is an internal error with its cause, and no missing resource', async () => {
    const world = await openWorld({ faults: { respond: () => ({ status: 403, body: { detail: 'No access.' } }) } });
    const failed = world.client.readResource({ uri: `experiment://${RUNNING}` });
    await expect(failed).rejects.toMatchObject({
      code: -32603,
      data: { uri: `experiment://${RUNNING}`, error: { status: 403 } },
      message: expect.stringContaining('No access.'),
    });
  });

  it('is not found where its tool is not served, and says how to get it', async () => {
    const { client, calls } = await serving(['experiment-list'], answered({}));
    await expect(client.readResource({ uri: 'experiment://2' })).rejects.toMatchObject({
      code: -32602,
      data: { uri: 'experiment://2' },
      message: expect.stringMatching(/is read with experiment-get\. .*start with --toolsets .*experiments/),
    });
    expect(calls).toEqual([]);
  });
});

describe('an assessment as a resource', () => {
  it('is what experiment-assess answers', async () => {
    const { client, calls } = await serving(['experiment-assess'], answered({ recommendation: 'keep_running' }));
    const { text } = await read(client, 'experiment://12/assessment');
    expect(JSON.parse(text)).toEqual({ recommendation: 'keep_running' });
    expect(calls).toMatchObject([{ name: 'experiment-assess', arguments: { id: '12' } }]);
  });

  it('is not found where experiment-assess is not served', async () => {
    const { client, calls } = await serving(['experiment-get'], answered({}));
    await expect(client.readResource({ uri: 'experiment://12/assessment' })).rejects.toMatchObject({
      code: -32602,
      data: { uri: 'experiment://12/assessment' },
      message: expect.stringMatching(/is read with experiment-assess\. .*start with --toolsets results/),
    });
    expect(calls).toEqual([]);
  });

  it('is cancelled with its request', async () => {
    const cancel = new AbortController();
    const ended: boolean[] = [];
    const { client } = await serving(['experiment-assess'], ({ signal }) => {
      const gone = new Promise<CallAnswer>((resolve) => {
        signal.addEventListener('abort', () => {
          ended.push(signal.aborted);
          resolve(answered({})());
        });
      });
      cancel.abort();
      return gone;
    });
    const reading = client.readResource({ uri: 'experiment://12/assessment' }, { signal: cancel.signal });
    await expect(reading).rejects.toThrow();
    await expect.poll(() => ended).toEqual([true]);
  });
});

describe('what is no resource', () => {
  it.each([
    'experiment://',
    'experiment://0',
    'experiment://-1',
    'experiment://07',
    'experiment://7e2',
    'experiment://2/',
    'experiment://2?x=1',
    'experiment://2/results',
    'experiment://2/assessment/',
    'experiment://../2',
    'experiment://{id}',
    'guide://nope',
    'guide://constructor',
    'file:///etc/passwd',
    'https://us.posthog.com/',
    'x'.repeat(5_000),
  ])('is not found with -32602, names the URI and what there is: %s', async (uri) => {
    const world = await openWorld();
    await expect(world.client.readResource({ uri })).rejects.toMatchObject({
      code: -32602,
      data: { uri },
      message: expect.stringContaining('There are guide://lifecycle, '),
    });
    expect(world.requests()).toEqual([]);
  });
});
