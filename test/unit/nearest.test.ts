import { describe, expect, it } from 'vitest';
import { nearest } from '../../src/words/nearest.js';

const NAMES = ['id', 'feature_flag_key', 'split_percent', 'rollout_percentage', 'metric', 'name'];

describe('nearest', () => {
  it.each([
    ['featureFlagKey', 'feature_flag_key'],
    ['feature-flag-key', 'feature_flag_key'],
    ['split', 'split_percent'],
    ['metrics', 'metric'],
    ['nmae', 'name'],
    ['rolout_percentage', 'rollout_percentage'],
  ])('takes %s for %s', (word, meant) => {
    expect(nearest(word, NAMES)).toBe(meant);
  });

  it.each(['', 'project_id', 'conclusion', 'x'.repeat(100_000)])('finds nothing near %.20s', (word) => {
    expect(nearest(word, NAMES)).toBeNull();
  });
});
