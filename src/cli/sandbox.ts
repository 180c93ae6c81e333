import type { Sandbox } from '../sandbox/server.js';

/** Announces a running sandbox as one JSON line and keeps it until `stop` aborts. */
export async function runSandbox(sandbox: Sandbox, stop: AbortSignal): Promise<void> {
  const facts = {
    url: sandbox.url,
    key: sandbox.key,
    read_only_key: sandbox.readOnlyKey,
    project_id: sandbox.projectId,
    other_project_id: sandbox.otherProjectId,
  };
  process.stdout.write(`${JSON.stringify(facts)}\n`);
  await new Promise<void>((resolve) => {
    if (stop.aborted) resolve();
    else stop.addEventListener('abort', () => resolve(), { once: true });
  });
  await sandbox.close();
}
