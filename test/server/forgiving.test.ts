import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { DRAFT, RUNNING } from '../helpers/shop.js';
import { sent } from '../helpers/state.js';
import { openWorld } from '../helpers/world.js';

type Arguments = Record<string, unknown>;

describe('arguments as clients write them', () => {
  it.each<[what: string, tool: string, written: Arguments, meant: Arguments]>([
    [
      'null for every argument of a read that is left out',
      'experiment-list',
      { status: null, search: null, archived: null, limit: '2', offset: null },
      { limit: 2 },
    ],
    ['empty text for one', 'experiment-get', { id: RUNNING, feature_flag_key: '', detail: '' }, { id: RUNNING }],
    ['a number as text', 'experiment-list', { limit: '2', offset: '1' }, { limit: 2, offset: 1 }],
    [
      'a number with a fraction as text',
      'experiment-calculate-running-time',
      {
        metric_type: 'funnel',
        minimum_detectable_effect: '12.5',
        baseline_value: '0.1',
        exposure_rate_per_day: '100',
        variance: null,
      },
      { metric_type: 'funnel', minimum_detectable_effect: 12.5, baseline_value: 0.1, exposure_rate_per_day: 100 },
    ],
    ['the name with underscores', 'experiment_get', { id: RUNNING }, { id: RUNNING }],
  ])('mean the same: %s', async (_, tool, written, meant) => {
    const world = await openWorld();
    const expected = await world.call(tool.replaceAll('_', '-'), meant);
    expect(expected.isError).toBe(false);
    expect(await world.call(tool, written)).toEqual(expected);
  });

  it('take a list of a write as JSON text, with numbers as text inside', async () => {
    const world = await openWorld();
    const variants = [
      { key: 'control', split_percent: 40 },
      { key: 'test', split_percent: 60 },
    ];
    const written = JSON.stringify(
      variants.map(({ key, split_percent }) => ({ key, split_percent: String(split_percent) })),
    );
    const answer = await world.call('experiment-update', { id: DRAFT, variants: written });
    expect(answer.data).toMatchObject({ status: 'applied' });
    expect(sent(world)).toMatchObject([
      {
        body: {
          feature_flag: {
            filters: { multivariate: { variants: [{ rollout_percentage: 40 }, { rollout_percentage: 60 }] } },
          },
        },
      },
    ]);
  });

  it.each<[what: string, tool: string, written: Arguments, words: RegExp]>([
    ['null in a write', 'experiment-update', { id: DRAFT, name: null }, /name: must be a string/],
    ['text that is no list', 'experiment-update', { id: DRAFT, variants: 'control, test' }, /variants: must be a list/],
    ['a number in words', 'experiment-list', { limit: 'two' }, /limit: must be a/],
    ['a number with an exponent', 'experiment-list', { limit: '1e1' }, /limit: must be a/],
    ['null for what a read needs', 'experiment-get', { id: null, detail: null }, /id/],
  ])('are refused in one sentence, with nothing sent: %s', async (_, tool, written, words) => {
    const world = await openWorld();
    const answer = await world.call(tool, written);
    expect(answer.data.error).toMatchObject({ code: 'invalid_arguments', message: expect.stringMatching(words) });
    expect(sent(world)).toEqual([]);
  });
});

describe('a confirmation token', () => {
  const preview = async () => {
    const world = await openWorld({ confirm: 'token' });
    const { data } = await world.call('experiment-pause', { id: RUNNING });
    return { world, token: z.string().parse(data.confirmation_token) };
  };

  it.each([
    ['null', null],
    ['empty', ''],
  ])('that is %s counts as left out', async (_, confirmation_token) => {
    const { world } = await preview();
    const answer = await world.call('experiment-pause', { id: RUNNING, confirmation_token });
    expect(answer.data).toMatchObject({ status: 'confirmation_required' });
  });

  it.each(['"', "'", '`'])('is taken with %s around it', async (quote) => {
    const { world, token } = await preview();
    const answer = await world.call('experiment-pause', {
      id: RUNNING,
      confirmation_token: `${quote}${token}${quote}`,
    });
    expect(answer.data).toMatchObject({ status: 'applied' });
  });
});
