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
  ['experiment-results', '/latest/', 'id', ['', '../..', 'a b', '\n']],
  ['experiment-results', '/latest/', 'completed_at', DATES],
  ['experiment-timeseries-results', '/timeseries_results/', 'computed_at', DATES],
  ['experiment-holdouts-retrieve', `/experiment_holdouts/${HOLDOUT}/`, 'created_at', DATES],
  ['experiment-saved-metrics-retrieve', `/experiment_saved_metrics/${SAVED_METRIC}/`, 'updated_at', DATES],
];

/** The same in one row of many. */
const IN_A_ROW: readonly Case[] = [
  ['experiment-list', '/experiments/', 'id', IDS],
  ['experiment-list', '/experiments/', 'start_date', [...DATES, 5]],
  ['experiment-list', '/experiments/', 'feature_flag', ['x', {}, { id: 1 }]],
  ['experiment-list', '/experiments/', 'feature_flag.filters', [null, 'x']],
  ['experiment-review', '/experiments/', 'start_date', DATES],
  ['experiment-review', '/experiments/', 'feature_flag.filters', [null]],
  ['experiment-activity', '/activity/', 'created_at', DATES],
  ['experiment-activity', '/activity/', 'detail', ['x', 1]],
  ['experiment-holdouts-list', '/experiment_holdouts/', 'filters', ['x', [1]]],
  ['experiment-saved-metrics-list', '/experiment_saved_metrics/', 'query', [null, 'x']],
  ['event-search', '/event_definitions/', 'last_seen_at', DATES],
  ['project-list', '/projects/', 'id', IDS],
  ['experiment-results', '/latest/', 'result.baseline.number_of_samples', [-1, 0.5, null]],
  ['experiment-results', '/latest/', 'result.baseline.sum', [1e308, null, '1']],
  ['experiment-results', '/latest/', 'result.variant_results.0.sum', [null]],
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

  it.each(IN_A_ROW)('is named by %s, which shows the other rows: %s %s', async (tool, request, path, values) => {
    const { world, proxies } = await openAltered(tool);
    const call = () => world.call(tool, VALID_CALLS[tool]);
    const rowsIn = (json: unknown) => z.array(z.unknown()).parse(Reflect.get(Object(json), 'results'));
    const alter = (change: ((row: unknown) => unknown[]) | null) => {
      for (const proxy of proxies)
        proxy.rewrite((json, asked) => {
          if (change === null || !asked.startsWith('GET ') || !asked.split('?')[0]?.endsWith(request)) return json;
          const [first, ...others] = rowsIn(json);
          return first === undefined ? json : { ...Object(json), results: [...change(first), ...others] };
        });
    };
    const isRun = request === '/latest/';
    // A list without the row shows what the others are; a run without it would show a metric too few.
    alter(isRun ? null : () => []);
    const without = await call();
    for (const value of values) {
      alter((row) => [withValue(row, path, value)]);
      const { isError, text, data } = await call();
      expect(isError, text).toBe(false);
      expect(text, JSON.stringify(value)).toMatch(new RegExp(`${path.replaceAll('.', '\\.')}(\\.\\w+)*: `));
      if (isRun) expect(z.array(z.unknown()).parse(data.metrics)).toHaveLength(Object(without.data).metrics.length);
      else if (tool !== 'experiment-review') expect(data.items).toEqual(without.data.items);
    }
  });

  it('in an entry of the log leaves assess the others, and is said', async () => {
    const { world, proxies } = await openAltered('experiment-assess');
    const missing = async () => Object((await world.call('experiment-assess', { id: RUNNING })).data).missing;
    expect(await missing()).toBeUndefined();
    for (const proxy of proxies)
      proxy.rewrite((json, asked) =>
        asked.includes('/activity/') ? withValue(json, 'results.0.created_at', 'x') : json,
      );
    expect(await missing()).toEqual(['activity: 1 of its entries could not be read']);
  });

  it('takes a share next to nothing for what it is', async () => {
    const world = await openFor('experiment-assess');
    const [first] = flagRow(world, RUNNING).filters.multivariate?.variants ?? [];
    Object.assign(first ?? {}, { rollout_percentage: 5e-324 });
    const { isError, text } = await world.call('experiment-assess', { id: RUNNING });
    expect(isError, text).toBe(false);
    expect(text).toContain('flag_not_split');
  });
});
