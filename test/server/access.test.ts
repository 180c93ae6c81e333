import { describe, expect, it } from 'vitest';
import { CATALOGUE } from '../../src/generated/tools.js';

const LEVELS = {
  read: ['event-search', 'experiment-get', 'experiment-list', 'feature-flag-get'],
  write: [
    'experiment-create',
    'experiment-create-exposure-cohort',
    'experiment-duplicate',
    'experiment-end',
    'experiment-unarchive',
  ],
  live: [
    'experiment-archive',
    'experiment-launch',
    'experiment-pause',
    'experiment-resume',
    'experiment-update',
    'feature-flag-restore',
  ],
  destructive: ['experiment-delete', 'experiment-reset', 'experiment-ship-variant'],
};

const HINTS: Readonly<Record<string, object>> = {
  read: { readOnlyHint: true, destructiveHint: false },
  write: { readOnlyHint: false, destructiveHint: false },
  live: { readOnlyHint: false, destructiveHint: true },
  destructive: { readOnlyHint: false, destructiveHint: true },
};

const cases = Object.entries(LEVELS).flatMap(([level, names]) => names.map((name) => [name, level] as const));

describe('what a client is told of the danger of a call', () => {
  it.each(cases)('%s is %s', (name, level) => {
    const entry = CATALOGUE.find((candidate) => candidate.name === name);
    expect(entry?.access).toBe(level);
    expect(entry?.definition.annotations).toMatchObject(HINTS[level] ?? {});
  });
});
