import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { holdsKey } from '../../proof/faults/secrets.js';
import { CATALOGUE } from '../../src/generated/tools.js';
import { type Behaviour, breakOff, json, raw, startFaultServer } from '../helpers/fault-server.js';
import { INITIALIZE, sandboxFor, start } from '../helpers/server-process.js';

const CANARY = 'phx_canaryCANARY0123456789canary';
/** In any form, or a part of it. */
const holdsCanary = (text: string) => holdsKey(text, CANARY) || text.includes('canaryCANARY');

const frame = z.looseObject({
  jsonrpc: z.literal('2.0'),
  id: z.union([z.number(), z.null()]).optional(),
  result: z.looseObject({ isError: z.boolean().optional() }).optional(),
});

/** Every line of stdout, parsed; fails on anything that is not a frame. */
function framesOf(stdout: string) {
  expect(stdout.endsWith('\n')).toBe(true);
  return stdout
    .trimEnd()
    .split('\n')
    .map((line) => frame.parse(JSON.parse(line)));
}

/** Calls each tool with arguments that work or nearly work, with junk, and sends broken lines between. */
function sendEverything(send: (message: object) => void, write: (text: string) => void): number {
  let id = 0;
  for (const { name } of CATALOGUE) {
    for (const args of [{}, { id: 1 }, { id: 'x', junk: '\u202E' }, { id: 2, key: 'checkout-button', search: 'a' }]) {
      send({ id: ++id, method: 'tools/call', params: { name, arguments: args } });
    }
    write('{broken\n');
  }
  send({ id: ++id, method: 'tools/call', params: { name: 'nope' } });
  send({ id: ++id, method: 'nope' });
  return id;
}

describe('stdout', () => {
  it('risk 28: carries frames only, over all tools, with errors and broken input', async () => {
    const { args, env, close } = await sandboxFor();
    const { child, exited, answered, send } = start([...args, '--toolsets', 'all', '--log-level', 'debug'], env);
    send(INITIALIZE);
    const last = sendEverything(send, (text) => child.stdin.write(text));
    const all = Array.from({ length: last + 1 }, (_, id) => id);
    await answered(all);
    child.stdin.end();
    const { code, stdout } = await exited;
    await close();
    expect(code).toBe(0);
    const ids = framesOf(stdout).map((one) => one.id);
    expect(ids.filter((id) => id !== null)).toHaveLength(all.length);
    expect(ids.filter((id) => id === null)).toHaveLength(CATALOGUE.length);
  });
});

describe('an argument with a name that every object has', () => {
  it.each(['__proto__', 'constructor', 'prototype'])('is refused: %s', async (name) => {
    const { child, exited, answered, send } = start(['--sandbox']);
    send(INITIALIZE);
    const call = '{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"experiment-get","arguments":';
    child.stdin.write(`${call}{"id":1,"${name}":{"detail":"full"}}}}\n`);
    const stdout = await answered([1]);
    child.stdin.end();
    expect((await exited).code).toBe(0);
    const line = stdout.split('\n').find((text) => text.includes('"id":1,') || text.includes('"id":1}'));
    expect(line).toMatch(/"isError":true|"code":-32602/);
    expect(line).toContain(`${name}${name === '__proto__' ? ' is an' : ':'} unknown argument`);
  });
});

describe('console.log', () => {
  it('risk 28: of code that is not ours ends up on stderr', async () => {
    const noisy = "process.on('exit', () => console.log('noise'))";
    const { child, exited, printed, send } = start(['--sandbox'], {
      NODE_OPTIONS: `--import="data:text/javascript,${encodeURI(noisy)}"`,
    });
    send(INITIALIZE);
    await printed('"serverInfo"');
    child.stdin.end();
    const { stdout, stderr } = await exited;
    expect(stderr).toBe('noise\n');
    expect(framesOf(stdout)).toHaveLength(1);
  });
});

describe('the key', () => {
  const echo: Behaviour = (response, request) => {
    const said = `${request.headers.authorization} is ${CANARY}, ${Buffer.from(CANARY).toString('base64')}, ${encodeURIComponent(CANARY)}`;
    response.writeHead(401, { 'content-type': 'application/json', 'x-echo': said });
    response.end(JSON.stringify({ type: 'authentication_error', code: 'x', detail: said, attr: null }));
  };
  const faults: [string, Behaviour][] = [
    ['an answer that repeats the headers', echo],
    [
      'HTML that repeats it',
      (response, request) => raw(500, `<h1>${request.headers.authorization}</h1>`)(response, request),
    ],
    [
      'a row that holds it',
      json(200, { count: 1, next: null, results: [{ id: 1, name: CANARY, description: `Bearer ${CANARY}` }] }),
    ],
    ['an answer of the wrong shape', json(200, { results: CANARY })],
    ['truncated JSON', raw(200, `{"detail":"${CANARY}`, { 'content-type': 'application/json' })],
    ['a redirect that carries it', (response) => void response.writeHead(302, { location: `/?key=${CANARY}` }).end()],
    ['broken connections', breakOff],
  ];

  const calls = [
    ['experiment-list', {}],
    ['experiment-get', { id: 1 }],
    ['experiment-pause', { id: 1 }],
  ] as const;

  it.each(['debug', 'silent'])('risk 19: appears nowhere, whatever PostHog answers, log level %s', async (level) => {
    let behaviour: Behaviour = breakOff;
    const upstream = await startFaultServer((response, request) => behaviour(response, request));
    const env = { POSTHOG_HOST: upstream.origin, POSTHOG_PERSONAL_API_KEY: CANARY, POSTHOG_PROJECT_ID: '1' };
    const { child, exited, answered, send } = start(['--log-level', level], env);
    send(INITIALIZE);
    let id = 0;
    for (const [what, fault] of faults) {
      behaviour = fault;
      const before = upstream.hits.length;
      const ids = calls.map(([name, args]) => {
        send({ id: ++id, method: 'tools/call', params: { name, arguments: args } });
        return id;
      });
      const printed = await answered(ids);
      expect(upstream.hits[before]?.headers.authorization, what).toBe(`Bearer ${CANARY}`);
      expect(holdsCanary(printed), `${what}: ${printed}`).toBe(false);
    }
    child.stdin.end();
    const { code, stdout, stderr } = await exited;
    await upstream.close();
    expect(code).toBe(0);
    expect(framesOf(stdout)).toHaveLength(1 + faults.length * calls.length);
    expect(holdsCanary(stdout + stderr), stderr).toBe(false);
  });
});
