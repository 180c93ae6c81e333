import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CATALOGUE } from '../../src/generated/tools.js';
import { MAIN, start } from '../helpers/server-process.js';
import { INSTALL_MS, inspect, installInspector } from './inspector.js';

const ALL = CATALOGUE.map(({ name }) => name);
const FLAGS = ['--sandbox', '--toolsets', 'all'];

let base = '';
let stop = async () => {};

beforeAll(async () => {
  await installInspector();
  const server = start(['http', ...FLAGS, '--port', '0', '--rate', 'off']);
  stop = async () => {
    server.child.kill('SIGTERM');
    await server.exited;
  };
  base = new URL(JSON.parse(await server.printed('\n')).url).origin;
}, INSTALL_MS);
afterAll(() => stop());

const WAYS = [
  ['stdio', () => [process.execPath, MAIN, ...FLAGS]],
  ['http', () => [`${base}/mcp`, '--transport', 'http']],
  ['http, 2026-07-28', () => [`${base}/mcp`, '--transport', 'http', '--protocol-era', 'modern']],
  ['sse', () => [`${base}/sse`, '--transport', 'sse']],
] as const;

describe.each(WAYS)('the official Inspector over %s', (_, target) => {
  const ask = (...args: string[]) => inspect(target(), args);

  it('finds every tool, and nothing to complain about in strict mode', async () => {
    const { code, result, stderr } = await ask('--method', 'tools/list', '--strict');
    expect({ code, complaints: /error|warning/i.exec(stderr)?.[0] }, stderr).toEqual({
      code: 0,
      complaints: undefined,
    });
    expect(Object(result).tools.map(({ name }: { name: string }) => name)).toEqual(ALL);
  });

  it('calls a tool with arguments', async () => {
    const args = ['--tool-name', 'experiment-list', '--tool-args-json', '{"limit":2}'];
    const { code, result } = await ask('--method', 'tools/call', ...args);
    expect(code).toBe(0);
    expect(result).toMatchObject({
      content: [{ type: 'text' }],
      structuredContent: { items: [{ id: expect.any(Number) }, { id: expect.any(Number) }] },
    });
  });

  it('takes an error answer for one', async () => {
    const args = ['--tool-name', 'experiment-get', '--tool-args-json', '{"id":999999}'];
    const { code, result } = await ask('--method', 'tools/call', ...args);
    expect(code).toBe(5);
    expect(result).toMatchObject({ isError: true, structuredContent: { error: { code: 'not_found' } } });
  });

  it('refuses a tool that there is not', async () => {
    expect((await ask('--method', 'tools/call', '--tool-name', 'nope')).code).not.toBe(0);
  });

  it('lists and reads prompts and resources', async () => {
    const named = ['--prompt-name', 'launch-checklist', '--prompt-args', 'experiment=x'];
    const [prompts, prompt, resources, templates, read] = await Promise.all([
      ask('--method', 'prompts/list'),
      ask('--method', 'prompts/get', ...named),
      ask('--method', 'resources/list'),
      ask('--method', 'resources/templates/list'),
      ask('--method', 'resources/read', '--uri', 'experiment://1'),
    ]);
    expect(Object(prompts.result).prompts).toHaveLength(4);
    expect(JSON.stringify(prompt.result)).toContain('experiment-preflight');
    expect(Object(resources.result).resources).toHaveLength(5);
    expect(Object(templates.result).resourceTemplates).toHaveLength(2);
    expect(read.result).toMatchObject({ contents: [{ uri: 'experiment://1', mimeType: 'application/json' }] });
  });
});

describe('the official Inspector, told of pages', () => {
  it('finds the page of each tool that has one', async () => {
    const target = [process.execPath, MAIN, ...FLAGS];
    const args = ['--advertise-apps', '--method', 'tools/call', '--tool-name', 'experiment-results', '--app-info'];
    const { code } = await inspect(target, args);
    expect(code).toBe(0);
    const none = await inspect(target, [...args.slice(0, -3), '--tool-name', 'experiment-list', '--app-info']);
    expect(none.code).toBe(2);
  });
});
