import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { askedOfSdk, wrongIn, wrongOfRandomFlags } from '../helpers/served.js';
import { openWorld } from '../helpers/world.js';

describe('who is served what, held against PostHog’s SDK', () => {
  it('is right in the shares and sentences of 300 random flags', async () => {
    const { wrong, claims } = await wrongOfRandomFlags(500);
    expect(wrong).toEqual([]);
    expect(claims).toBeGreaterThan(100);
  });

  it('is right before and after each tool of the lifecycle', async () => {
    const world = await openWorld();
    const ids = 1_000;
    const made = await world.call('experiment-create', {
      name: 'New checkout',
      feature_flag_key: 'new-checkout',
      variants: [
        { key: 'control', split_percent: 30 },
        { key: 'test', split_percent: 70 },
      ],
      rollout_percentage: 40,
      allow_unknown_events: true,
      metrics: [{ name: 'Bought', metric_type: 'mean', event: 'bought' }],
    });
    const { id } = z.object({ experiment: z.looseObject({ id: z.number() }) }).parse(made.data).experiment;
    const override_reason = 'The team decided.';
    const steps: [string, Record<string, unknown>][] = [
      ['experiment-get', {}],
      ['experiment-launch', { override_reason }],
      ['experiment-update', { rollout_percentage: 80 }],
      ['experiment-pause', {}],
      ['experiment-resume', {}],
      [
        'experiment-update',
        {
          variants: [
            { key: 'control', split_percent: 50 },
            { key: 'test', split_percent: 50 },
          ],
        },
      ],
      ['experiment-end', { conclusion: 'inconclusive', override_reason }],
      ['experiment-ship-variant', { variant_key: 'test', override_reason }],
      ['experiment-ship-variant', { variant_key: 'control', release_to_everyone: true, override_reason }],
      ['experiment-reset', { disable_feature_flag: true }],
    ];
    for (const [tool, args] of steps) {
      const answer = await world.call(tool, { id, ...args });
      expect(answer.isError, answer.text).toBe(false);
      const { served } = z.looseObject({ served: z.string() }).parse((await world.call('experiment-get', { id })).data);
      const values = (await askedOfSdk(world, ids)).get('new-checkout') ?? new Map([['false', ids]]);
      const said = wrongIn(served, values, ids);
      expect(said, `${tool}: ${served}`).toEqual([]);
    }
  });
});
