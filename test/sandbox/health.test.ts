import { describe, expect, test } from 'vitest';
import { parseScenario } from '../../src/sandbox/scenario/scenario.js';
import type { FlagFilters } from '../../src/sandbox/store/model.js';
import { at, bench, listAt } from './support.js';

interface Case {
  experiment?: object;
  active?: boolean;
  deleted?: boolean;
  filters?: Partial<FlagFilters>;
  rollouts?: string[];
}

const METRIC = { name: 'Purchases', metric_type: 'mean' };
const RUNNING = { started_days_ago: 10, exposures: { control: 1000, test: 1000 }, metrics: [METRIC] };
const ENDED = { ...RUNNING, ended_days_ago: 1 };
const DRAFT = { metrics: [METRIC] };
const EVERYONE = { properties: [], rollout_percentage: 100 };
const STAFF = {
  properties: [{ key: 'email', type: 'person', operator: 'icontains', value: '@x' }],
  rollout_percentage: 100,
};
const IOS = { properties: [{ key: 'os', type: 'person', operator: 'exact', value: 'iOS' }], rollout_percentage: 100 };
const split = (control: number, test: number) => ({
  multivariate: {
    variants: [
      { key: 'control', rollout_percentage: control },
      { key: 'test', rollout_percentage: test },
    ],
  },
});

/** The health of an experiment with this flag. */
async function health({
  experiment = RUNNING,
  active,
  deleted = false,
  filters,
  rollouts = ['experiment-health'],
}: Case) {
  const experiments = [{ name: 'A', feature_flag_key: 'a', ...experiment }];
  const ready = await bench({ scenario: parseScenario(JSON.stringify({ events: ['e'], rollouts, experiments })) });
  const flag = ready.sandbox.store.flags.get(1);
  if (flag) {
    Object.assign(flag, { active: active ?? flag.active, deleted, filters: { ...flag.filters, ...filters } });
  }
  return (await ready.get('/experiments/1/')).json.health;
}

async function findings(given: Case) {
  return listAt(await health(given), 'findings');
}

const OPEN = ['open_feature_flag'];

describe('the health of an experiment', () => {
  test('is null until PostHog has brought it to the project, and is on the detail only', async () => {
    expect(await health({ rollouts: [] })).toBeNull();
    expect(await health({})).toEqual({ findings: [] });
    const { draft, get } = await bench();
    await draft();
    expect(at((await get('/experiments/')).json, 'results', 0)).not.toHaveProperty('health');
  });

  test.each<[string, Case, object]>([
    [
      'a flag that is off in the run',
      { active: false },
      { code: 'flag_off_while_running', subcode: 'running_but_flag_disabled', actions: OPEN, diagnostic_ref: 'A5' },
    ],
    [
      'a flag at 0% in the run',
      { filters: { groups: [{ ...EVERYONE, rollout_percentage: 0 }] } },
      { code: 'flag_off_while_running', subcode: 'running_but_no_rollout', actions: OPEN, diagnostic_ref: 'A5' },
    ],
    [
      'a flag at 0% before its one variant',
      { filters: { groups: [{ ...EVERYONE, rollout_percentage: 0 }], ...split(0, 100) } },
      { code: 'flag_off_while_running', subcode: 'running_but_no_rollout' },
    ],
    [
      'one variant for everyone in the run',
      { filters: split(0, 100), experiment: { ...RUNNING, exposures: { control: 9, test: 9 } } },
      {
        ...{ code: 'variant_shipped_while_running', subcode: 'running_but_single_variant_shipped' },
        ...{ evidence: { variant_key: 'test' }, actions: OPEN, diagnostic_ref: 'A5' },
      },
    ],
    [
      'a flag that serves after the end',
      { experiment: ENDED },
      {
        ...{ code: 'flag_live_after_end', subcode: 'ended_but_multiple_variants_rolled_out' },
        ...{ actions: OPEN, diagnostic_ref: 'A5' },
      },
    ],
    [
      'a flag that serves before the launch',
      { experiment: DRAFT, active: true },
      {
        ...{ code: 'flag_live_before_launch', subcode: 'not_started_but_multiple_variants_rolled_out' },
        ...{ actions: OPEN, diagnostic_ref: 'A5' },
      },
    ],
    [
      'a run without metrics',
      { experiment: { ...RUNNING, metrics: [] } },
      { code: 'no_metric', subcode: null, evidence: {}, actions: ['add_primary_metric', 'add_secondary_metric'] },
    ],
    [
      'people left out of an uneven split',
      {
        experiment: { ...RUNNING, exposures: { control: 800, test: 200, $multiple: 20 } },
        filters: split(80, 20),
      },
      {
        ...{ code: 'bias_risk_multiple_excluded', subcode: null, diagnostic_ref: 'A1' },
        evidence: { multiple_variant_percentage: (20 / 1020) * 100 },
        actions: ['adjust_distribution', 'use_first_seen_variant'],
      },
    ],
    [
      'a sample ratio mismatch',
      { experiment: { ...RUNNING, exposures: { control: 1000, test: 800 } } },
      {
        code: 'srm',
        subcode: null,
        evidence: { p_value: expect.closeTo(2.4e-6, 7) },
        actions: [],
        diagnostic_ref: 'A2',
      },
    ],
    [
      'a day without exposures',
      { experiment: { ...RUNNING, started_days_ago: 1.5, exposures: {} } },
      {
        ...{ code: 'zero_exposures', subcode: null, evidence: { hours_since_launch: 36 } },
        ...{ actions: ['edit_exposure_criteria'], diagnostic_ref: null },
      },
    ],
    [
      'a variant that one of the conditions names',
      { filters: { groups: [{ ...STAFF, variant: 'test' }, EVERYONE] } },
      {
        ...{ code: 'forced_variant_release_condition', subcode: 'some_conditions_pinned', severity: 'info' },
        evidence: { pinned_condition_sets: '1', pinned_variant_keys: 'test' },
        ...{ actions: ['edit_release_conditions'], diagnostic_ref: 'A7' },
      },
    ],
    [
      'variants that all conditions name',
      {
        filters: {
          groups: [
            { ...IOS, variant: 'test' },
            { ...STAFF, variant: 'control' },
          ],
        },
      },
      {
        ...{ code: 'forced_variant_release_condition', subcode: 'all_conditions_pinned' },
        evidence: { pinned_condition_sets: '1, 2', pinned_variant_keys: 'test, control' },
        ...{ actions: ['edit_release_conditions'], diagnostic_ref: 'A7b' },
      },
    ],
    [
      'a draft whose every condition names a variant, beside one at 0%',
      {
        experiment: DRAFT,
        filters: {
          groups: [
            { ...IOS, variant: 'test' },
            { ...EVERYONE, rollout_percentage: 0 },
          ],
        },
      },
      {
        ...{ code: 'forced_variant_release_condition', subcode: 'all_conditions_pinned' },
        evidence: { pinned_condition_sets: '1', pinned_variant_keys: 'test' },
      },
    ],
    [
      'a variant for people behind a condition for all groups',
      {
        filters: {
          groups: [
            { ...EVERYONE, aggregation_group_type_index: 0 },
            { ...STAFF, variant: 'test' },
          ],
        },
      },
      {
        subcode: 'some_conditions_pinned',
        severity: 'info',
        evidence: { pinned_condition_sets: '2', pinned_variant_keys: 'test' },
      },
    ],
  ])('names %s', async (_what, given, expected) => {
    const found = await findings(given);
    expect(found).toHaveLength(1);
    const { title, detail, ...facts } = Object(found[0]);
    expect(facts).toMatchObject({ severity: 'warning', ...expected });
    expect(Object.keys(facts).sort()).toEqual([
      ...['actions', 'code', 'diagnostic_ref', 'evidence', 'severity', 'subcode'],
    ]);
    expect([title, detail]).toEqual([expect.stringMatching(/\w/), expect.stringMatching(/\w/)]);
  });

  test.each<[string, Case]>([
    ['a run with an even split', {}],
    [
      'a variant for all of some people only',
      { filters: { groups: [STAFF], ...split(0, 100) }, experiment: { ...RUNNING, exposures: { test: 9 } } },
    ],
    ['an ended one at 0%', { experiment: ENDED, filters: { groups: [{ ...EVERYONE, rollout_percentage: 0 }] } }],
    ['an ended one that is off', { experiment: ENDED, active: false }],
    ['an ended one that ships a variant', { experiment: { ...ENDED, exposures: { test: 9 } }, filters: split(0, 100) }],
    ['a draft that is off', { experiment: DRAFT }],
    ['an archived draft', { experiment: { ...DRAFT, archived: true }, active: true }],
    ['a draft without metrics', { experiment: {} }],
    ['a deleted flag', { experiment: ENDED, deleted: true }],
    [
      'an uneven split where the first variant seen counts',
      {
        experiment: {
          ...RUNNING,
          exposures: { control: 800, test: 200, $multiple: 20 },
          exposure_criteria: { multiple_variant_handling: 'first_seen' },
        },
        filters: split(80, 20),
      },
    ],
    ['too few exposures for a sample ratio test', { experiment: { ...RUNNING, exposures: { control: 90, test: 9 } } }],
    ['no exposures in the first day', { experiment: { ...RUNNING, started_days_ago: 0.9, exposures: {} } }],
    [
      'a condition that names no variant of the flag',
      { filters: { groups: [{ ...STAFF, variant: 'old' }, EVERYONE] } },
    ],
    [
      'a condition at 0% that names a variant',
      { filters: { groups: [{ ...STAFF, variant: 'test', rollout_percentage: 0 }, EVERYONE] } },
    ],
    ['a condition that nobody reaches', { filters: { groups: [EVERYONE, { ...STAFF, variant: 'test' }] } }],
    [
      'an ended one whose flag names a variant',
      { experiment: { ...ENDED }, active: false, filters: { groups: [{ ...EVERYONE, variant: 'test' }] } },
    ],
  ])('finds nothing in %s', async (_what, given) => {
    expect(await findings(given)).toEqual([]);
  });

  test('says once that everyone gets the shipped variant', async () => {
    const quiet = { ...RUNNING, exposures: { control: 9, test: 9 } };
    const codes = async (variant: string) => {
      const groups = [{ ...EVERYONE, variant }];
      return (await findings({ experiment: quiet, filters: { groups, ...split(0, 100) } })).map(({ code }) => code);
    };
    expect(await codes('test')).toEqual(['variant_shipped_while_running']);
    expect(await codes('control')).toEqual(['variant_shipped_while_running', 'forced_variant_release_condition']);
  });
});
