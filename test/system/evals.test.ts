import { resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { aiSdkAgent } from '../../evals/ai-sdk.js';
import { play } from '../../evals/play.js';
import { TASKS } from '../../evals/tasks.js';
import { LAST_WORDS, startModel } from '../../proof/clients/real/model.js';
import { isRegistryReachable } from '../../proof/clients/real/scratch.js';
import { openSandbox } from '../../src/cli/sandbox.js';
import { MAIN } from '../helpers/server-process.js';

const INSTALL_MS = 300_000;
const online = await isRegistryReachable();
if (!online) process.stderr.write('npm cannot be reached, so the evaluations are not run through the AI SDK.\n');

describe.skipIf(!online)('an agent on the AI SDK', () => {
  let model: Awaited<ReturnType<typeof startModel>>;
  beforeAll(async () => {
    model = await startModel([{ tool: 'experiment-list', args: { status: 'running' } }]);
    process.env.OPENAI_BASE_URL = `${model.url}/v1`;
    process.env.OPENAI_API_KEY = 'made-up';
  });
  afterAll(() => model.close());

  it('calls the tools, and is scored by what it did and said', { timeout: INSTALL_MS }, async () => {
    const spent = { input: 0, output: 0 };
    const agent = await aiSdkAgent('openai/gpt-4o', spent);
    const [task] = TASKS;
    if (!task) throw new Error('there are no tasks');
    const sandbox = await openSandbox('demo');
    const opened = { url: sandbox.url, key: sandbox.key, project_id: sandbox.projectId, close: () => sandbox.close() };
    const played = await play(task, agent, { sandbox: opened, main: resolve(MAIN) });
    await sandbox.close();
    expect(model.seen.results).toEqual([expect.stringContaining('Onboarding checklist')]);
    expect(played.calls).toBe(1);
    // The scripted model ends with words that answer nothing.
    expect(played.problems).toEqual([
      expect.stringContaining('the last message does not say'),
      expect.stringContaining('Pricing'),
    ]);
    expect(LAST_WORDS).not.toContain('Onboarding');
    expect(spent.input + spent.output).toBeGreaterThan(0);
  });
});
