import { describe, expect, it } from 'vitest';
import { lookInto } from '../../src/assessment/review-details.js';
import { CONCURRENCY, settleAll } from '../../src/assessment/review-parallel.js';
import { ToolError } from '../../src/errors.js';
import { experimentWire } from '../../src/schema/experiment.js';
import type { CallContext } from '../../src/tool.js';

const START = Date.parse('2026-06-01T12:00:00Z');

const running = (id: number) =>
  experimentWire.parse({ id, name: `E${id}`, status: 'running', start_date: '2026-05-01', feature_flag_key: 'k' });

/** A PostHog that refuses every read, each of which takes so many seconds. */
function refusing(secondsPerRequest: number) {
  let [requests, clock] = [0, START];
  const refuse = () => {
    requests += 1;
    clock += secondsPerRequest * 1000;
    return Promise.reject(new ToolError('upstream_error', 'PostHog failed.', ''));
  };
  const refused = { get: refuse, query: refuse, post: refuse, patch: refuse, delete: refuse };
  const api = { ...refused, origin: 'http://localhost', readOnly: false };
  const progress: number[] = [];
  const context: CallContext = {
    ...{ api, project: 1, signal: new AbortController().signal, now: () => new Date(clock) },
    progress: (done) => progress.push(done),
  };
  return { context, progress, requests: () => requests };
}

describe('looking into experiments', () => {
  const rows = Array.from({ length: 10 }, (_, at) => running(at + 1));

  it('stops when its time is used up, and names those it did not come to', async () => {
    const { context, requests, progress } = refusing(8);
    const { missing, chosen } = await lookInto(rows, true, context);
    expect(requests()).toBe(4);
    expect(chosen).toBe(10);
    expect(missing).toEqual([
      'details of experiments 10, 9, 8, 7: PostHog failed.',
      'anything of experiments 6, 5, 4, 3, 2, 1: 30 seconds were used up',
    ]);
    expect(progress.at(-1)).toBe(11);
  });

  it('comes to all of them where there is time', async () => {
    const { context, requests } = refusing(2);
    await lookInto(rows, true, context);
    expect(requests()).toBe(10);
  });
});

describe('settling all', () => {
  it('keeps the order of the items, whichever ends first, and goes on after a failure', async () => {
    const task = async (item: number) => {
      for (let turn = 0; turn < 10 - item; turn += 1) await Promise.resolve();
      if (item === 2) throw new Error('two');
      return item;
    };
    const results = await settleAll([1, 2, 3, 4, 5, 6], task);
    expect(results.map((result) => (result.status === 'fulfilled' ? result.value : 'failed'))).toEqual([
      ...[1, 'failed', 3, 4, 5, 6],
    ]);
  });

  it('has no more under way than it may', async () => {
    let [open, most] = [0, 0];
    await settleAll(Array.from({ length: 20 }), async () => {
      open += 1;
      most = Math.max(most, open);
      await Promise.resolve();
      open -= 1;
    });
    expect(most).toBe(CONCURRENCY);
  });
});
