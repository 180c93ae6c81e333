import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../src/sandbox/store/model.js';
import { addSavedMetric, SAVED_METRIC } from '../helpers/furnish.js';
import { DRAFT, RUNNING } from '../helpers/shop.js';
import { effectsOf, expectUndone, experimentRow, idIn, sent, settled, warningCodes } from '../helpers/state.js';
import { openWorld, takeBack } from '../helpers/world.js';

const tool = 'experiment-update';

const isPro = { key: 'plan', value: ['pro'], operator: 'exact', type: 'event' };
const fromNorway = { key: 'country', value: ['NO', 'SE'], operator: 'exact', type: 'person' };
const event = { kind: 'ExperimentEventExposureConfig', event: 'checkout_started', properties: [] };

interface Case {
  given: JsonObject;
  /** Columns of the experiment, as far as they matter. */
  stored: JsonObject;
}

const cases: [name: string, Case][] = [
  [
    'a Bayesian level',
    {
      given: { confidence_level: 90, stats_method: 'bayesian' },
      stored: { stats_config: { method: 'bayesian', bayesian: { ci_level: 0.9 } } },
    },
  ],
  [
    'a frequentist level, as the share of false positives',
    {
      given: { confidence_level: 99.9, stats_method: 'frequentist' },
      stored: { stats_config: { method: 'frequentist', frequentist: { alpha: 0.001 } } },
    },
  ],
  [
    'absolute differences',
    {
      given: { difference_type: 'absolute', stats_method: 'frequentist' },
      stored: { stats_config: { frequentist: { difference_type: 'ABSOLUTE' } } },
    },
  ],
  [
    'sequential testing with its parameter',
    {
      given: { sequential_testing: 'tuning 8000', stats_method: 'frequentist' },
      stored: {
        stats_config: { frequentist: { sequential_testing_enabled: true, sequential_tuning_parameter: 8000 } },
      },
    },
  ],
  [
    'sequential testing turned off',
    {
      given: { sequential_testing: 'off', stats_method: 'frequentist' },
      stored: { stats_config: { frequentist: { sequential_testing_enabled: false } } },
    },
  ],
  [
    'CUPED with its look-back',
    { given: { cuped: '7 days' }, stored: { stats_config: { cuped: { enabled: true, lookback_days: 7 } } } },
  ],
  ['CUPED turned off', { given: { cuped: 'off' }, stored: { stats_config: { cuped: { enabled: false } } } }],
  [
    'another baseline',
    { given: { baseline_variant: 'test' }, stored: { stats_config: { baseline_variant_key: 'test' } } },
  ],
  [
    'only users whose windows are over',
    { given: { only_count_matured_users: true }, stored: { only_count_matured_users: true } },
  ],
  [
    'an event as exposure, filtered',
    {
      given: { exposure_event: 'checkout_started', exposure_filters: ['plan = pro', 'person:country = NO|SE'] },
      stored: { exposure_criteria: { exposure_config: { ...event, properties: [isPro, fromNorway] } } },
    },
  ],
  [
    'an action as exposure',
    {
      given: { exposure_event: 'action:5' },
      stored: { exposure_criteria: { exposure_config: { kind: 'ActionsNode', id: 5 } } },
    },
  ],
  [
    'users in several variants by the first',
    {
      given: { multiple_variant_handling: 'first_seen' },
      stored: { exposure_criteria: { multiple_variant_handling: 'first_seen' } },
    },
  ],
];

describe('a setting of statistics or exposure', () => {
  it.each(cases)('%s: is stored, and taken back exactly', async (_, { given, stored }) => {
    const world = await openWorld();
    for (const id of [DRAFT, RUNNING]) {
      const answer = await expectUndone(world, { tool, args: { id, ...given } });
      expect(sent(world).find(({ request }) => request === `PATCH experiments/${id}`)?.body).toMatchObject(stored);
      const { users, analysis } = effectsOf(answer);
      expect(users).toMatch(/^Unchanged\./);
      expect(analysis).toMatch(id === DRAFT ? /^Nothing counts before the launch/ : /^Results are computed anew/);
    }
  });

  it.each(cases)(
    '%s: can be given at creation, read back in the same words, and copied',
    async (_, { given, stored }) => {
      const world = await openWorld();
      const made = await world.call('experiment-create', { name: 'New', feature_flag_key: 'new-key', ...given });
      const id = idIn(made);
      expect(await world.stored(id)).toMatchObject(stored);
      expect((await world.call('experiment-get', { id })).data).toMatchObject(given);
      const copy = await world.call('experiment-duplicate', { id, feature_flag_key: 'copied-key' });
      expect(copy.data.experiment).toMatchObject(given);
    },
  );

  it('excludes variants, and takes that back to what it was, an empty list included', async () => {
    const world = await openWorld();
    const variants = ['control', 'a', 'b'].map((key, index) => ({ key, split_percent: [40, 30, 30][index] }));
    const excluded_variants = ['b'];
    const made = { name: 'New', feature_flag_key: 'new-key', variants, excluded_variants };
    const id = idIn(await world.call('experiment-create', made));
    expect((await world.call('experiment-get', { id })).data).toMatchObject({ excluded_variants });
    await expectUndone(world, { tool, args: { id, excluded_variants: ['a'] } });
    await expectUndone(world, { tool, args: { id, clear: ['excluded_variants'] } });
    experimentRow(world, id).excluded_variants = [];
    await expectUndone(world, { tool, args: { id, excluded_variants } });
    const refused = await world.call(tool, { id, excluded_variants: ['control'] });
    expect(refused.data.error).toMatchObject({ detail: "baseline variant cannot be excluded ('control')" });
  });

  it('keeps what no field says through a change, and brings it back when a change is undone', async () => {
    const world = await openWorld();
    const stats_config = {
      method: 'frequentist',
      bayesian: { ci_level: 0.8, prior_type: 'INFORMATIVE' },
      frequentist: { sequential_testing_enabled: false, sequential_tuning_parameter: 700 },
      cuped: { enabled: false, lookback_days: 21 },
      migrated_from: 3,
    };
    const cohort = { key: 'id', type: 'cohort', value: 4, operator: 'in' };
    const exposure_criteria = {
      filterTestAccounts: true,
      exposure_config: { ...event, properties: [cohort] },
      activation_config: { ...event, event: 'activated' },
    };
    Object.assign(experimentRow(world, RUNNING), { stats_config, exposure_criteria });
    await expectUndone(world, {
      tool,
      args: { id: RUNNING, confidence_level: 99, exposure_event: 'purchase_completed' },
    });
    expect(sent(world)[0]?.body).toMatchObject({
      stats_config: { ...stats_config, frequentist: { ...stats_config.frequentist, alpha: 0.01 } },
      exposure_criteria: {
        ...exposure_criteria,
        exposure_config: { event: 'purchase_completed', properties: [cohort] },
      },
    });
    for (const args of [
      { sequential_testing: 'tuning 9', cuped: '14 days' },
      { stats_method: 'bayesian', confidence_level: 95, difference_type: 'absolute' },
      { exposure_event: 'action:5', exposure_filters: ['plan = pro'] },
      { clear: ['exposure_event', 'cuped', 'sequential_testing', 'stats_method'] },
    ])
      await expectUndone(world, { tool, args: { id: RUNNING, ...args } });
  });

  it('goes back to the default when it is cleared', async () => {
    const world = await openWorld();
    const settings = {
      cuped: 'on',
      exposure_event: 'checkout_started',
      exposure_filters: ['plan = pro'],
      confidence_level: 99,
    };
    await world.call(tool, { id: DRAFT, ...settings });
    const { stats_config, exposure_criteria } = experimentRow(world, DRAFT);
    expect(exposure_criteria).toHaveProperty('exposure_config');
    await world.call(tool, { id: DRAFT, clear: ['exposure_filters'] });
    expect(experimentRow(world, DRAFT).exposure_criteria).toMatchObject({ exposure_config: event });
    await expectUndone(world, { tool, args: { id: DRAFT, clear: ['cuped', 'exposure_event', 'confidence_level'] } });
    await world.call(tool, { id: DRAFT, clear: ['cuped', 'exposure_event', 'confidence_level'] });
    const { cuped: _, bayesian: __, ...rest } = stats_config ?? {};
    expect(experimentRow(world, DRAFT).stats_config).toEqual(rest);
    expect(experimentRow(world, DRAFT).exposure_criteria).not.toHaveProperty('exposure_config');
  });

  it.each([
    ['confidence_level', { confidence_level: 0.95 }, 'is in per cent, such as 95'],
    ['cuped', { cuped: '31 days' }, 'must be on, off, or on with the look-back'],
    ['sequential_testing', { sequential_testing: 'yes' }, 'must be on, off, or on with its parameter'],
    ['sequential_testing', { sequential_testing: 'tuning 9999999999' }, 'must be on, off, or on with its parameter'],
    ['difference_type', { difference_type: 'ratio' }, 'relative'],
    [
      'exposure_filters',
      { exposure_filters: ['plan = pro'] },
      'needs exposure_event: the default exposure cannot be filtered',
    ],
    ['exposure_filters[0]', { exposure_event: 'x', exposure_filters: ['step 2: plan = pro'] }, 'takes no prefix'],
    ['stored_settings', { stored_settings: '{"name":{}}' }, 'stored_settings is not JSON of whole settings'],
  ])('is refused where it cannot be meant: %s', async (field, args, words) => {
    const world = await openWorld();
    const answer = await world.call(tool, { id: DRAFT, ...args });
    expect(answer.data.error).toMatchObject({ code: 'invalid_arguments', field });
    expect(answer.text).toContain(words);
    expect(sent(world)).toEqual([]);
  });

  it('needs the method where a new experiment gets a level, and says what a Bayesian one does not use', async () => {
    const world = await openWorld();
    const draft = { name: 'New', feature_flag_key: 'new-key' };
    const refused = await world.call('experiment-create', { ...draft, confidence_level: 90 });
    expect(refused.data.error).toMatchObject({ code: 'invalid_arguments', field: 'confidence_level' });
    const unused = await world.call('experiment-create', { ...draft, sequential_testing: 'on' });
    expect(warningCodes(unused)).toEqual(['sequential_testing_unused']);
  });
});

describe('what applies where nothing is set', () => {
  it.each<[string, JsonObject | null, JsonObject, string[]]>([
    [
      'the product’s defaults, and the team’s',
      null,
      {
        stats_method: 'bayesian',
        confidence_level: 95,
        difference_type: 'relative',
        cuped: 'team default',
        baseline_variant: 'control',
        multiple_variant_handling: 'exclude',
        ensure_experience_continuity: false,
      },
      ['sequential_testing'],
    ],
    [
      'the sequential test of a frequentist experiment',
      { method: 'frequentist' },
      { confidence_level: 95, sequential_testing: 'team default' },
      ['stats_method'],
    ],
    [
      'only what is left',
      {
        method: 'frequentist',
        frequentist: { alpha: 0.1, difference_type: 'ABSOLUTE', sequential_testing_enabled: false },
        cuped: { enabled: false },
        baseline_variant_key: 'test',
      },
      { multiple_variant_handling: 'exclude' },
      ['stats_method', 'confidence_level', 'difference_type', 'sequential_testing', 'cuped', 'baseline_variant'],
    ],
    ['no level where a text is stored', { bayesian: { ci_level: '0.9' } }, {}, ['confidence_level']],
  ])('is shown apart from what was set: %s', async (_, stats_config, shown, absent) => {
    const world = await openWorld();
    Object.assign(experimentRow(world, RUNNING), { stats_config });
    const { defaults } = (await world.call('experiment-get', { id: RUNNING })).data;
    expect(defaults).toMatchObject(shown);
    for (const name of absent) expect(defaults).not.toHaveProperty(name);
  });

  it('leaves out continuity and variant handling once they are set', async () => {
    const world = await openWorld();
    const set = { multiple_variant_handling: 'first_seen', ensure_experience_continuity: true };
    await world.call(tool, { id: DRAFT, ...set });
    const { defaults } = (await world.call('experiment-get', { id: DRAFT })).data;
    for (const name of Object.keys(set)) expect(defaults).not.toHaveProperty(name);
  });
});

describe('the changes of a new experiment', () => {
  const metrics = [
    { name: 'Sum', metric_type: 'mean', event: 'purchase_completed', math: 'sum', math_property: 'amount' },
  ];
  const measured = ['primary: sum of amount per user of purchase_completed'];
  const taken = 'search-ranking';

  it.each([
    ['new', 'new-key'],
    ['linked', taken],
  ])('say that its flag is %s, and what its metrics measure', async (feature_flag, key) => {
    const world = await openWorld();
    const made = await world.call('experiment-create', { name: 'New', feature_flag_key: key, metrics });
    expect(made.data.changes).toMatchObject([{ after: { feature_flag, metrics: measured } }]);
  });

  it.each([
    ['new', 'copied'],
    ['linked', taken],
    ['linked', undefined],
  ])('say of a copy that its flag is %s: %s', async (feature_flag, key) => {
    const world = await openWorld();
    const copy = await world.call('experiment-duplicate', { id: RUNNING, ...(key ? { feature_flag_key: key } : {}) });
    expect(copy.data.changes).toMatchObject([{ after: { feature_flag } }]);
  });
});

describe('shared metrics of an experiment', () => {
  const linked = async () => {
    const world = await openWorld();
    addSavedMetric(world);
    return world;
  };

  it.each([
    ['secondary', { saved_metric_role: 'secondary' }, { type: 'secondary' }],
    [
      'with breakdowns',
      { saved_metric_breakdowns: ['$os', 'person:plan'] },
      {
        type: 'primary',
        breakdowns: [
          { property: '$os', type: 'event' },
          { property: 'plan', type: 'person' },
        ],
      },
    ],
  ])('are attached %s, shown and changed so, and taken back exactly', async (_, given, metadata) => {
    const world = await linked();
    const add = { id: DRAFT, add_saved_metric_id: SAVED_METRIC };
    await expectUndone(world, { tool, args: { ...add, ...given } });
    await world.call(tool, add);
    const answer = await expectUndone(world, { tool, args: { ...add, ...given } });
    expect(JSON.stringify(answer.data.changes)).toContain(`saved_metrics.${SAVED_METRIC}.`);
    await world.call(tool, { ...add, ...given });
    expect(experimentRow(world, DRAFT).saved_metrics).toMatchObject([{ saved_metric: SAVED_METRIC, metadata }]);
    const { data } = await world.call('experiment-get', { id: DRAFT });
    const breakdowns = 'saved_metric_breakdowns' in given ? { breakdowns: given.saved_metric_breakdowns } : {};
    expect(data.saved_metrics).toMatchObject([{ id: SAVED_METRIC, role: metadata.type, ...breakdowns }]);
    const removed = await world.call(tool, { id: DRAFT, remove_saved_metric_id: SAVED_METRIC });
    await takeBack(world, removed);
    expect(experimentRow(world, DRAFT).saved_metrics).toMatchObject([{ saved_metric: SAVED_METRIC, metadata }]);
    expect(removed.data.undo).not.toHaveProperty('arguments.stored_settings');
  });

  it('keep what no field says through a change, and get it back', async () => {
    const world = await linked();
    await world.call(tool, { id: DRAFT, add_saved_metric_id: SAVED_METRIC });
    const metadata = {
      type: 'secondary',
      breakdowns: [{ property: 'plan', type: 'person', group_type_index: 2 }],
      breakdown_limit: 4,
    };
    Object.assign(experimentRow(world, DRAFT).saved_metrics[0] ?? {}, { metadata });
    const change = { id: DRAFT, add_saved_metric_id: SAVED_METRIC, saved_metric_role: 'primary' };
    await expectUndone(world, { tool, args: change });
    expect(sent(world).at(-2)?.body).toMatchObject({
      saved_metrics_ids: [{ metadata: { ...metadata, type: 'primary' } }],
    });
    await expectUndone(world, { tool, args: { ...change, saved_metric_breakdowns: [] } });
    const removed = await world.call(tool, { id: DRAFT, remove_saved_metric_id: SAVED_METRIC });
    await takeBack(world, removed);
    expect(experimentRow(world, DRAFT).saved_metrics).toMatchObject([{ metadata }]);
  });

  it('are given to a new experiment in either role', async () => {
    const world = await linked();
    const draft = { name: 'New', feature_flag_key: 'new-key', secondary_saved_metric_ids: [SAVED_METRIC] };
    const made = await world.call('experiment-create', draft);
    expect(made.data.experiment).toMatchObject({ saved_metrics: [{ id: SAVED_METRIC, role: 'secondary' }] });
    const copy = await world.call('experiment-duplicate', { id: idIn(made), feature_flag_key: 'copied' });
    expect(copy.data.experiment).toMatchObject({ saved_metrics: [{ id: SAVED_METRIC, role: 'secondary' }] });
  });

  it('are given to a new experiment with breakdowns, which the copy has too', async () => {
    const world = await linked();
    const saved_metric_breakdowns = ['$os', 'person:plan'];
    const draft = { name: 'New', feature_flag_key: 'new-key', saved_metric_ids: [SAVED_METRIC] };
    const made = await world.call('experiment-create', { ...draft, saved_metric_breakdowns });
    const saved_metrics = [{ id: SAVED_METRIC, role: 'primary', breakdowns: saved_metric_breakdowns }];
    expect(made.data.experiment).toMatchObject({ saved_metrics });
    const copy = await world.call('experiment-duplicate', { id: idIn(made), feature_flag_key: 'copied' });
    expect(copy.data.experiment).toMatchObject({ saved_metrics });
  });

  it('need to be named where a new experiment breaks them down', async () => {
    const world = await linked();
    const draft = { name: 'New', feature_flag_key: 'new-key', saved_metric_breakdowns: ['$os'] };
    const answer = await world.call('experiment-create', draft);
    expect(answer.data.error).toMatchObject({ code: 'invalid_arguments', field: 'saved_metric_breakdowns' });
    expect(sent(world)).toEqual([]);
  });

  it('need to be named where their role is', async () => {
    const world = await linked();
    const answer = await world.call(tool, { id: DRAFT, saved_metric_role: 'secondary' });
    expect(answer.data.error).toMatchObject({ code: 'invalid_arguments', field: 'saved_metric_role' });
  });
});

describe('an undo that puts whole objects back', () => {
  it('can be taken back itself', async () => {
    const world = await openWorld();
    addSavedMetric(world);
    await world.call(tool, { id: DRAFT, add_saved_metric_id: SAVED_METRIC });
    Object.assign(experimentRow(world, DRAFT), { stats_config: { method: 'bayesian', cuped: { lookback_days: 3 } } });
    Object.assign(experimentRow(world, DRAFT).saved_metrics[0] ?? {}, { metadata: { type: 'other' } });
    const change = { add_saved_metric_id: SAVED_METRIC, saved_metric_role: 'secondary', cuped: '9 days' };
    const changed = await world.call(tool, { id: DRAFT, ...change });
    const wanted = await settled(world, DRAFT);
    expect(changed.data.undo).toHaveProperty('arguments.stored_settings');
    const undone = await takeBack(world, changed);
    expect(await settled(world, DRAFT)).not.toEqual(wanted);
    await takeBack(world, undone);
    expect(await settled(world, DRAFT)).toEqual(wanted);
  });
});

describe('the order of metrics', () => {
  it.each(['primary', 'secondary'])('is set for %s metrics, shown, cleared, and taken back exactly', async (role) => {
    const world = await openWorld();
    const field = `${role}_order`;
    const column = `${role}_metrics_ordered_uuids`;
    const uuids = ['b', 'a'];
    const answer = await expectUndone(world, { tool, args: { id: DRAFT, [field]: uuids } });
    expect(answer.data.changes).toEqual([{ path: column, before: null, after: uuids }]);
    expect(warningCodes(answer)).toEqual(['unknown_in_order']);
    await world.call(tool, { id: DRAFT, [field]: uuids });
    expect(await world.stored(DRAFT)).toMatchObject({ [column]: uuids });
    expect((await world.call('experiment-get', { id: DRAFT })).data).toMatchObject({ [field]: uuids });
    await expectUndone(world, { tool, args: { id: DRAFT, [field]: ['c'] } });
    await expectUndone(world, { tool, args: { id: DRAFT, clear: [field] } });
  });

  it('names metrics of the experiment without a warning', async () => {
    const world = await openWorld();
    const [metric] = experimentRow(world, RUNNING).metrics;
    const answer = await world.call(tool, { id: RUNNING, primary_order: [metric?.uuid] });
    expect(warningCodes(answer)).toEqual([]);
    expect(effectsOf(answer).analysis).toBe('Unchanged.');
  });
});
