import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { demoScenario } from '../../src/sandbox/scenario/seed/demo.js';
import { type Sandbox, startSandbox } from '../../src/sandbox/server.js';

/** Fields of which each is checked in its own way. */
const FIELDS = [
  ...['name', 'description', 'start_date', 'end_date', 'feature_flag_key', 'feature_flag', 'holdout_id', 'parameters'],
  ...['running_time_calculation', 'excluded_variants', 'secondary_metrics', 'saved_metrics_ids', 'filters', 'archived'],
  ...['type', 'exposure_criteria', 'metrics', 'metrics_secondary', 'stats_config', 'scheduling_config', 'conclusion'],
  ...[
    'conclusion_comment',
    'primary_metrics_ordered_uuids',
    'only_count_matured_users',
    'repository',
    'version',
    'tags',
  ],
  ...['original_experiment', 'update_feature_flag_params', 'allow_unknown_events', '_create_in_folder'],
];

const NESTED = [
  ...[
    'filters',
    'groups',
    'multivariate',
    'variants',
    'key',
    'rollout_percentage',
    'payloads',
    'method',
    'metrics',
    'uuid',
  ],
  ...[
    'feature_flag_variants',
    'baseline_variant_key',
    'exposure_config',
    'kind',
    'id',
    'properties',
    'metric_type',
    'source',
  ],
];

const { value: json } = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    fc.oneof(fc.constantFrom('control', 'ExperimentMetric', 'mean', 'EventsNode', 'bayesian', ''), fc.string()),
    fc.oneof(fc.constant(null), fc.boolean(), fc.integer(), fc.constantFrom(0, 1, 50, 100, 1.5)),
    fc.array(tie('value'), { maxLength: 3 }),
    fc.dictionary(fc.oneof(fc.constantFrom(...NESTED), fc.string()), tie('value'), { maxKeys: 4 }),
  ),
}));

const body = fc.dictionary(fc.constantFrom(...FIELDS), json, { maxKeys: 4 });

let sandbox: Sandbox;

beforeAll(async () => {
  sandbox = await startSandbox({ scenario: demoScenario });
});

afterAll(() => sandbox.close());

async function send(method: string, path: string, text: string): Promise<{ status: number; text: string }> {
  const response = await fetch(`${sandbox.url}/api/projects/${sandbox.projectId}${path}`, {
    method,
    headers: { authorization: `Bearer ${sandbox.key}`, 'content-type': 'application/json' },
    body: text,
  });
  return { status: response.status, text: await response.text() };
}

describe('a body of any JSON over HTTP', () => {
  it.each([
    ['POST', '/experiments/'],
    ['PATCH', '/experiments/13/'],
    ['PATCH', '/experiments/4/'],
    ['POST', '/experiments/13/duplicate/'],
    ['POST', '/experiments/4/end/'],
    ['POST', '/experiments/4/ship_variant/'],
    ['POST', '/feature_flags/'],
    ['PATCH', '/feature_flags/1/'],
  ])('to %s %s is never a server error', async (method, path) => {
    const valid = fc.record({
      name: fc.constant('A'),
      feature_flag_key: fc.constantFrom('fresh-1', 'fresh-2', 'demo'),
    });
    const requests = fc.tuple(fc.option(valid), fc.oneof({ weight: 9, arbitrary: body }, json));
    await fc.assert(
      fc.asyncProperty(requests, async ([base, rest]) => {
        const whole = base !== null && typeof rest === 'object' && !Array.isArray(rest) ? { ...base, ...rest } : rest;
        const { status } = await send(method, path, JSON.stringify(whole));
        expect(status).toBeLessThan(500);
      }),
      { numRuns: 150 },
    );
  });

  it('is refused where it nests deeper than could be answered', async () => {
    const deep = `${'['.repeat(50_000)}${']'.repeat(50_000)}`;
    for (const field of ['parameters', 'stats_config', 'original_experiment', 'made_up']) {
      const text = `{"name":"A","feature_flag_key":"deep","${field}":{"x":${deep}}}`;
      const answer = await send('POST', '/experiments/', text);
      expect(answer.status).toBe(400);
      expect(answer.text).toContain('parse_error');
    }
  });
});
