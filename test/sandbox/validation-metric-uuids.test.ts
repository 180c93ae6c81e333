import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../src/sandbox/store/model.js';
import { assignMetricUuids } from '../../src/sandbox/validation/metrics.js';

describe('metric uuids', () => {
  const counting = () => {
    let count = 0;
    return () => `new-${++count}`;
  };
  const uuids = (metrics: JsonObject[]) => metrics.map((metric) => metric.uuid);

  it('are given to metrics without one, replaced where repeated or taken, and else kept', () => {
    const primary = [{ uuid: 'a' }, { uuid: '' }, {}, { uuid: null }, { uuid: 'a' }];
    const secondary = [{ uuid: 'a' }, { uuid: 'saved' }, { uuid: 'b' }];
    const assigned = assignMetricUuids({ primary, secondary }, new Set(['saved']), counting());
    expect(uuids(assigned.primary)).toEqual(['a', 'new-1', 'new-2', 'new-3', 'new-4']);
    expect(uuids(assigned.secondary)).toEqual(['new-5', 'new-6', 'b']);
  });

  it('leave the given metrics untouched', () => {
    const primary = [{ name: 'x' }];
    assignMetricUuids({ primary, secondary: [] }, new Set(), counting());
    expect(primary).toEqual([{ name: 'x' }]);
  });
});
