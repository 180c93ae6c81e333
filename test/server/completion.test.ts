import { describe, expect, it } from 'vitest';
import type { CallAnswer } from '../../src/mcp/calls/answer.js';
import { type CallRequest, callTool } from '../../src/mcp/calls/call-tool.js';
import { complete } from '../../src/mcp/context/completion.js';
import { scenarioSchema } from '../../src/sandbox/scenario/schema.js';
import { ARCHIVED, RUNNING, SHARED, SHARED_TOO } from '../helpers/shop.js';
import { experimentRow } from '../helpers/state.js';
import { toyEnvironment } from '../helpers/toys.js';
import { openWire } from '../helpers/wire.js';
import { openWorld, type World } from '../helpers/world.js';

const EMPTY = { values: [], total: 0, hasMore: false };
const ID_TEMPLATE = 'experiment://{id}';

async function ofPrompt({ client }: World, value: string, prompt = 'conclude-experiment', name = 'experiment') {
  return (await client.complete({ ref: { type: 'ref/prompt', name: prompt }, argument: { name, value } })).completion;
}

async function ofId({ client }: World, value: string, uri = ID_TEMPLATE) {
  return (await client.complete({ ref: { type: 'ref/resource', uri }, argument: { name: 'id', value } })).completion;
}

/** A project with more experiments than one answer may name. */
const many = (count: number) =>
  scenarioSchema.parse({
    experiments: Array.from({ length: count }, (_, index) => ({
      name: `Trial ${index + 1}`,
      feature_flag_key: `key-${index + 1}`,
    })),
  });

describe('the experiment of a prompt', () => {
  it('is offered by name where nothing is typed yet; archived ones are not', async () => {
    const world = await openWorld();
    const { values, total, hasMore } = await ofPrompt(world, '');
    expect([...values].sort()).toEqual([
      'Button colour',
      'Checkout steps',
      'Pricing page',
      'Search ranking',
      'Signup copy',
      'Signup layout',
    ]);
    expect({ total, hasMore }).toEqual({ total: 6, hasMore: false });
    expect(values).not.toContain(experimentRow(world, ARCHIVED).name);
  });

  it('is found by a part of its name, whatever the case', async () => {
    expect(await ofPrompt(await openWorld(), 'H RAN')).toEqual({
      values: ['Search ranking'],
      total: 1,
      hasMore: false,
    });
  });

  it('is found by a part of its key, which is then offered, once for all who share it', async () => {
    const { values } = await ofPrompt(await openWorld(), 'signup');
    expect([...values].sort()).toEqual(['Signup copy', 'Signup layout', 'signup']);
    expect((await ofPrompt(await openWorld(), 'pricing-p')).values).toEqual(['pricing-page']);
  });

  it('is a draft where a launch is prepared', async () => {
    const world = await openWorld();
    expect((await ofPrompt(world, '', 'launch-checklist')).values).toEqual(['Button colour']);
    expect(await ofPrompt(world, 'Checkout', 'launch-checklist')).toEqual(EMPTY);
  });

  it('costs one request', async () => {
    const world = await openWorld();
    await ofPrompt(world, 'a');
    expect(world.requests()).toHaveLength(1);
  });

  it('is cleaned and free of secrets', async () => {
    const world = await openWorld();
    experimentRow(world, RUNNING).name = `Che\u200Bck\u202E ${world.sandbox.key}`;
    expect((await ofPrompt(world, 'Che')).values).toEqual(['Check [redacted]', 'checkout-steps']);
  });

  it('is offered by a read-only server, too', async () => {
    expect((await ofPrompt(await openWorld({ readOnly: true }), 'h ran')).values).toEqual(['Search ranking']);
  });
});

describe('the event of a plan', () => {
  it('is offered from the events of the project', async () => {
    const world = await openWorld();
    const completion = await ofPrompt(world, 'purch', 'plan-experiment', 'primary_event');
    expect(completion).toEqual({ values: ['purchase_completed'], total: 1, hasMore: false });
    expect(world.requests()).toHaveLength(1);
  });
});

describe('the id of a resource', () => {
  it.each([ID_TEMPLATE, 'experiment://{id}/assessment'])('is offered for %s', async (uri) => {
    const { values } = await ofId(await openWorld(), '', uri);
    expect(values.map(Number).sort()).toEqual([1, 2, 3, 4, 6, 7]);
  });

  it('is found by its first digits', async () => {
    const world = await openWorld({ scenario: many(30) });
    const { values, total, hasMore } = await ofId(world, '2');
    expect(values.map(Number).sort((a, b) => a - b)).toEqual([2, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29]);
    expect({ total, hasMore }).toEqual({ total: 11, hasMore: false });
    expect(world.requests()).toHaveLength(1);
  });

  it('is found by the name of the experiment', async () => {
    const { values } = await ofId(await openWorld(), 'signup');
    expect(values.map(Number).sort()).toEqual([SHARED, SHARED_TOO]);
  });
});

describe('many experiments', () => {
  it('are offered up to a hundred, with a word that there are more', async () => {
    const world = await openWorld({ scenario: many(130) });
    for (const completion of [await ofPrompt(world, ''), await ofPrompt(world, 'Trial'), await ofId(world, '')]) {
      expect(completion.values).toHaveLength(100);
      expect(new Set(completion.values).size).toBe(100);
      expect(completion.hasMore).toBe(true);
    }
    expect(world.requests()).toHaveLength(3);
  });

  it('whose names and keys are more than a hundred together are cut to a hundred', async () => {
    const scenario = scenarioSchema.parse({
      experiments: Array.from({ length: 80 }, (_, index) => ({
        name: `Key ${index}`,
        feature_flag_key: `key-${index}`,
      })),
    });
    const { values, total, hasMore } = await ofPrompt(await openWorld({ scenario }), 'key');
    expect({ shown: values.length, total, hasMore }).toEqual({ shown: 100, total: 160, hasMore: true });
  });

  it('of exactly a hundred are all there are', async () => {
    const { values, total, hasMore } = await ofPrompt(await openWorld({ scenario: many(100) }), '');
    expect({ shown: values.length, total, hasMore }).toEqual({ shown: 100, total: 100, hasMore: false });
  });
});

describe('where nothing can be offered the list is empty', () => {
  it.each([
    ['a new name', 'plan-experiment', 'name'],
    ['an unknown argument', 'conclude-experiment', 'nope'],
    ['an argument that every object has', 'conclude-experiment', 'constructor'],
    ['an unknown prompt', 'nope', 'experiment'],
    ['a prompt without arguments', 'weekly-review', 'experiment'],
  ])('for %s, without a request', async (_, prompt, argument) => {
    const world = await openWorld();
    expect(await ofPrompt(world, 'x', prompt, argument)).toEqual(EMPTY);
    expect(world.requests()).toEqual([]);
  });

  it.each(['guide://lifecycle', 'experiment://2', 'nope'])('for %s, which is no template', async (uri) => {
    expect(await ofId(await openWorld(), '2', uri)).toEqual(EMPTY);
  });

  it.each([
    ['PostHog refuses', { status: 403, body: { detail: 'No.' } }],
    ['PostHog answers nonsense', { status: 200, body: { results: 'none' } }],
  ])('where %s', async (_, response) => {
    const world = await openWorld({ faults: { respond: () => response } });
    expect(await ofPrompt(world, 'a')).toEqual(EMPTY);
    expect(await ofId(world, '1')).toEqual(EMPTY);
  });

  it('where the call itself fails', async () => {
    const { request, initialize } = openWire((call) => callTool(call, toyEnvironment()));
    await initialize();
    const params = {
      ref: { type: 'ref/prompt', name: 'conclude-experiment' },
      argument: { name: 'experiment', value: '' },
    };
    expect((await request('completion/complete', params)).result).toEqual({ completion: EMPTY });
  });

  it('where PostHog takes longer than a person waits', async () => {
    const waiting: AbortSignal[] = [];
    const call = ({ signal }: CallRequest) =>
      new Promise<CallAnswer>((resolve) => {
        waiting.push(signal);
        signal.addEventListener('abort', () => resolve({ content: [], structuredContent: {}, isError: true }));
      });
    const params = {
      ref: { type: 'ref/prompt', name: 'conclude-experiment' },
      argument: { name: 'experiment', value: '' },
    } as const;
    const { signal } = new AbortController();
    expect(await complete(params, { call, signal, patienceMs: 1 })).toEqual({ completion: EMPTY });
    expect(waiting.map(({ aborted }) => aborted)).toEqual([true]);
  });

  it('where more was typed than anything is called', async () => {
    expect(await ofPrompt(await openWorld(), 'x'.repeat(5_000))).toEqual(EMPTY);
  });
});
