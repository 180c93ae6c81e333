import { readFile } from 'node:fs/promises';
import { ConfigError } from '../errors.js';
import type { Scenario } from '../sandbox/scenario/scenario.js';
import type { Sandbox } from '../sandbox/server.js';
import { listenProblem } from './listen-problem.js';
import { print } from './print.js';

/** Starts a sandbox with `demo`, `empty` or the scenario of a file. */
export async function openSandbox(scenario: string, port = 0): Promise<Sandbox> {
  const { startSandbox } = await import('../sandbox/server.js');
  return startSandbox({ port, scenario: await loadScenario(scenario) }).catch((error: unknown) => {
    throw listenProblem(error, { port });
  });
}

export async function loadScenario(name: string): Promise<Scenario> {
  if (name === 'demo') return (await import('../sandbox/scenario/seed/demo.js')).demoScenario;
  if (name === 'empty') return (await import('../sandbox/scenario/seed/empty.js')).emptyScenario;
  const text = await readFile(name, 'utf8').catch((error: NodeJS.ErrnoException) => {
    throw new ConfigError(
      `The scenario file "${name}" cannot be read (${error.code ?? 'unknown error'}); --scenario takes demo, empty or a file.`,
    );
  });
  const { parseScenario, ScenarioError } = await import('../sandbox/scenario/scenario.js');
  try {
    return parseScenario(text);
  } catch (error) {
    throw error instanceof ScenarioError ? new ConfigError(`The scenario file "${name}": ${error.message}`) : error;
  }
}

/** Announces a running sandbox as one JSON line and keeps it until `stop` aborts. */
export async function runSandbox(sandbox: Sandbox, stop: AbortSignal): Promise<void> {
  const facts = {
    url: sandbox.url,
    key: sandbox.key,
    read_only_key: sandbox.readOnlyKey,
    project_token: sandbox.projectToken,
    project_secret_key: sandbox.projectSecretKey,
    project_id: sandbox.projectId,
    other_project_id: sandbox.otherProjectId,
  };
  await print(`${JSON.stringify(facts)}\n`);
  await new Promise<void>((resolve) => {
    if (stop.aborted) resolve();
    else stop.addEventListener('abort', () => resolve(), { once: true });
  });
  await sandbox.close();
}
