import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { openAltered } from '../helpers/altered-world.js';
import { openFor } from '../helpers/furnish.js';
import { HOLDOUT, SAVED_METRIC } from '../helpers/furnishings.js';
import { flagRow } from '../helpers/rows.js';
import { DRAFT, RUNNING } from '../helpers/shop.js';
import { VALID_CALLS } from '../helpers/valid-calls.js';

const holder = z.record(z.string(), z.unknown());

/** The same JSON with another value at a path. */
function withValue(json: unknown, path: string, value: unknown): unknown {
  const [step = '', ...rest] = path.split('.');
  if (Array.isArray(json))
    return json.map((item, index) => (String(index) === step ? withValue(item, rest.join('.'), value) : item));
  const fields = holder.parse(json);
  return { ...fields, [step]: rest.length === 0 ? value : withValue(fields[step], rest.join('.'), value) };
}

const EXPERIMENT = `/experiments/${RUNNING}/`;
const DATES = ['', 'x', 'NaN', '2026-02-30', '99999-01-01T00:00:00Z', '0'];
const IDS = [0, -1, 1.5, 2 ** 40];

type Case = [tool: string, request: string, path: string, values: readonly unknown[]];

const CASES: readonly Case[] = [
  ...['start_date', 'end_date', 'created_at', 'updated_at'].map(
    (path): Case => ['experiment-assess', EXPERIMENT, path, DATES],
  ),
  ...['feature_flag.id', 'holdout_id'].map((path): Case => ['experiment-pause', EXPERIMENT, path, IDS]),
  ['experiment-get', EXPERIMENT, 'start_date', DATES],
  ['experiment-pause', EXPERIMENT, 'start_date', DATES],
  ['experiment-preflight', `/experiments/${DRAFT}/`, 'start_date', DATES],
  ['experiment-list', '/experiments/', 'results.0.id', IDS],
  ['experiment-list', '/experiments/', 'results.0.start_date', DATES],
  ['experiment-review', '/experiments/', 'results.0.start_date', DATES],
  ['experiment-activity', '/activity/', 'results.0.created_at', DATES],
  ['experiment-results', '/latest/', 'id', ['', '../..', 'a b', '\n']],
  ['experiment-results', '/latest/', 'completed_at', DATES],
  ['experiment-results', '/latest/', 'results.0.result.baseline.number_of_samples', [-1, 0.5]],
  ['experiment-results', '/latest/', 'results.0.result.baseline.sum', [1e308]],
  ['experiment-assess', EXPERIMENT, 'feature_flag.filters.multivariate.variants.0.rollout_percentage', [1e308]],
  ['experiment-timeseries-results', '/timeseries_results/', 'computed_at', DATES],
  ['experiment-holdouts-retrieve', `/experiment_holdouts/${HOLDOUT}/`, 'created_at', DATES],
  ['experiment-saved-metrics-retrieve', `/experiment_saved_metrics/${SAVED_METRIC}/`, 'updated_at', DATES],
  ['event-search', '/event_definitions/', 'results.0.last_seen_at', DATES],
  ['project-list', '/projects/', 'results.0.id', IDS],
];

describe('risk 11: a value of the right type that is of no use', () => {
  it.each(CASES)('ends %s with an error that names the field: %s %s', async (tool, request, path, values) => {
    const { world, proxies } = await openAltered(tool);
    for (const value of values) {
      for (const proxy of proxies)
        proxy.rewrite((json, asked) =>
          asked.startsWith('GET ') && asked.split('?')[0]?.endsWith(request) ? withValue(json, path, value) : json,
        );
      const { text } = await world.call(tool, VALID_CALLS[tool]);
      expect(text, JSON.stringify(value)).toContain(`does not fit at ${path}: `);
      expect(text).not.toContain('mistake of its own');
    }
  });

  it('takes a share next to nothing for what it is', async () => {
    const world = await openFor('experiment-assess');
    const [first] = flagRow(world, RUNNING).filters.multivariate?.variants ?? [];
    Object.assign(first ?? {}, { rollout_percentage: 5e-324 });
    const { isError, text } = await world.call('experiment-assess', { id: RUNNING });
    expect(isError, text).toBe(false);
    expect(text).toContain('uneven_split');
  });
});
