import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { ALL_TOOLS } from '../../tools/index.js';
import { openBroken } from '../helpers/broken.js';
import { addHoldout, addSavedMetric, HOLDOUT, SAVED_METRIC } from '../helpers/furnish.js';
import { DRAFT, RUNNING, STOPPED } from '../helpers/shop.js';
import { sent, warningCodes } from '../helpers/state.js';
import { storedIn } from '../helpers/stored.js';
import { VALID_CALLS } from '../helpers/valid-calls.js';
import { type Answer, takeBack, type World } from '../helpers/world.js';

const METRIC = '00000000-0000-4000-8000-000000000004';

function namesIn({ sandbox }: World): string[] {
  const { experiments, holdouts, savedMetrics } = sandbox.store;
  return [experiments, holdouts, savedMetrics].flatMap((rows) => [...rows.values()].map(({ name }) => name));
}

function reason({ data }: Answer): string {
  const warnings = z.array(z.object({ code: z.string(), message: z.string() })).parse(data.warnings);
  return warnings.find(({ code }) => code === 'not_applied')?.message ?? '';
}

interface Drop {
  /** Field of the request that is dropped. */
  field: string;
  /** As the answer names it. */
  named: string;
  args: Record<string, unknown>;
}

const twoVariants = (test: number) => [
  { key: 'control', split_percent: 100 - test },
  { key: 'test', split_percent: test },
];
const SIGN_UPS = { name: 'Sign-ups', metric_type: 'mean', event: 'signed_up' };

const UPDATES: readonly Drop[] = [
  { field: 'name', named: 'name', args: { id: DRAFT, name: 'Other' } },
  { field: 'description', named: 'description', args: { id: DRAFT, description: 'Other' } },
  { field: 'description', named: 'description', args: { id: DRAFT, clear: ['description'] } },
  { field: 'tags', named: 'tags', args: { id: DRAFT, tags: ['q3'] } },
  { field: 'holdout_id', named: 'holdout_id', args: { id: DRAFT, holdout_id: HOLDOUT } },
  { field: 'stats_config', named: 'stats_config', args: { id: DRAFT, stats_method: 'frequentist' } },
  { field: 'stats_config.method', named: 'stats_config', args: { id: DRAFT, stats_method: 'frequentist' } },
  { field: 'exposure_criteria', named: 'exposure_criteria', args: { id: DRAFT, filter_test_accounts: false } },
  {
    field: 'exposure_criteria.exposure_config',
    named: 'exposure_criteria',
    args: { id: DRAFT, exposure_event: 'signed_up' },
  },
  {
    field: 'running_time_calculation',
    named: 'running_time_calculation',
    args: { id: DRAFT, minimum_detectable_effect: 7 },
  },
  { field: 'metrics', named: 'metrics', args: { id: DRAFT, metric: SIGN_UPS } },
  {
    field: 'feature_flag',
    named: 'feature_flag.variant_order',
    args: { id: DRAFT, variants: twoVariants(50).reverse() },
  },
  {
    field: 'metrics_secondary',
    named: 'metrics_secondary',
    args: { id: DRAFT, metric: { ...SIGN_UPS, role: 'secondary' } },
  },
  { field: 'metrics', named: 'metrics', args: { id: DRAFT, remove_metric_uuid: METRIC } },
  {
    field: 'metrics.0.goal',
    named: 'goal',
    args: { id: DRAFT, replace_metric_uuid: METRIC, metric: { goal: 'decrease' } },
  },
  { field: 'saved_metrics_ids', named: 'saved_metrics', args: { id: DRAFT, add_saved_metric_id: SAVED_METRIC } },
  { field: 'feature_flag', named: 'feature_flag.variants', args: { id: DRAFT, variants: twoVariants(30) } },
  { field: 'feature_flag.filters', named: 'release_groups', args: { id: DRAFT, rollout_percentage: 30 } },
  { field: 'conclusion', named: 'conclusion', args: { id: STOPPED, conclusion: 'inconclusive' } },
  { field: 'conclusion_comment', named: 'conclusion_comment', args: { id: STOPPED, conclusion_comment: 'So be it.' } },
  { field: 'end_date', named: 'end_date', args: { id: STOPPED, end_date: '2026-05-20' } },
  { field: 'end_date', named: 'end_date', args: { id: STOPPED, clear: ['end_date'] } },
  { field: 'start_date', named: 'start_date', args: { id: RUNNING, start_date: '2026-05-20' } },
  { field: 'archived', named: 'archived', args: { id: STOPPED, archived: true } },
];

const SHARED: readonly (Drop & { tool: string })[] = [
  {
    ...{ tool: 'experiment-holdouts-partial-update', field: 'filters', named: 'exclusion_percent' },
    args: { id: HOLDOUT, exclusion_percent: 20 },
  },
  {
    ...{ tool: 'experiment-holdouts-partial-update', field: 'description', named: 'description' },
    args: { id: HOLDOUT, description: 'Other', name: 'New' },
  },
  {
    ...{ tool: 'experiment-saved-metrics-partial-update', field: 'query', named: 'query' },
    args: { id: SAVED_METRIC, metric: { name: 'Check-outs', metric_type: 'mean', event: 'checkout_started' } },
  },
  {
    ...{ tool: 'experiment-saved-metrics-partial-update', field: 'query.goal', named: 'query' },
    args: { id: SAVED_METRIC, metric: { name: 'X', metric_type: 'mean', event: 'signed_up', goal: 'decrease' } },
  },
  {
    ...{ tool: 'experiment-saved-metrics-partial-update', field: 'tags', named: 'tags' },
    args: { id: SAVED_METRIC, tags: ['other'], name: 'New' },
  },
  {
    tool: 'experiment-end',
    field: 'conclusion_comment',
    named: 'conclusion_comment',
    args: { id: RUNNING, conclusion: 'inconclusive', conclusion_comment: 'So be it.' },
  },
  {
    tool: 'experiment-archive',
    field: 'disable_feature_flag',
    named: 'feature_flag.active',
    args: { id: STOPPED, disable_feature_flag: true },
  },
];

async function openFurnished(tool: string) {
  const broken = await openBroken(tool);
  const { store } = broken.world.sandbox;
  if (!store.holdouts.has(HOLDOUT)) addHoldout(broken.world);
  if (!store.savedMetrics.has(SAVED_METRIC)) addSavedMetric(broken.world);
  return broken;
}

describe('a field that PostHog drops without a word', () => {
  it.each([...UPDATES.map((drop) => ({ tool: 'experiment-update', ...drop })), ...SHARED])(
    '$tool: $field',
    async ({ tool, field, named, args }) => {
      const { world, proxy } = await openFurnished(tool);
      const honest = await openFurnished(tool);
      expect((await honest.world.call(tool, args)).data).toMatchObject({ status: 'applied' });
      proxy.drop(field);
      const answer = await world.call(tool, args);
      expect(answer.isError, answer.text).toBe(false);
      expect(answer.data, answer.text).toMatchObject({ status: 'not_applied' });
      expect(reason(answer)).toContain(named);
      expect(sent(world)).toHaveLength(1);
    },
  );

  it('does not hide what was done beside it, which can be taken back', async () => {
    const { world, proxy } = await openFurnished('experiment-update');
    proxy.drop('description');
    const answer = await world.call('experiment-update', { id: DRAFT, name: 'Other', description: 'New' });
    expect(answer.data).toMatchObject({
      status: 'not_applied',
      changes: [{ path: 'name', before: 'Button colour', after: 'Other' }],
      undo: { tool: 'experiment-update', arguments: { name: 'Button colour' } },
    });
    expect(JSON.stringify(answer.data.effects)).not.toContain('Unchanged');
    expect(reason(answer)).not.toContain('name is');
  });
});

describe('a field that is dropped by a write whose answer is lost', () => {
  it.each([
    ['experiment-update', 'description', { id: DRAFT, name: 'Other', description: 'New' }],
    ['experiment-holdouts-partial-update', 'filters', { id: HOLDOUT, name: 'Other', exclusion_percent: 20 }],
    ['experiment-saved-metrics-partial-update', 'tags', { id: SAVED_METRIC, name: 'Other', tags: ['q3'] }],
  ])('%s: the rest stands, and can be taken back', async (tool, field, args) => {
    const { world, proxy } = await openFurnished(tool);
    proxy.drop(field);
    proxy.breakAt('inside_body');
    const before = await openFurnished(tool);
    const answer = await world.call(tool, args);
    expect(answer.data, answer.text).toMatchObject({
      status: 'not_applied',
      changes: [{ path: 'name', after: 'Other' }],
    });
    expect(warningCodes(answer)).toContain('partly_applied');
    proxy.drop();
    expect((await takeBack(world, answer)).data).toMatchObject({ status: 'applied' });
    expect(namesIn(world)).toEqual(namesIn(before.world));
  });
});

const CHANGING = ALL_TOOLS.filter(
  ({ access, name }) => access !== 'read' && !/create|copy|duplicate|migrate/.test(name),
);

describe('a write that PostHog answers with a success and does not do', () => {
  it.each(CHANGING.map(({ name }) => name))('%s', async (tool) => {
    const { world, proxy } = await openBroken(tool);
    const before = storedIn(world);
    proxy.ignoreWrites();
    const answer = await world.call(tool, VALID_CALLS[tool]);
    expect(storedIn(world)).toEqual(before);
    expect(answer.data, answer.text).toMatchObject({ status: 'not_applied', changes: [] });
    expect(warningCodes(answer)).toContain('not_applied');
    expect(answer.data.undo).toHaveProperty('not_reversible_because');
  });
});
