import type { ActivityFact } from '../../src/decision/facts.js';
import type { World } from './world.js';

type Damage = NonNullable<World['damage']>;

/** Exposures as they would be if that share of the last arm had been lost or moved, results with them. */
function skewed(people: number, share: number): Damage {
  return (facts, random) => {
    const test = random.binomial(people, share);
    return { ...facts, exposures: facts.exposures && { ...facts.exposures, counts: { control: people - test, test } } };
  };
}

const allForced: Damage = (facts) => ({ ...facts, flag: facts.flag && { ...facts.flag, isForced: true } });

const variantsInOrder = (keys: readonly string[]) => ({
  groups: [{ properties: [], rollout_percentage: 100 }],
  multivariate: { variants: keys.map((key) => ({ key, rollout_percentage: 50 })) },
});

/** The variants change places in the flag in the middle of the run: everybody gets the other one from then on. */
const swapped: Damage = (facts, random) => {
  const { start } = facts.experiment;
  const swap: ActivityFact = {
    at: ((start ?? 0) + facts.now) / 2,
    activity: 'updated',
    scope: 'FeatureFlag',
    changes: [
      { field: 'filters', before: variantsInOrder(['control', 'test']), after: variantsInOrder(['test', 'control']) },
    ],
  };
  const seen = facts.exposures?.counts ?? {};
  // One in ten comes back after the swap.
  const kept = Object.entries(seen).map(([key, count]) => [key, count - random.binomial(count, 0.1)] as const);
  const several =
    Object.values(seen).reduce((sum, count) => sum + count, 0) - kept.reduce((sum, [, count]) => sum + count, 0);
  return {
    ...facts,
    activity: [swap],
    exposures: facts.exposures && { ...facts.exposures, counts: { ...Object.fromEntries(kept), $multiple: several } },
  };
};

/** The same where nobody comes back, so that only the log tells. */
const swappedUnseen: Damage = (facts, random) => {
  const { activity } = swapped(facts, random);
  return { ...facts, activity };
};

export const BROKEN: readonly (readonly [name: string, damage: Damage])[] = [
  ['exposures 3 points off the split at 10,000', skewed(10_000, 0.47)],
  ['every release condition forces a variant', allForced],
  ['arms swapped in mid-run', swapped],
  ['arms swapped in mid-run, nobody seen twice', swappedUnseen],
];
