import { describe, expect, it } from 'vitest';
import { canonical } from '../../src/schema/canonical.js';
import { experimentWire } from '../../src/schema/experiment.js';
import { changedFields } from '../../src/writes/subjects/compare.js';
import { changesBetween } from '../../src/writes/subjects/experiment-changes.js';

describe('comparing states', () => {
  it('takes the order of keys for no difference, at any depth, and the order of a list for one', () => {
    expect(canonical({ a: 1, b: [{ c: 2, d: 3 }] })).toBe(canonical({ b: [{ d: 3, c: 2 }], a: 1 }));
    expect(canonical([1, 2])).not.toBe(canonical([2, 1]));
  });

  it('names the fields that differ with both values', () => {
    expect(changedFields({ a: 1, b: { x: 1, y: 2 } }, { a: 2, b: { y: 2, x: 1 } })).toEqual([
      { path: 'a', before: 1, after: 2 },
    ]);
  });

  it('reports no change of an experiment whose metrics only come in another order of keys', () => {
    const series = (step: object) => [{ uuid: 'm', metric_type: 'funnel', series: [step] }];
    const one = (step: object) =>
      experimentWire.parse({ id: 1, name: 'A', feature_flag_key: 'a', metrics: series(step) });
    const before = one({ kind: 'EventsNode', event: 'e', properties: [{ key: 'k', value: 'v' }] });
    const after = one({ properties: [{ value: 'v', key: 'k' }], event: 'e', kind: 'EventsNode' });
    expect(changesBetween(before, after)).toEqual([]);
  });
});
