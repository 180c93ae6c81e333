import { expect } from 'vitest';
import { parseScenario } from '../../src/sandbox/scenario/scenario.js';
import { type Bench, bench, type Reply } from './support.js';

export type Action = 'enable' | 'disable' | 'update';

export const ASKED = 'A change request has been created and is pending approval.';

export interface GatedBench extends Bench {
  /** Runs something while nothing needs approval. */
  freely<T>(run: () => Promise<T>): Promise<T>;
  /** Makes a running experiment and returns its path. */
  running(): Promise<string>;
}

/** A sandbox in which these actions on flags need approval. */
export async function gated(...actions: Action[]): Promise<GatedBench> {
  const approvals = actions.map((action) => `feature_flag.${action}`);
  const ready = await bench({ scenario: parseScenario(JSON.stringify({ approvals })) });
  const project = ready.sandbox.store.mainProject;
  const freely = async <T>(run: () => Promise<T>): Promise<T> => {
    const policies = project.approvals;
    project.approvals = [];
    const result = await run();
    project.approvals = policies;
    return result;
  };
  const running = () =>
    freely(async () => {
      const path = await ready.draft();
      await ready.post(`${path}launch/`);
      return path;
    });
  return { ...ready, freely, running };
}

/** Expects that a change was not made but asked for, and returns the id of the change request. */
export function asked(reply: Reply): string {
  expect([reply.status, reply.json.code, reply.json.detail], reply.text).toEqual([409, 'approval_required', ASKED]);
  return String(reply.json.change_request_id);
}

/** Everything about an experiment: its flag and its log included. */
export async function stateOf({ get }: Bench, path: string): Promise<string> {
  const [experiment, log] = await Promise.all([get(path), get(`${path}activity/?limit=100`)]);
  return JSON.stringify([experiment.json, log.json]);
}
