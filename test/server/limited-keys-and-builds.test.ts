import { describe, expect, it } from 'vitest';
import { openFor } from '../helpers/furnish.js';
import { sent } from '../helpers/state.js';
import { VALID_CALLS } from '../helpers/valid-calls.js';

const notHere = (detail: string) => ({ type: 'invalid_request', code: 'not_found', detail, attr: null });

describe('a key that may only read', () => {
  it.each([
    ['experiment-freeze-exposure', 'experiment:write'],
    ['experiment-unfreeze-exposure', 'experiment:write'],
    ['experiment-copy-to-project', 'experiment:write'],
    ['experiment-migrate', 'experiment:write'],
    ['experiments-bulk-update-tags-create', 'experiment:write'],
    ['experiment-holdouts-create', 'experiment_holdout:write'],
    ['experiment-holdouts-partial-update', 'experiment_holdout:write'],
    ['experiment-holdouts-destroy', 'experiment_holdout:write'],
    ['experiment-saved-metrics-create', 'experiment_saved_metric:write'],
    ['experiment-saved-metrics-partial-update', 'experiment_saved_metric:write'],
    ['experiment-saved-metrics-destroy', 'experiment_saved_metric:write'],
  ])('is told that %s needs %s', async (tool, scope) => {
    const world = await openFor(tool, { key: 'readOnlyKey' });
    const answer = await world.call(tool, VALID_CALLS[tool]);
    expect(answer.data.error).toMatchObject({ code: 'missing_scope', status: 403, missing_scope: scope });
    expect(answer.text).toContain(`Add ${scope} to the key`);
  });

  it.each([
    'experiment-holdouts-list',
    'experiment-holdouts-retrieve',
    'experiment-saved-metrics-list',
    'experiment-saved-metrics-retrieve',
    'experiment-stats',
    'project-list',
  ])('may call %s', async (tool) => {
    const world = await openFor(tool, { key: 'readOnlyKey' });
    const answer = await world.call(tool, VALID_CALLS[tool]);
    expect(answer.isError, answer.text).toBe(false);
  });
});

describe('an older build', () => {
  it.each([
    ['experiment-freeze-exposure', /freeze_exposure/, 'freezing of exposure'],
    ['experiment-unfreeze-exposure', /freeze_exposure/, 'freezing of exposure'],
    ['experiment-copy-to-project', /copy_to_project/, 'copying to other projects'],
    ['experiment-migrate', /migrate/, 'migration'],
    ['experiment-stats', /stats/, 'experiment counts'],
    ['experiments-bulk-update-tags-create', /bulk_update_tags/, 'tagging of several'],
    ['experiment-holdouts-list', /experiment_holdouts/, 'holdouts'],
    ['experiment-holdouts-create', /experiment_holdouts/, 'holdouts'],
    ['experiment-saved-metrics-list', /experiment_saved_metrics/, 'shared metrics'],
    ['experiment-saved-metrics-create', /experiment_saved_metrics/, 'shared metrics'],
  ])('that lacks what %s needs is named as the cause', async (tool, route, what) => {
    for (const [status, body] of [
      [404, notHere('Not found.')],
      [404, notHere('Endpoint not found.')],
      [405, notHere('Method "POST" not allowed.')],
    ] as const) {
      const world = await openFor(tool, {
        faults: { respond: ({ path }) => (route.test(path) ? { status, body } : undefined) },
      });
      const answer = await world.call(tool, VALID_CALLS[tool]);
      expect(answer.data.error).toMatchObject({ code: 'not_supported', status });
      expect(answer.text).toContain(`This PostHog does not offer ${what}.`);
      expect(sent(world).length).toBeLessThanOrEqual(1);
    }
  });
});
