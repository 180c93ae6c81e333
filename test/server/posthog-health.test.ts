import { describe, expect, it } from 'vitest';
import { scenarioSchema } from '../../src/sandbox/scenario/schema.js';
import { startAlteringProxy } from '../helpers/altering-proxy.js';
import { type Change, scenarioOf } from '../helpers/assess-scenarios.js';
import { flagRow } from '../helpers/state.js';
import { openWorld } from '../helpers/world.js';

/** A world with PostHog's checks on, and what `health` says altered where `health` is given. */
async function open(change: Change = {}, health?: unknown) {
  const scenario = scenarioSchema.parse({ ...scenarioOf(change), rollouts: ['experiment-health'] });
  return openWorld({
    scenario,
    between: async (target) => {
      const proxy = await startAlteringProxy(target);
      if (health !== undefined)
        proxy.rewrite((json) => (Object.hasOwn(Object(json), 'health') ? { ...Object(json), health } : json));
      return proxy;
    },
  });
}

type World = Awaited<ReturnType<typeof open>>;

const codes = (findings: unknown): string[] => [findings].flat().flatMap((one) => Object(one).code ?? []);

async function assess(world: World) {
  const { data, text, isError } = await world.call('experiment-assess', { id: 1 });
  expect(isError, text).toBe(false);
  return { ours: codes(data.findings), theirs: codes(data.posthog_findings), data, text };
}

async function review(world: World) {
  const { data, text, isError } = await world.call('experiment-review', { include_results: true });
  expect(isError, text).toBe(false);
  const [item] = [data.items].flat();
  return { found: codes(Object(item).findings), item: Object(item), data, text };
}

const SKEWED: Change = { exposures: { control: 10_050, test: 7_000 } };
const finding = (rest: object = {}) => ({
  ...{
    code: 'flag_in_orbit',
    subcode: null,
    severity: 'critical',
    title: 'The flag has left',
    detail: 'Call it back.',
  },
  ...{ evidence: { altitude_km: 400 }, actions: [], diagnostic_ref: null, ...rest },
});

describe('findings of PostHog’s own checks', () => {
  it.each<[theirs: string, ours: string, change: Change, off?: true]>([
    ['srm', 'sample_ratio_mismatch', SKEWED],
    ['zero_exposures', 'no_exposures', { exposures: {} }],
    ['no_metric', 'no_metrics', { metrics: [] }],
    ['flag_off_while_running', 'flag_inactive', {}, true],
    ['flag_live_after_end', 'ended_still_split', { ended_days_ago: 2 }],
  ])('are left out by assess where ours state the same: %s is %s', async (theirs, ours, change, off) => {
    const world = await open(change);
    if (off) flagRow(world, 1).active = false;
    expect(codes(Object(await world.stored(1)).health.findings)).toContain(theirs);
    const found = await assess(world);
    expect(found.ours).toContain(ours);
    expect(found.theirs).toEqual([]);
  });

  it('are shown by both tools where ours say nothing of it', async () => {
    const world = await open();
    const [group] = flagRow(world, 1).filters.groups;
    flagRow(world, 1).filters.groups = [
      { ...group, properties: [{ key: 'a' }], variant: 'test' },
      { ...group },
    ] as never;
    const assessed = await assess(world);
    expect(assessed.theirs).toEqual(['forced_variant_release_condition']);
    expect(assessed.text).toContain('Release conditions of the flag name the variant (test).');
    expect(assessed.data.recommendation).toBe('ship');
    const { found, data } = await review(world);
    expect(found).toContain('posthog_forced_variant_release_condition');
    expect(data.totals).toMatchObject({ posthog_forced_variant_release_condition: 1 });
  });

  it('are not taken for ours where ours only have a doubt', async () => {
    const world = await open({ exposures: { control: 10_200, test: 9_790 } }, { findings: [finding({ code: 'srm' })] });
    const { ours, theirs } = await assess(world);
    expect(ours).toContain('sample_ratio_mismatch');
    expect(theirs).toEqual(['srm']);
  });

  it('have PostHog’s words where the code is not known, and the worst come first', async () => {
    const world = await open({}, { findings: [finding()] });
    expect((await assess(world)).data.posthog_findings).toEqual([
      { code: 'flag_in_orbit', severity: 'critical', title: 'The flag has left: Call it back.' },
    ]);
    const { item } = await review(world);
    expect(item).toMatchObject({ severity: 'blocker', next: { tool: 'experiment-assess', arguments: { id: 1 } } });
    expect(item.findings[0]).toMatchObject({ code: 'posthog_flag_in_orbit', evidence: { altitude_km: 400 } });
  });

  it.each<[string, unknown, string]>([
    ['one finding', { findings: [{ code: 5 }, finding()] }, 'finding 1 cannot be read (code: expected string'],
    ['all of them', 'fine', 'not in a form that can be read'],
  ])('are named where %s cannot be read, and hide nothing', async (_, health, problem) => {
    const world = await open({}, health);
    const { theirs, data } = await assess(world);
    expect(data.missing).toEqual([expect.stringContaining(`PostHog's health checks: ${problem}`)]);
    expect(theirs).toEqual(health === 'fine' ? [] : ['flag_in_orbit']);
    const missing = JSON.stringify((await review(world)).data.missing);
    expect(missing).toContain("PostHog's health checks of experiments 1: ");
    expect(missing).toContain(problem);
  });

  it.each([null, undefined])('are no part of the answer where PostHog has none (%s)', async (health) => {
    const { theirs, data } = await assess(await open({}, health));
    expect([theirs, data.posthog_findings, data.missing]).toEqual([[], undefined, undefined]);
  });
});
