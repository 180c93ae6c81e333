import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { play, scripted } from '../../evals/play.js';
import { KINDS } from '../../evals/task.js';
import { TASKS } from '../../evals/tasks.js';
import { openSandbox } from '../../src/cli/sandbox.js';
import { MAIN } from '../helpers/server-process.js';

/** The diagnosis of the demo's people takes some seconds. Milliseconds. */
const PATIENCE_MS = 30_000;

async function playedBy(which: 'right' | 'wrong', task: (typeof TASKS)[number]) {
  const sandbox = await openSandbox('demo');
  const opened = { url: sandbox.url, key: sandbox.key, project_id: sandbox.projectId, close: () => sandbox.close() };
  const played = await play(task, scripted(which), { sandbox: opened, main: resolve(MAIN) });
  await sandbox.close();
  return played;
}

describe('the tasks of the agent evaluations', () => {
  it('are 24, each with a name of its own, of every kind', () => {
    expect(new Set(TASKS.map(({ id }) => id)).size).toBe(24);
    expect(new Set(TASKS.map(({ kind }) => kind))).toEqual(new Set(KINDS));
  });

  it.each(TASKS.map((task) => [task.id, task] as const))(
    'tell right from wrong: %s',
    { timeout: PATIENCE_MS },
    async (_, task) => {
      expect((await playedBy('right', task)).problems).toEqual([]);
      expect((await playedBy('wrong', task)).problems).not.toEqual([]);
    },
  );
});
