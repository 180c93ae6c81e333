import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { demoScenario } from '../../src/sandbox/scenario/seed/demo.js';
import { type Sandbox, startSandbox } from '../../src/sandbox/server.js';
import { MEAN_METRIC } from './support.js';

let sandbox: Sandbox;

beforeAll(async () => {
  sandbox = await startSandbox({ scenario: demoScenario });
  await send('POST', '/experiment_holdouts/', { name: 'H', filters: [{ rollout_percentage: 5 }] });
  await send('POST', '/experiment_saved_metrics/', { name: 'M', query: MEAN_METRIC });
  await send('PATCH', '/experiments/13/', { holdout_id: 1, saved_metrics_ids: [{ id: 1 }] });
});

afterAll(() => sandbox.close());

async function send(method: string, path: string, body?: unknown): Promise<number> {
  const response = await fetch(`${sandbox.url}/api/projects/${sandbox.projectId}${path}`, {
    method,
    headers: { authorization: `Bearer ${sandbox.key}`, 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  await response.arrayBuffer();
  return response.status;
}

const FIELDS = [
  'name',
  'description',
  'filters',
  'query',
  'tags',
  'ids',
  'action',
  'target_team_id',
  'feature_flag_key',
];
const nearlyRight = fc.constantFrom<unknown>(
  [{ rollout_percentage: 10 }],
  [{ rollout_percentage: 'x' }],
  [null],
  { ...MEAN_METRIC, uuid: 'u' },
  { kind: 'ExperimentMetric', metric_type: 'funnel', series: [{}] },
  [13, 14],
  'add',
  2,
);
const body = fc.dictionary(fc.constantFrom(...FIELDS), fc.oneof(nearlyRight, fc.jsonValue({ maxDepth: 3 })), {
  maxKeys: 4,
});

describe('a body of any JSON', () => {
  test.each([
    ['POST', '/experiment_holdouts/'],
    ['PATCH', '/experiment_holdouts/1/'],
    ['PUT', '/experiment_holdouts/1/'],
    ['POST', '/experiment_saved_metrics/'],
    ['PATCH', '/experiment_saved_metrics/1/'],
    ['PUT', '/experiment_saved_metrics/1/'],
    ['POST', '/experiments/13/copy_to_project/'],
    ['POST', '/experiments/bulk_update_tags/'],
    ['POST', '/experiments/13/freeze_exposure/'],
    ['POST', '/experiments/15/migrate/'],
  ])('to %s %s is never a server error, and what it is about can still be read', async (method, path) => {
    await fc.assert(
      fc.asyncProperty(fc.oneof({ weight: 9, arbitrary: body }, fc.jsonValue()), async (any) => {
        expect(await send(method, path, any)).toBeLessThan(500);
        expect(await send('GET', '/experiments/13/')).toBe(200);
      }),
      { numRuns: 60 },
    );
    expect(await send('GET', '/experiment_holdouts/')).toBe(200);
    expect(await send('GET', '/experiment_saved_metrics/')).toBe(200);
  });
});
