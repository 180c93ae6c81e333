import { type Change, plan, purchases, scenarioOf } from './assess-scenarios.js';
import { flagRow } from './state.js';
import type { World } from './world.js';

/** One experiment (id 1, variants control and test) for each thing that an assessment can recommend. */
const CHANGES: Readonly<Record<string, Change>> = {
  ship: {},
  keep_control: { metrics: [purchases(1_194, 985)] },
  keep_running: { running_time_calculation: plan(10, 20_001, 14) },
  fix_first: { exposures: { control: 10_234, test: 9_766 } },
  end_inconclusive: { metrics: [purchases(1_005, 995)] },
  cannot_tell: { results_age_hours: null },
};

export const RECOMMENDATIONS = Object.keys(CHANGES);

/** The scenario of a recommendation, with something more changed. `others`: how many more of it there are. */
export function recommending(recommendation: string, change: Change = {}, others = 0) {
  const wanted = { ...CHANGES[recommendation], ...change };
  // Newer builds refuse to remove a variant in use; in older ones that ships another.
  return {
    ...scenarioOf(
      wanted,
      Array.from({ length: others }, () => wanted),
    ),
    keeps_variants: false,
  };
}

type Args = Record<string, unknown>;

export interface Path {
  tool: string;
  args: (world: World) => Args;
}

/** The filters of the flag with the whole split for one variant. */
export function shippedTo(world: World, variant: string, share = 100): string {
  const { filters } = flagRow(world, 1);
  const variants = ['control', 'test'].map((key) => ({
    key,
    rollout_percentage: key === variant ? share : 100 - share,
  }));
  return JSON.stringify({ ...filters, multivariate: { variants } });
}

function forcedOn(world: World, variant: string, properties: readonly object[] = []): string {
  const { filters } = flagRow(world, 1);
  const forced = { properties, rollout_percentage: 100, variant };
  return JSON.stringify({ ...filters, groups: properties.length > 0 ? [forced, ...filters.groups] : [forced] });
}

const reopening = (world: World) => ({
  id: flagRow(world, 1).id,
  filters: JSON.stringify(flagRow(world, 1).filters),
  reopen_experiment_id: 1,
});

/** Every call by which an experiment can be concluded. */
export const CONCLUDING: Readonly<Record<string, (conclusion: string) => Path>> = {
  'experiment-end': (conclusion) => ({ tool: 'experiment-end', args: () => ({ id: 1, conclusion }) }),
  'experiment-update': (conclusion) => ({ tool: 'experiment-update', args: () => ({ id: 1, conclusion }) }),
  'experiment-update with an end': (conclusion) => ({
    tool: 'experiment-update',
    args: () => ({ id: 1, conclusion, end_date: '2026-05-31' }),
  }),
  'feature-flag-restore': (conclusion) => ({
    tool: 'feature-flag-restore',
    args: (world) => ({ ...reopening(world), conclusion, end_date: '2026-05-31' }),
  }),
};

/** Every call by which one variant can be given to everybody. */
export const SHIPPING: Readonly<Record<string, (variant: string) => Path>> = {
  'experiment-ship-variant': (variant_key) => ({
    tool: 'experiment-ship-variant',
    args: () => ({ id: 1, variant_key }),
  }),
  'experiment-ship-variant to everyone': (variant_key) => ({
    tool: 'experiment-ship-variant',
    args: () => ({ id: 1, variant_key, release_to_everyone: true }),
  }),
  'experiment-update of the split': (variant) => ({
    tool: 'experiment-update',
    args: () => ({
      id: 1,
      variants: ['control', 'test'].map((key) => ({ key, split_percent: key === variant ? 100 : 0 })),
      update_feature_flag_params: true,
    }),
  }),
  'experiment-update of the split to 99 and 1': (variant) => ({
    tool: 'experiment-update',
    args: () => ({
      id: 1,
      variants: ['control', 'test'].map((key) => ({ key, split_percent: key === variant ? 99 : 1 })),
      update_feature_flag_params: true,
    }),
  }),
  'feature-flag-restore of the split to 99.9999 and 0.0001': (variant) => ({
    tool: 'feature-flag-restore',
    args: (world) => ({ id: flagRow(world, 1).id, filters: shippedTo(world, variant, 99.9999) }),
  }),
  'feature-flag-restore with a variant forced on a condition that may hold for all': (variant) => ({
    tool: 'feature-flag-restore',
    args: (world) => {
      const property = { key: 'email', type: 'person', operator: 'is_set', value: 'is_set' };
      return { id: flagRow(world, 1).id, filters: forcedOn(world, variant, [property]) };
    },
  }),
  'feature-flag-restore of the split': (variant) => ({
    tool: 'feature-flag-restore',
    args: (world) => ({ id: flagRow(world, 1).id, filters: shippedTo(world, variant) }),
  }),
  'feature-flag-restore with a variant forced on all': (variant) => ({
    tool: 'feature-flag-restore',
    args: (world) => ({ id: flagRow(world, 1).id, filters: forcedOn(world, variant) }),
  }),
  'feature-flag-restore with a variant forced behind a group that lets nobody in': (variant) => ({
    tool: 'feature-flag-restore',
    args: (world) => {
      const groups = [
        { properties: [], rollout_percentage: 0 },
        { properties: [], rollout_percentage: 100, variant },
      ];
      return { id: flagRow(world, 1).id, filters: JSON.stringify({ ...flagRow(world, 1).filters, groups }) };
    },
  }),
  'feature-flag-restore with one variant alone': (key) => ({
    tool: 'feature-flag-restore',
    args: (world) => {
      const multivariate = { variants: [{ key, rollout_percentage: 100 }] };
      return { id: flagRow(world, 1).id, filters: JSON.stringify({ ...flagRow(world, 1).filters, multivariate }) };
    },
  }),
};
