import type { Sandbox } from '../../src/sandbox/server.js';

/** Whatever has a sandbox: a test's world, or the sandbox alone. */
export interface Sandboxed {
  sandbox: Sandbox;
}

/** What the server sent that was no read (a query is one), in order: `POST experiments/1/launch` and the body. */
export function sent(world: Sandboxed): { request: string; body: unknown }[] {
  return world.sandbox.requests
    .filter(({ method, path }) => method !== 'GET' && !path.endsWith('/query/'))
    .map(({ method, path, body }) => ({
      request: `${method} ${path.replace(/^\/api\/projects\/\d+\//, '').replace(/\/$/, '')}`,
      body,
    }));
}

/** The row behind an experiment, to bring about what no tool can. */
export function experimentRow({ sandbox }: Sandboxed, id: number) {
  const row = sandbox.store.experiments.get(id);
  if (!row) throw new Error(`no experiment ${id}`);
  return row;
}

export function flagRow(world: Sandboxed, experimentId: number) {
  const row = world.sandbox.store.flags.get(experimentRow(world, experimentId).flag_id);
  if (!row) throw new Error(`no flag of experiment ${experimentId}`);
  return row;
}
