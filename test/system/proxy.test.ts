import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { demoScenario } from '../../src/sandbox/scenario/seed/demo.js';
import { type Sandbox, startSandbox } from '../../src/sandbox/server.js';
import { run } from '../helpers/server-process.js';
import { makeAuthority, NAME, startTerminator, startTunnel } from './tls.js';

const PASSWORD = 'canary-of-the-proxy';
const KEY = 'phx_canary0123456789abcdefghij';

let authority: Awaited<ReturnType<typeof makeAuthority>>;
let sandbox: Sandbox;
let terminator: Awaited<ReturnType<typeof startTerminator>>;
let tunnel: Awaited<ReturnType<typeof startTunnel>>;
let env: Record<string, string>;
let before = 0;
/** Of the test so far. */
const requests = () => sandbox.requests.slice(before);
beforeAll(async () => {
  authority = await makeAuthority();
  sandbox = await startSandbox({ scenario: demoScenario });
  const behind = { port: Number(new URL(sandbox.url).port), swap: { sent: KEY, known: sandbox.key } };
  terminator = await startTerminator(behind, authority);
  tunnel = await startTunnel(terminator.port);
  env = {
    POSTHOG_HOST: `https://${NAME}:${terminator.port}`,
    POSTHOG_PERSONAL_API_KEY: KEY,
    POSTHOG_PROJECT_ID: String(sandbox.projectId),
    HTTPS_PROXY: tunnel.origin.replace('://', `://anna:${PASSWORD}@`),
    NODE_EXTRA_CA_CERTS: authority.caFile,
  };
});
afterAll(async () => {
  await tunnel.close();
  await terminator.close();
  await sandbox.close();
  await authority.remove();
});
beforeEach(() => {
  tunnel.seen.length = 0;
  before = sandbox.requests.length;
  terminator.plan.breaksAt = null;
});

/** One call of the built program; whatever it prints, the secrets are not in it. */
async function call(tool: string, args: object, more: Record<string, string> = {}) {
  const { code, stdout, stderr } = await run(['call', tool, JSON.stringify(args), '--confirm', 'off'], {
    ...env,
    POSTHOG_MCP_LOG_LEVEL: 'debug',
    ...more,
  });
  for (const text of [stdout, stderr]) expect(text).not.toMatch(new RegExp(`${PASSWORD}|${KEY}`));
  return { code, stderr, answer: JSON.parse(stdout) };
}

describe('a PostHog behind a proxy, with a certificate of an authority of its own', () => {
  it('is reached through a tunnel, in which the proxy sees its name and not the key', async () => {
    const { code, answer } = await call('experiment-list', { limit: 1 });
    expect(code, JSON.stringify(answer)).toBe(0);
    expect(answer.items).toHaveLength(1);
    const authorization = `Basic ${Buffer.from(`anna:${PASSWORD}`).toString('base64')}`;
    expect(tunnel.seen).toEqual([{ target: `${NAME}:${terminator.port}`, authorization }]);
    expect(tunnel.text()).not.toContain(KEY);
    expect(tunnel.text().length).toBeGreaterThan(100);
  });

  it('is asked without it where NO_PROXY names it', async () => {
    const more = { NO_PROXY: NAME, NODE_OPTIONS: `--import=${authority.resolver}` };
    const { code, answer } = await call('experiment-list', { limit: 1 }, more);
    expect([code, answer.items?.length]).toEqual([0, 1]);
    expect(tunnel.seen).toEqual([]);
  });

  it('is not trusted without the authority, and is sent nothing', async () => {
    const { code, answer } = await call('experiment-list', {}, { NODE_EXTRA_CA_CERTS: '' });
    expect([code, answer.error.code]).toEqual([1, 'connection_failed']);
    expect(JSON.stringify(answer)).toContain('NODE_EXTRA_CA_CERTS');
    expect(requests()).toEqual([]);
  });

  it('is not sent a write again whose tunnel broke before the answer', async () => {
    terminator.plan.breaksAt = /^POST \S+\/experiments\/ /;
    const { answer } = await call('experiment-create', { name: 'Through', feature_flag_key: 'through-the-tunnel' });
    const posts = requests().filter(({ method }) => method === 'POST');
    expect([posts.length, terminator.plan.broken]).toEqual([1, 1]);
    expect(['applied', 'outcome_unknown']).toContain(answer.status ?? answer.error?.code);
  });

  it('is told by doctor, with the proxy, its variable and the certificates', async () => {
    const { code, stdout } = await run(['doctor', '--json'], env);
    expect(stdout).not.toContain(PASSWORD);
    const { checks } = JSON.parse(stdout);
    expect(code, stdout).toBe(0);
    expect(checks).toContainEqual({
      ...{ check: 'proxy', status: 'ok' },
      says: `${tunnel.origin}, by HTTPS_PROXY; tunnels to ${NAME}:${terminator.port}, does not see the key`,
    });
    expect(checks).toContainEqual(
      expect.objectContaining({ check: 'certs', status: 'ok', says: expect.stringMatching(/^1 certificate of/) }),
    );
  });
});
