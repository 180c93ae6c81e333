import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { demoScenario } from '../../src/sandbox/scenario/seed/demo.js';
import { type Sandbox, startSandbox } from '../../src/sandbox/server.js';
import { type AlteringProxy, startAlteringProxy } from '../helpers/altering-proxy.js';
import { run } from '../helpers/server-process.js';

let sandbox: Sandbox;
let proxy: AlteringProxy;
let env: Record<string, string>;
beforeAll(async () => {
  sandbox = await startSandbox({ scenario: demoScenario });
  proxy = await startAlteringProxy(sandbox.url);
  env = {
    POSTHOG_HOST: proxy.origin,
    POSTHOG_PERSONAL_API_KEY: sandbox.key,
    POSTHOG_PROJECT_ID: String(sandbox.projectId),
  };
});
afterAll(async () => {
  await proxy.close();
  await sandbox.close();
});

const reportShape = z.object({
  ok: z.boolean(),
  version: z.string(),
  findings: z.array(z.object({ what: z.string(), verdict: z.string() })),
});

describe('doctor --contract', () => {
  it('ends with 0 where everything fits', async () => {
    proxy.rewrite(null);
    const { code, stdout } = await run(['doctor', '--contract'], env);
    expect(stdout).toMatch(/^experiment +fits$/m);
    expect(stdout).toContain('PostHog answers as this version expects');
    expect(code).toBe(0);
  });

  it('names what differs, in text and in JSON, and ends with 1', async () => {
    proxy.rewrite((json, request) =>
      /experiments\/\d+\/$/.test(request) ? { ...Object(json), metrics: 'none' } : json,
    );
    const [text, json] = await Promise.all([
      run(['doctor', '--contract'], env),
      run(['doctor', '--contract', '--json'], env),
    ]);
    expect(text.stdout).toMatch(/^experiment +DIFFERS\n +metrics is string, expected array$/m);
    const { ok, findings } = reportShape.parse(JSON.parse(json.stdout));
    expect({ ok, codes: [text.code, json.code] }).toEqual({ ok: false, codes: [1, 1] });
    expect(findings).toContainEqual(expect.objectContaining({ what: 'experiment', verdict: 'differs' }));
  });

  it('ends with 1 where the key is not taken, since nothing is known then', async () => {
    proxy.rewrite(null);
    const wrong = { ...env, POSTHOG_PERSONAL_API_KEY: `phx_${'wrong'.repeat(8)}` };
    const { code, stdout } = await run(['doctor', '--contract'], wrong);
    expect(stdout).toContain('not reachable with this key');
    expect(code).toBe(1);
  });

  it('is not asked for together with another look', async () => {
    const { code, stderr } = await run(['doctor', '--contract', '--try-regions'], env);
    expect(stderr).toContain('ask for one of them');
    expect(code).toBe(2);
  });
});
