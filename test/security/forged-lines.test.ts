import { describe, expect, it } from 'vitest';
import { CATALOGUE } from '../../src/generated/tools.js';
import { type AlteringProxy, startAlteringProxy } from '../helpers/altering-proxy.js';
import { FORBIDDEN } from '../helpers/forbidden.js';
import { openFor } from '../helpers/furnish.js';
import { forgedLines, forgedStrings, type Marking, marked } from '../helpers/markers.js';
import { rewinder } from '../helpers/rewind.js';
import { VALID_CALLS } from '../helpers/valid-calls.js';
import type { Answer, WorldOptions } from '../helpers/world.js';

/** Nearly everything, and then some of everything: a call that fails early shows little. */
const MARKINGS: readonly Marking[] = [
  { seed: 0, share: 100, sparing: true },
  ...[1, 2, 3, 4, 5].map((seed) => ({ seed, share: 40, sparing: true })),
  ...[6, 7].map((seed) => ({ seed, share: 10, sparing: false })),
];

async function openMarking(tool: string, options: WorldOptions = {}) {
  const proxies: AlteringProxy[] = [];
  const log: string[] = [];
  const world = await openFor(tool, {
    between: async (target) => {
      const proxy = await startAlteringProxy(target);
      proxies.push(proxy);
      return proxy;
    },
    patienceMs: [0],
    onLog: (line) => log.push(line),
    ...options,
  });
  const rewind = rewinder(world);
  const mark = (marking: Marking): Set<string> => {
    rewind();
    const put = new Set<string>();
    for (const proxy of proxies)
      proxy.rewrite((json) => {
        const made = marked(json, marking);
        for (const text of made.put) put.add(text);
        return made.json;
      });
    return put;
  };
  return { world, log, mark };
}

function expectNoForgery({ text, data }: Answer, put: ReadonlySet<string>): void {
  expect(forgedLines(text)).toEqual([]);
  expect(forgedStrings(data, put)).toEqual([]);
  expect(text).not.toMatch(FORBIDDEN);
  expect(JSON.stringify(data)).not.toMatch(FORBIDDEN);
}

describe('risk 23: a text of PostHog that holds a line of its own', () => {
  it.each(CATALOGUE.map(({ name }) => name))(
    'adds no line to what %s answers, nor to the log',
    async (tool) => {
      for (const confirm of ['off', 'token'] as const) {
        const { world, log, mark } = await openMarking(tool, { confirm });
        for (const marking of MARKINGS) {
          const put = mark(marking);
          expectNoForgery(await world.call(tool, VALID_CALLS[tool]), put);
        }
        expect(log.flatMap((line) => forgedLines(line.replace(/\n$/, '')))).toEqual([]);
        await world.close();
      }
    },
    60_000,
  );
});
