import { describe, expect, test } from 'vitest';
import { at, bench, listAt, MEAN_METRIC } from './support.js';

const DETAIL = 'This experiment changed since you loaded it. Review the latest changes and try again.';

describe('version', () => {
  test('starts at 0; without one the last write wins', async () => {
    const { draft, patch, get } = await bench();
    const path = await draft();
    expect((await get(path)).json.version).toBe(0);
    await patch(path, { name: 'One' });
    expect((await patch(path, { name: 'Two' })).json).toMatchObject({ name: 'Two', version: 2 });
  });

  test('alone is compare-and-swap', async () => {
    const { draft, patch } = await bench();
    const path = await draft();
    expect((await patch(path, { name: 'One', version: 0 })).status).toBe(200);
    const stale = await patch(path, { name: 'Two', version: 0 });
    expect([stale.status, stale.json]).toEqual([409, { detail: DETAIL, current_version: 1 }]);
  });

  test('is looked at before the state but after the fields', async () => {
    const { draft, patch } = await bench();
    const path = await draft();
    await patch(path, { name: 'One' });
    expect((await patch(path, { name: '', version: 0 })).status).toBe(400);
    expect((await patch(path, { type: 'web', version: 0 })).status).toBe(409);
  });
});

describe('version with original_experiment', () => {
  async function stale() {
    const ready = await bench();
    const path = await ready.draft({ allow_unknown_events: true, metrics: [MEAN_METRIC, MEAN_METRIC] });
    const original = (await ready.get(path)).json;
    const base = { version: 0, original_experiment: original };
    return { ...ready, path, original, base, metrics: listAt(original, 'metrics') };
  }

  test('merges edits of different fields', async () => {
    const { path, patch, base, original } = await stale();
    await patch(path, { name: 'Theirs' });
    const merged = await patch(path, { ...base, name: original.name, description: 'Ours' });
    expect(merged.json).toMatchObject({ name: 'Theirs', description: 'Ours', version: 2 });
  });

  test('refuses edits of the same field and names it', async () => {
    const { path, patch, base } = await stale();
    await patch(path, { name: 'Theirs' });
    const refused = await patch(path, { ...base, name: 'Ours' });
    expect(refused.status).toBe(409);
    expect(refused.json).toEqual({ detail: DETAIL, current_version: 1, conflicting_fields: ['name'] });
    expect((await patch(path, { ...base, name: 'Theirs' })).status).toBe(200);
  });

  test('merges metrics by uuid: edits, additions and removals of both sides', async () => {
    const { path, patch, base, metrics } = await stale();
    const [first, second] = metrics;
    const added = { ...MEAN_METRIC, name: 'Added by them' };
    await patch(path, { metrics: [{ ...first, name: 'Edited by them' }, second, added] });
    const merged = await patch(path, { ...base, metrics: [first, { ...MEAN_METRIC, name: 'Added by us' }] });
    expect(merged.status).toBe(200);
    const names = listAt(merged.json, 'metrics').map((metric) => metric.name);
    expect(names).toEqual(['Edited by them', 'Added by them', 'Added by us']);
  });

  test('refuses edits of the same metric and names its uuid', async () => {
    const { path, patch, base, metrics } = await stale();
    const [first, second] = metrics;
    await patch(path, { metrics: [{ ...first, name: 'Theirs' }, second] });
    const refused = await patch(path, { ...base, metrics: [{ ...first, name: 'Ours' }, second] });
    expect(refused.json).toEqual({
      detail: DETAIL,
      current_version: 1,
      conflicting_metric_uuids: [first?.uuid],
    });
  });

  test('does not take changed fingerprints for edits', async () => {
    const { path, patch, post, base, original } = await stale();
    await post(`${path}launch/`);
    const merged = await patch(path, { ...base, metrics: original.metrics, description: 'Ours' });
    expect(merged.status).toBe(200);
    expect(at(merged.json, 'metrics', 0, 'uuid')).toBe(at(original, 'metrics', 0, 'uuid'));
  });
});
