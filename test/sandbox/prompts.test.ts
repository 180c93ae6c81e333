import { describe, expect, test } from 'vitest';
import { parseScenario } from '../../src/sandbox/scenario/scenario.js';
import { at, bench, listAt } from './support.js';

const CREATE = '/experiments/create_from_prompt/';
const TEMPLATES = '/experiments/prompt_templates/';
const ALL = ['cost', 'latency', 'eval_pass_rate'];

function withPrompt() {
  const prompts = [{ name: 'my-prompt', versions: [1, 2, 3, 4, 5] }];
  return bench({ scenario: parseScenario(JSON.stringify({ prompts })) });
}

function wanted(more: object = {}) {
  return { prompt_name: 'my-prompt', versions: [1, 2], templates: ['cost'], ...more };
}

describe('experiments from prompts', () => {
  test('are 404 where the feature has not reached the project', async () => {
    const { get, post } = await bench();
    expect([(await get(TEMPLATES)).status, (await post(CREATE, wanted())).status]).toEqual([404, 404]);
  });

  test('have three templates', async () => {
    const { call, sandbox } = await withPrompt();
    const response = await fetch(`${sandbox.url}/api/projects/1${TEMPLATES}`, {
      headers: { authorization: `Bearer ${sandbox.key}` },
    });
    const templates = listAt({ templates: await response.json() }, 'templates');
    expect(templates.map(({ key }) => key)).toEqual(ALL);
    expect(templates[0]).toEqual({
      key: 'cost',
      label: 'Cost',
      description: 'Compares total $ai_total_cost_usd between prompt versions.',
    });
    expect((await call('GET', '/experiments/prompt_template/')).status).toBe(404);
  });

  test.each([
    [
      [1, 2],
      ['control', 'test'],
      [50, 50],
    ],
    [
      [2, 1, 3],
      ['control', 'test-1', 'test-2'],
      [33, 33, 34],
    ],
    [
      [1, 2, 3, 4, 5],
      ['control', 'test-1', 'test-2', 'test-3', 'test-4'],
      [20, 20, 20, 20, 20],
    ],
  ])('of versions %j split evenly, with the rest on the last', async (versions, keys, shares) => {
    const { post } = await withPrompt();
    const { status, json } = await post(CREATE, wanted({ versions, templates: ALL }));
    expect([status, json.status]).toEqual([201, 'draft']);
    const variants = listAt(json, 'parameters', 'feature_flag_variants');
    expect(variants.map(({ key }) => key)).toEqual(keys);
    expect(variants.map(({ rollout_percentage: share }) => share)).toEqual(shares);
    expect(variants.map(({ name }) => name)).toEqual(versions.map((version) => `v${version}`));
    expect(at(json, 'parameters', 'prompt_metadata')).toEqual({ name: 'my-prompt', versions, templates: ALL });
    for (const [index, key] of keys.entries()) {
      const payload: unknown = JSON.parse(String(at(json, 'feature_flag', 'filters', 'payloads', key)));
      expect(payload).toEqual({ prompt_name: 'my-prompt', prompt_version: versions[index] });
    }
    const properties = listAt(json, 'metrics').map((metric) => {
      const source = metric.source === undefined ? 'numerator' : 'source';
      return listAt(metric, source, 'properties')[0];
    });
    expect(properties).toEqual(ALL.map(() => expect.objectContaining({ key: '$ai_prompt_name', value: 'my-prompt' })));
  });

  test('take a name and a key, and are found by the prompt', async () => {
    const { get, post } = await withPrompt();
    const { json } = await post(CREATE, wanted({ name: 'Mine', feature_flag_key: 'mine', description: 'Why' }));
    expect(json).toMatchObject({ name: 'Mine', feature_flag_key: 'mine', description: 'Why' });
    const found = await get('/experiments/?prompt_name=my-prompt');
    expect(listAt(found.json, 'results').map(({ id }) => id)).toEqual([json.id]);
  });

  test.each([
    [{ versions: [1] }, 'versions'],
    [{ versions: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11] }, 'versions'],
    [{ versions: [1, 1] }, 'versions'],
    [{ versions: [1, 99] }, 'versions'],
    [{ prompt_name: 'other' }, 'prompt_name'],
    [{ templates: [] }, 'templates'],
    [{ templates: ['cost', 'cost'] }, 'templates'],
    [{ templates: ['bogus'] }, 'templates__0'],
    [{ feature_flag_key: 'taken' }, 'feature_flag_key'],
  ])('are refused for %j', async (more, attr) => {
    const { post, draft, sandbox } = await withPrompt();
    await draft({ feature_flag_key: 'taken' });
    expect(await post(CREATE, wanted(more))).toMatchObject({ status: 400, json: { attr } });
    expect(sandbox.store.experiments.size).toBe(1);
  });
});
