import { describe, expect, it } from 'vitest';
import { CATALOGUE } from '../../src/generated/tools.js';

const LEVELS = {
  read: [
    'event-search',
    'experiment-activity',
    'experiment-assess',
    'experiment-calculate-running-time',
    'experiment-cleanup-task',
    'experiment-diagnose',
    'experiment-get',
    'experiment-holdouts-list',
    'experiment-holdouts-retrieve',
    'experiment-list',
    'experiment-preflight',
    'experiment-prompt-templates',
    'experiment-results',
    'experiment-review',
    'experiment-saved-metrics-list',
    'experiment-saved-metrics-retrieve',
    'experiment-stats',
    'experiment-timeseries-results',
    'feature-flag-get',
    'project-list',
  ],
  write: [
    'experiment-copy-to-project',
    'experiment-create',
    'experiment-create-exposure-cohort',
    'experiment-create-from-prompt',
    'experiment-duplicate',
    'experiment-end',
    'experiment-holdouts-create',
    'experiment-migrate',
    'experiment-saved-metrics-create',
    'experiment-unarchive',
    'experiments-bulk-update-tags-create',
  ],
  live: [
    'experiment-archive',
    'experiment-freeze-exposure',
    'experiment-launch',
    'experiment-pause',
    'experiment-resume',
    'experiment-unfreeze-exposure',
    'experiment-update',
    'feature-flag-restore',
  ],
  destructive: [
    'experiment-delete',
    'experiment-holdouts-destroy',
    'experiment-holdouts-partial-update',
    'experiment-reset',
    'experiment-saved-metrics-destroy',
    'experiment-saved-metrics-partial-update',
    'experiment-ship-variant',
  ],
};

const HINTS: Readonly<Record<string, object>> = {
  read: { readOnlyHint: true, destructiveHint: false },
  write: { readOnlyHint: false, destructiveHint: false },
  live: { readOnlyHint: false, destructiveHint: true },
  destructive: { readOnlyHint: false, destructiveHint: true },
};

const cases = Object.entries(LEVELS).flatMap(([level, names]) => names.map((name) => [name, level] as const));

// The names are typed here by hand: whoever renames or removes a tool breaks its callers, and is told so.
it('risk 41: the tools have these names, and no tool is without a level', () => {
  expect(CATALOGUE.map(({ name }) => name)).toEqual(cases.map(([name]) => name).sort());
});

describe('risk 27: what a client is told of the danger of a call', () => {
  it.each(cases)('%s is %s', (name, level) => {
    const entry = CATALOGUE.find((candidate) => candidate.name === name);
    expect(entry?.access).toBe(level);
    expect(entry?.definition.annotations).toMatchObject(HINTS[level] ?? {});
  });
});
