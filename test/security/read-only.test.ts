import { Client } from '@modelcontextprotocol/client';
import { InMemoryTransport } from '@modelcontextprotocol/server';
import { describe, expect, it } from 'vitest';
import { isWrite } from '../../proof/faults/asked.js';
import { CATALOGUE } from '../../src/generated/tools.js';
import { selectTools } from '../../src/mcp/listing/select-tools.js';
import { createMcpServer } from '../../src/mcp/server.js';
import { scenarioOf } from '../helpers/assess-scenarios.js';
import { openFor } from '../helpers/furnish.js';
import { VALID_CALLS } from '../helpers/valid-calls.js';
import { openWorld, type WorldOptions } from '../helpers/world.js';

const writes = CATALOGUE.filter(({ access }) => access !== 'read').map(({ name }) => name);
const reads = CATALOGUE.filter(({ access }) => access === 'read').map(({ name }) => name);

describe('risk 25: a read-only server', () => {
  it('lists no tool that writes, also where one is asked for by name', async () => {
    const { list } = selectTools(CATALOGUE, { toolsets: ['all'], tools: ['experiment-launch'], readOnly: true });
    expect(list.map(({ name }) => name)).toEqual(reads);
    for (const { definition } of list) expect(definition.annotations).toMatchObject({ readOnlyHint: true });
  });

  it.each(writes)('does not know %s, and says why', async (name) => {
    const entries = selectTools(CATALOGUE, { toolsets: ['all'], readOnly: true });
    const call = () => Promise.reject(new Error('a call came through'));
    const server = createMcpServer({ version: '0', entries, call });
    const client = new Client({ name: 'test', version: '1' });
    const [ours, theirs] = InMemoryTransport.createLinkedPair();
    await Promise.all([server.connect(theirs), client.connect(ours)]);
    await expect(client.callTool({ name, arguments: VALID_CALLS[name] ?? {} })).rejects.toMatchObject({
      code: -32602,
      message: expect.stringMatching(`Unknown tool: ${name} \\(it exists but is not served: .*--read-only`),
    });
    await client.close();
  });

  it.each(writes)('sends no write even if %s were served', async (name) => {
    const world = await openFor(name, { readOnly: true });
    const answer = await world.call(name, VALID_CALLS[name]);
    expect(answer.data.error).toMatchObject({ code: 'read_only' });
    const wrote = (request: string) => {
      const [method = '', path = ''] = request.split(' ');
      return isWrite(method, path);
    };
    expect(world.requests().filter(wrote)).toEqual([]);
  });

  it.each(reads)('serves %s as ever', async (name) => {
    const world = await openFor(name, { readOnly: true });
    const answer = await world.call(name, VALID_CALLS[name]);
    expect(answer.isError, answer.text).toBe(false);
  });
});

describe('advice to calculate results', () => {
  const cases = [null, 70].flatMap((results_age_hours) =>
    (
      [
        ['experiment-assess', { id: 1, detail: 'full' }],
        ['experiment-results', { id: 1 }],
        ['experiment-review', { include_results: true }],
      ] as const
    ).map(([tool, args]) => [tool, results_age_hours, args] as const),
  );

  it.each(cases)(
    'by %s (results %s hours old) names no call that a read-only server refuses',
    async (tool, age, args) => {
      const world = await openWorld({ scenario: scenarioOf({ results_age_hours: age }), readOnly: true });
      const { text, data } = await world.call(tool, args);
      expect(text + JSON.stringify(data)).not.toMatch(/"?refresh"?: ?true/);
    },
  );

  it.each(cases)('by %s (results %s hours old) names the scope, since keys may lack it', async (tool, age, args) => {
    const world = await openWorld({ scenario: scenarioOf({ results_age_hours: age }), key: 'readOnlyKey' });
    const prose = JSON.stringify((await world.call(tool, args)).data).replaceAll(/"refresh":true/g, '');
    expect(prose.replaceAll('refresh: true (scope experiment:write)', '')).not.toContain('refresh');
  });

  it.each<[string, WorldOptions, object]>([
    ['a read-only server', { readOnly: true }, { code: 'read_only' }],
    ['a key with read scopes', { key: 'readOnlyKey' }, { code: 'missing_scope', missing_scope: 'experiment:write' }],
  ])('is refused by %s with a way to look all the same', async (_, options, error) => {
    const world = await openWorld({ scenario: scenarioOf(), ...options });
    const answer = await world.call('experiment-results', { id: 1, refresh: true });
    expect(answer.data.error).toMatchObject(error);
    expect(answer.text).toContain('Without refresh the stored results show.');
    expect((await world.call('experiment-results', { id: 1 })).isError).toBe(false);
  });
});

describe('what a caller may choose', () => {
  it('risk 26: does not include a project to act in, a host, an address or a key, at any depth of any schema', () => {
    const names = new Set<string>();
    JSON.stringify(
      CATALOGUE.map(({ definition }) => definition.inputSchema),
      (key, value: unknown) => {
        names.add(key);
        return value;
      },
    );
    expect(names.size).toBeGreaterThan(40);
    // Where a copy goes; the project that a call acts in stays the server's own.
    expect(names.delete('target_project')).toBe(true);
    // Confirms a preview; it is no key to anything.
    expect(names.delete('confirmation_token')).toBe(true);
    for (const name of names)
      expect(name).not.toMatch(/project|team|host|origin|url|token|secret|api_key|environment/i);
  });
});
