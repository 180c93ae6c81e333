import type { World } from './world.js';

/** All that the sandbox holds of the things that writes act on, read past every connection. */
export function storedIn({ sandbox }: World): Record<string, unknown> {
  const { experiments, flags, holdouts, savedMetrics, cohorts } = sandbox.store;
  return structuredClone({
    experiments: [...experiments.values()].map(({ activity: _, ...row }) => row),
    flags: [...flags.values()],
    holdouts: [...holdouts.values()],
    savedMetrics: [...savedMetrics.values()],
    cohorts: [...cohorts.values()],
  });
}
