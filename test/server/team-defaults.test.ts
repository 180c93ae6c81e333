import { describe, expect, it } from 'vitest';
import { type ScenarioInput, scenarioSchema } from '../../src/sandbox/scenario/schema.js';
import type { SandboxOptions } from '../../src/sandbox/server.js';
import { type Change, purchases, scenarioOf } from '../helpers/assess-scenarios.js';
import { openWorld, type World } from '../helpers/world.js';

type Defaults = ScenarioInput['experiments_config'];

/** A clear effect halfway through the plan: the sequential test may be read then, any other may not. */
const HALFWAY: Change = {
  stats_config: { method: 'frequentist' },
  metrics: [purchases(1_000, 1_400)],
  running_time_calculation: {
    minimum_detectable_effect: 10,
    recommended_sample_size: 40_000,
    recommended_running_time: 14,
  },
};

const open = (change: Change, experiments_config?: Defaults, faults: SandboxOptions['faults'] = {}): Promise<World> => {
  const scenario = scenarioOf(change);
  return openWorld({
    faults,
    scenario: experiments_config ? scenarioSchema.parse({ ...scenario, experiments_config }) : scenario,
  });
};

async function assess(world: World) {
  const { data, text, isError } = await world.call('experiment-assess', { id: 1 });
  expect(isError, text).toBe(false);
  const findings = JSON.stringify(data.findings);
  return { recommendation: data.recommendation, missing: data.missing, findings, text };
}

describe('sequential testing that the experiment does not set', () => {
  it('is as the team has it', async () => {
    const [off, on] = await Promise.all([
      open(HALFWAY, { default_sequential_testing_enabled: false }).then(assess),
      open(HALFWAY, { default_sequential_testing_enabled: true }).then(assess),
    ]);
    expect([off.missing, on.missing]).toEqual([undefined, undefined]);
    expect(off.findings).toContain('early_significance');
    expect(on.findings).not.toContain('early_significance');
  });

  it('is unknown where the key may not read the defaults, never said to be off', async () => {
    const { missing, findings } = await assess(await open(HALFWAY));
    expect(missing).toEqual([expect.stringContaining('whether sequential testing is on is unknown')]);
    expect(findings).toContain('early_significance');
  });

  it('is not set by a null either', async () => {
    const stats_config = { method: 'frequentist', frequentist: { sequential_testing_enabled: null } };
    expect((await assess(await open({ ...HALFWAY, stats_config }))).missing).toHaveLength(1);
  });

  it('is no question where the experiment sets it, or is Bayesian', async () => {
    const set = { method: 'frequentist', frequentist: { sequential_testing_enabled: false } };
    for (const stats_config of [set, { method: 'bayesian' }])
      expect((await assess(await open({ ...HALFWAY, stats_config }))).missing).toBeUndefined();
  });
});

describe('the smallest effect that matters', () => {
  it('is the team’s where the plan has none', async () => {
    const unplanned = { running_time_calculation: null, metrics: [purchases(1_005, 995)] };
    const [own, team] = await Promise.all([
      open(unplanned).then(assess),
      open(unplanned, { default_minimum_detectable_effect: 37 }).then(assess),
    ]);
    expect(own.text).not.toContain('37%');
    expect(team.text).toContain('37%');
  });
});

describe('leaving out people whose window is not over', () => {
  const month: Change = {
    metrics: [
      purchases(1_005, 1_194, {
        query: {
          ...{ kind: 'ExperimentMetric', metric_type: 'funnel', conversion_window: 1, conversion_window_unit: 'month' },
          series: [{ kind: 'EventsNode', event: 'purchase_completed' }],
        },
      }),
    ],
  };

  /** As builds answer that leave the field out where nothing was chosen. */
  async function unset(experiments_config?: Defaults) {
    const world = await open(month, experiments_config);
    const [row] = world.sandbox.store.experiments.values();
    if (row) Reflect.set(row, 'only_count_matured_users', null);
    return assess(world);
  }

  it.each<[string, Defaults | undefined, string | undefined, string | undefined]>([
    ['is as the team has it, off', { default_only_count_matured_users: false }, 'windows_open', undefined],
    ['is as the team has it, on', { default_only_count_matured_users: true }, undefined, undefined],
    ['is unknown where the key may not read the defaults', undefined, '"unknown"', 'whether only matured users are'],
  ])('%s', async (_, config, found, missing) => {
    const answer = await unset(config);
    if (found === undefined) expect(answer.findings).not.toContain('windows_open');
    else expect(answer.findings).toContain(found);
    if (missing === undefined) expect(answer.missing).toBeUndefined();
    else expect(answer.missing).toEqual([expect.stringContaining(missing)]);
  });

  it('is no question where the experiment says it', async () => {
    const { missing, findings } = await assess(await open(month));
    expect(missing).toBeUndefined();
    expect(findings).toContain('"only_count_matured_users":"no"');
  });
});

describe('the defaults of a team', () => {
  const reads = (world: World) => world.requests().filter((request) => request.includes('/experiments_config/')).length;

  it.each<[string, Defaults | undefined]>([
    ['the defaults', { default_sequential_testing_enabled: true }],
    ['a refusal', undefined],
  ])('are asked for once in a process, whatever the answer: %s', async (_, defaults) => {
    const world = await open(HALFWAY, defaults);
    const [first, second] = [await assess(world), await assess(world)];
    expect(second).toEqual(first);
    expect(reads(world)).toBe(1);
  });

  it('are asked for again where PostHog failed to answer', async () => {
    const upstream = { down: true };
    const world = await open(
      HALFWAY,
      { default_sequential_testing_enabled: true },
      {
        respond: ({ path }) =>
          upstream.down && path.includes('experiments_config') ? { status: 500, body: {} } : undefined,
      },
    );
    expect((await assess(world)).missing).toHaveLength(1);
    upstream.down = false;
    expect((await assess(world)).missing).toBeUndefined();
  });
});
