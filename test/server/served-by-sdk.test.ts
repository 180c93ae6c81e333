import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { flagWire } from '../../src/schema/flag.js';
import { servedShares } from '../../src/serving/served.js';
import { servedText } from '../../src/serving/serving.js';
import { claimOf } from '../helpers/claims.js';
import { localSdkOn } from '../helpers/posthog-sdk.js';
import { insertRandomFlags, person } from '../helpers/random-flags.js';
import { openWorld, type World } from '../helpers/world.js';

const FLAGS = 300;
const IDS = 5_000;
const SEED = 23;
/** So far a share of a sample is off by chance in one of some hundred thousand comparisons. Standard errors. */
const SIGMAS = 5;

type Counts = Map<string, Map<string, number>>;

/** How many of many people PostHog's SDK gives each value of each flag, evaluated by itself. */
async function askedOfSdk({ sandbox }: World, ids = IDS): Promise<Counts> {
  const sdk = await localSdkOn(sandbox);
  const counts: Counts = new Map();
  for (let id = 0; id < ids; id++) {
    const properties = person(id);
    const answers = await sdk.getAllFlags(`user-${id}`, {
      ...{ personProperties: properties, groups: { organization: `group ${id}` } },
      ...{ groupProperties: { organization: properties }, onlyEvaluateLocally: true },
    });
    for (const [key, value] of Object.entries(answers)) {
      const values = counts.get(key) ?? new Map<string, number>();
      values.set(String(value), (values.get(String(value)) ?? 0) + 1);
      counts.set(key, values);
    }
  }
  await sdk.shutdown();
  return counts;
}

/** Whether a share of a sample fits these bounds of the truth. */
function fits(count: number, { min, max }: { min: number; max: number }, ids = IDS): boolean {
  const error = (share: number) => SIGMAS * Math.sqrt((share * (1 - share)) / ids) + 1 / ids;
  const share = count / ids;
  return share >= min - error(min) && share <= max + error(max);
}

const IS_INSIDE = (value: string) => value !== 'false' && !value.startsWith('holdout-');

function insideOf(values: ReadonlyMap<string, number>): number {
  return [...values].reduce((sum, [value, count]) => (IS_INSIDE(value) ? sum + count : sum), 0);
}

/** What a sentence claims otherwise than the SDK answers; null where it claims no share. */
function wrongIn(sentence: string, values: ReadonlyMap<string, number>, ids = IDS): string[] | null {
  const claim = claimOf(sentence);
  if (claim === null) return null;
  return Object.entries(claim.shares).flatMap(([key, bounds]) => {
    const count = key === 'inside' ? insideOf(values) : (values.get(key) ?? 0);
    return fits(count, bounds, ids) ? [] : [`${sentence} | ${key} ${JSON.stringify(bounds)}, but ${count / ids}`];
  });
}

describe('who is served what, held against PostHog’s SDK', () => {
  it('is right in the shares and sentences of 300 random flags', async () => {
    const world = await openWorld();
    const { store, projectId } = world.sandbox;
    store.events.get(projectId)?.groups.index('organization');
    const rows = insertRandomFlags(store, FLAGS, SEED).filter(({ deleted }) => !deleted);
    const counts = await askedOfSdk(world);
    const wrong: string[] = [];
    let claims = 0;
    for (const row of rows) {
      const flag = flagWire.parse(row);
      const values = counts.get(row.key) ?? new Map([['false', IDS]]);
      const served = servedShares(flag);
      expect(served).not.toBeNull();
      const told = new Set([...Object.keys(served?.values ?? {}), ...values.keys()]);
      for (const value of told) {
        const bounds = served?.values[value] ?? { min: 0, max: 0 };
        if (!fits(values.get(value) ?? 0, bounds))
          wrong.push(`${row.key} ${value} ${JSON.stringify(bounds)}, but ${values.get(value)}`);
      }
      if (!flag.active) continue;
      const said = wrongIn(servedText(flag), values);
      claims += said === null ? 0 : 1;
      wrong.push(...(said ?? []));
    }
    expect(wrong).toEqual([]);
    // The others tell of release groups whose conditions decide, with no share of all.
    expect(claims).toBeGreaterThan(FLAGS / 3);
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
