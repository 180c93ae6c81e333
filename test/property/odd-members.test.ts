import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { openAltered } from '../helpers/altered-world.js';
import { RUNNING } from '../helpers/shop.js';
import { VALID_CALLS } from '../helpers/valid-calls.js';

/** Lists of an answer whose rows are what PostHog's rows are: damage of one may change that row alone. */
const LISTS: Readonly<Record<string, readonly string[]>> = {
  'experiment-list': ['items'],
  'experiment-get': ['metrics', 'saved_metrics', 'feature_flag.variants', 'tags'],
  'experiment-results': ['metrics', 'exposures.variants'],
  'experiment-timeseries-results': ['days'],
  'experiment-assess': ['metrics'],
  'experiment-review': ['items'],
  'experiment-activity': ['items'],
  'feature-flag-get': ['variants', 'experiments'],
  'experiment-holdouts-list': ['items'],
  'experiment-saved-metrics-list': ['items'],
};

/** In place of the plain call, where more is read by another one. */
const ARGUMENTS: Readonly<Record<string, Record<string, unknown>>> = {
  'experiment-results': { id: RUNNING, breakdowns: true },
  'experiment-review': { include_results: true },
  'experiment-assess': { id: RUNNING, detail: 'full' },
  'feature-flag-get': { id: RUNNING },
};

const DAMAGE: readonly unknown[] = [null, 'x', -1, {}, []];

interface Place {
  /** As `GET /api/…`. */
  request: string;
  path: readonly string[];
}

function at(value: unknown, path: readonly string[]): unknown {
  return path.reduce<unknown>((inner, key) => Reflect.get(Object(inner), key), value);
}

/** Elements of all lists of objects, and members of the objects that PostHog uses as lists. */
const AS_LISTS: readonly string[] = ['timeseries', 'total_exposures'];

function elementsOf(value: unknown, path: readonly string[] = []): string[][] {
  if (value === null || typeof value !== 'object') return [];
  return Object.entries(value).flatMap(([key, member]) => [
    ...((Array.isArray(value) && member !== null && typeof member === 'object') || AS_LISTS.includes(path.at(-1) ?? '')
      ? [[...path, key]]
      : []),
    ...elementsOf(member, [...path, key]),
  ]);
}

function damaged(json: unknown, path: readonly string[], value: unknown): unknown {
  const copy: unknown = structuredClone(json);
  const key = path.at(-1) ?? '';
  Reflect.set(Object(at(copy, path.slice(0, -1))), key, value);
  return copy;
}

/** Of a review by id: what it finds of one experiment depends on the others that share its flag. */
const rows = (tool: string, data: unknown, list: string) =>
  z
    .array(z.unknown())
    .catch([])
    .parse(at(data, list.split('.')))
    .map((row) => JSON.stringify(tool === 'experiment-review' ? Object(row).id : row));

describe.each(Object.keys(LISTS))('one odd member of what %s reads', (tool) => {
  it('hides no other row, and is named', async () => {
    const { world, proxies } = await openAltered(tool);
    const call = () => world.call(tool, ARGUMENTS[tool] ?? VALID_CALLS[tool]);
    const places: Place[] = [];
    const seen = new Set<string>();
    for (const proxy of proxies)
      proxy.rewrite((json, request) => {
        for (const path of elementsOf(json)) {
          // Without the metric that is asked for there is nothing to show.
          if (tool === 'experiment-timeseries-results' && path[0] === 'metrics') continue;
          const name = `${request} ${path.join('.')}`;
          if (!seen.has(name)) places.push({ request, path });
          seen.add(name);
        }
        return json;
      });
    const whole = await call();
    expect(whole.isError, whole.text).toBe(false);
    expect(places.length).toBeGreaterThan(0);
    for (const [number, { request, path }] of [...places].entries())
      for (const value of [DAMAGE[number % DAMAGE.length], null]) {
        // The same query is asked for several experiments; one answer is damaged.
        let left = 1;
        for (const proxy of proxies)
          proxy.rewrite((json, asked) => (asked === request && left-- > 0 ? damaged(json, path, value) : json));
        const { isError, text, data } = await call();
        const where = `${request} ${path.join('.')} = ${JSON.stringify(value)}\n${text}`;
        expect(isError, where).toBe(false);
        for (const list of LISTS[tool] ?? []) {
          const still = rows(tool, data, list);
          const lost = rows(tool, whole.data, list).filter((row) => !still.includes(row));
          expect(lost.length, `${list} of ${where}`).toBeLessThanOrEqual(1);
        }
        const same = JSON.stringify(data) === JSON.stringify(whole.data);
        if (!same)
          expect(text, where).toMatch(/cannot be read|could not be read|unreadable|not calculated|has no result/);
      }
  });
});
