import { describe, expect, it } from 'vitest';
import { type Flag, flagWire } from '../../src/schema/flag.js';
import { flagChanges } from '../../src/writes/subjects/flag-changes.js';

/** A flag with everything that PostHog is known to keep of one. */
const WHOLE = {
  id: 1,
  key: 'steps',
  name: 'Steps',
  active: true,
  deleted: false,
  ensure_experience_continuity: true,
  has_encrypted_payloads: false,
  bucketing_identifier: 'distinct_id',
  evaluation_runtime: 'all',
  evaluation_contexts: ['app'],
  filters: {
    groups: [
      {
        properties: [{ key: 'plan', type: 'person', operator: 'exact', value: ['pro'] }],
        rollout_percentage: 50,
        variant: 'test',
        description: 'Paying.',
        aggregation_group_type_index: 0,
        sort_key: 'a',
      },
      {
        properties: [{ key: 'id', type: 'cohort', operator: 'in', value: 7 }],
        rollout_percentage: 100,
        exposure_frozen: true,
        exposure_frozen_cohort: 7,
      },
    ],
    multivariate: {
      variants: [
        { key: 'control', name: 'Old', rollout_percentage: 50, colour: 'red' },
        { key: 'test', name: 'New', rollout_percentage: 50 },
      ],
      sticky: true,
    },
    payloads: { control: '1', test: '2' },
    aggregation_group_type_index: 0,
    super_groups: [{ properties: [{ key: '$feature_enrollment/steps', value: ['true'] }], rollout_percentage: 100 }],
    feature_enrollment: true,
    early_exit: true,
    holdout: { id: 3, exclusion_percentage: 10 },
    holdout_groups: [{ variant: 'holdout-3', rollout_percentage: 10 }],
  },
};

/** The same with each single value in turn another one, or left out. */
function variations(value: unknown, path = ''): [path: string, changed: unknown][] {
  if (value === null || typeof value !== 'object') {
    const other = typeof value === 'number' ? value + 1 : typeof value === 'boolean' ? !value : `${String(value)}!`;
    return [[path, other]];
  }
  return Object.entries(value).flatMap(([key, inner]) =>
    variations(inner, path ? `${path}.${key}` : key).map(([at, changed]): [string, unknown] => [
      at,
      Array.isArray(value) ? value.with(Number(key), changed) : { ...value, [key]: changed },
    ]),
  );
}

const flag = (value: unknown): Flag => flagWire.parse(value);

describe('the changes of a flag', () => {
  it.each(variations(WHOLE).filter(([path]) => path !== 'id'))('risk 48: name another value of %s', (_, changed) => {
    expect(flagChanges(flag(WHOLE), flag(changed))).not.toEqual([]);
    expect(flagChanges(flag(changed), flag(WHOLE))).not.toEqual([]);
  });

  it.each(Object.keys(WHOLE.filters))('name %s that is gone', (key) => {
    const { [key]: _, ...filters }: Record<string, unknown> = WHOLE.filters;
    expect(flagChanges(flag(WHOLE), flag({ ...WHOLE, filters }))).not.toEqual([]);
  });

  it('are none where only the order of keys differs, or how nothing is written', () => {
    const { payloads, ...others } = WHOLE.filters;
    const plain = { ...WHOLE, filters: { ...others, newer: null } };
    expect(flagChanges(flag({ ...WHOLE, filters: { payloads, ...others } }), flag(WHOLE))).toEqual([]);
    expect(flagChanges(flag(plain), flag({ ...WHOLE, filters: others }))).toEqual([]);
  });
});
