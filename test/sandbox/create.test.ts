import { describe, expect, test } from 'vitest';
import { at, bench, MEAN_METRIC, rule, START } from './support.js';

const TWO = [
  { key: 'control', name: 'Old', split_percent: 30 },
  { key: 'test', name: 'New', split_percent: 70 },
];

/** Response fields of PostHog's API reference that the newest serializer still has. */
const DOCUMENTED =
  'id name description start_date end_date feature_flag_key feature_flag holdout holdout_id exposure_cohort parameters secondary_metrics saved_metrics saved_metrics_ids filters archived deleted created_by created_at updated_at type exposure_criteria metrics metrics_secondary stats_config scheduling_config conclusion conclusion_comment primary_metrics_ordered_uuids secondary_metrics_ordered_uuids only_count_matured_users status user_access_level'.split(
    ' ',
  );
/** Response fields of newer servers. */
const NEWER =
  'running_time_calculation excluded_variants is_legacy can_freeze_exposure flag_cleanup_task_id repository version tags health resolved_exposure_event variant_split_changed_at'.split(
    ' ',
  );
const DOCUMENTED_FLAG =
  'id team_id name key filters deleted active ensure_experience_continuity version evaluation_runtime bucketing_identifier evaluation_contexts'.split(
    ' ',
  );

describe('create', () => {
  test('answers 201 with a draft, the documented defaults and every documented field', async () => {
    const { post } = await bench();
    const created = await post('/experiments/', { name: 'Checkout', feature_flag_key: 'checkout' });
    expect(created.status).toBe(201);
    expect(created.json).toMatchSnapshot();
  });

  test('answers every field that the public documentation shows, on the experiment and its flag', async () => {
    const { draft, get } = await bench();
    const { json } = await get(await draft());
    expect(Object.keys(json).sort()).toEqual([...DOCUMENTED, ...NEWER].sort());
    expect(Object.keys(Object(json.feature_flag)).sort()).toEqual([...DOCUMENTED_FLAG].sort());
  });

  test('takes variants, share of users and payloads from the old parameters and shows them from the flag', async () => {
    const { post } = await bench();
    const created = await post('/experiments/', {
      name: 'Checkout',
      feature_flag_key: 'checkout',
      parameters: {
        feature_flag_variants: TWO,
        rollout_percentage: 20,
        feature_flag_payloads: { test: '{"color":"green"}' },
        aggregation_group_type_index: 1,
        variant_notes: { test: 'green' },
      },
    });
    expect(at(created.json, 'feature_flag', 'filters')).toEqual({
      groups: [{ properties: [], rollout_percentage: 20, aggregation_group_type_index: 1 }],
      multivariate: {
        variants: [
          { key: 'control', name: 'Old', rollout_percentage: 30 },
          { key: 'test', name: 'New', rollout_percentage: 70 },
        ],
      },
      payloads: { test: '{"color":"green"}' },
      aggregation_group_type_index: 1,
      holdout: null,
    });
    expect(created.json.parameters).toEqual({
      feature_flag_variants: [
        { key: 'control', name: 'Old', rollout_percentage: 30, split_percent: 30 },
        { key: 'test', name: 'New', rollout_percentage: 70, split_percent: 70 },
      ],
      rollout_percentage: 20,
      feature_flag_payloads: { test: '{"color":"green"}' },
      aggregation_group_type_index: 1,
      ensure_experience_continuity: false,
      variant_notes: { test: 'green' },
    });
  });

  test('has no aggregation or payload keys in parameters where the flag has none', async () => {
    const { draft, get } = await bench();
    const { json } = await get(await draft());
    expect(Object.keys(Object(json.parameters))).toEqual([
      'feature_flag_variants',
      'rollout_percentage',
      'ensure_experience_continuity',
    ]);
  });

  test('takes the flag object too, and refuses splits that are not 100 together', async () => {
    const { post, sandbox } = await bench();
    const body = (share: number) => ({
      name: 'Checkout',
      feature_flag_key: 'checkout',
      feature_flag: {
        ensure_experience_continuity: true,
        filters: {
          multivariate: {
            variants: [
              { key: 'control', rollout_percentage: 50 },
              { key: 'test', rollout_percentage: share },
            ],
          },
        },
      },
    });
    const refused = await post('/experiments/', body(40));
    expect(refused.json).toEqual({
      type: 'validation_error',
      code: 'cross_field.variant_rollout_sum_not_100',
      detail: 'multivariate.variants: Variant rollout percentages must sum to 100, got 90.',
      attr: 'filters',
    });
    expect(sandbox.store.flags.size).toBe(0);
    const created = await post('/experiments/', body(50));
    expect(created.json).toMatchObject({ feature_flag: { ensure_experience_continuity: true, active: false } });
  });

  test('with a start date runs at once on an active flag', async () => {
    const { post } = await bench();
    const body = { name: 'Now', feature_flag_key: 'now', start_date: START };
    const created = await post('/experiments/', body);
    expect(created.json).toMatchObject({ status: 'running', start_date: START, feature_flag: { active: true } });
  });

  test('links an existing flag as it is and ignores variants sent beside it', async () => {
    const { draft, post, get } = await bench();
    await draft({ feature_flag_key: 'shared' });
    const before = (await get('/feature_flags/1/')).json;
    const parameters = { feature_flag_variants: TWO };
    const linked = await post('/experiments/', { name: 'Second', feature_flag_key: 'shared', parameters });
    expect(linked.status).toBe(201);
    expect(at(linked.json, 'feature_flag', 'id')).toBe(1);
    expect((await get('/feature_flags/1/')).json).toEqual({ ...before, experiment_set: [1, 2] });
  });

  test('refuses flag config for a flag that exists, and a flag that cannot carry an experiment', async () => {
    const { draft, post } = await bench();
    await draft({ feature_flag_key: 'shared' });
    const configured = await post('/experiments/', {
      name: 'Second',
      feature_flag_key: 'shared',
      feature_flag: { filters: { groups: [{ properties: [], rollout_percentage: 10 }] } },
    });
    expect(configured.json).toEqual({
      ...rule(
        "A feature flag with key 'shared' already exists; the experiment links to it as-is, so its config cannot be set here. Omit feature_flag to reuse the existing flag, or edit the flag directly.",
      ),
      attr: 'feature_flag',
    });
    await post('/feature_flags/', { key: 'boolean' });
    const boolean = await post('/experiments/', { name: 'B', feature_flag_key: 'boolean' });
    expect(boolean.json).toEqual(
      rule('Feature flag must have at least 2 variants (a baseline and at least one test variant)'),
    );
  });

  test('names the flag key field `key` when a new key is not allowed', async () => {
    const { post } = await bench();
    const refused = await post('/experiments/', { name: 'A', feature_flag_key: 'not a key' });
    expect(refused.json).toEqual({
      type: 'validation_error',
      code: 'invalid_key',
      detail: 'Only letters, numbers, hyphens (-) & underscores (_) are allowed.',
      attr: 'key',
    });
  });

  test('pins the first variant as baseline where there is no control, except that web needs one', async () => {
    const { post } = await bench();
    const parameters = {
      feature_flag_variants: [
        { key: 'gate_30', split_percent: 50 },
        { key: 'gate_40', split_percent: 50 },
      ],
    };
    const created = await post('/experiments/', { name: 'Cats', feature_flag_key: 'cats', parameters });
    expect(created.json.stats_config).toEqual({ method: 'bayesian', baseline_variant_key: 'gate_30' });
    const web = await post('/experiments/', { name: 'Web', feature_flag_key: 'web', parameters, type: 'web' });
    expect(web.json).toEqual(rule("Web experiments require a variant with key 'control'"));
  });

  test.each([
    [{ excluded_variants: ['control'] }, "baseline variant cannot be excluded ('control')"],
    [{ excluded_variants: ['test'] }, 'at least one test variant must remain in analysis'],
    [{ stats_config: { method: 'voodoo' } }, "Invalid stats method: 'voodoo'. Must be one of: bayesian, frequentist"],
    [{ start_date: START, end_date: START }, 'End date must be after start date'],
    [
      { saved_metrics_ids: [{ id: 3, metadata: { type: 'primary' } }] },
      'Saved metric does not exist or does not belong to this project',
    ],
  ])('refuses %j', async (body, detail) => {
    const { post } = await bench();
    const refused = await post('/experiments/', { name: 'A', feature_flag_key: 'a', ...body });
    expect(refused.status).toBe(400);
    expect(refused.json).toMatchObject(rule(detail));
  });

  test('refuses a holdout that does not exist', async () => {
    const { post } = await bench();
    const refused = await post('/experiments/', { name: 'A', feature_flag_key: 'a', holdout_id: 9 });
    expect(refused.json).toEqual({
      type: 'validation_error',
      code: 'does_not_exist',
      detail: 'Invalid pk "9" - object does not exist.',
      attr: 'holdout_id',
    });
  });

  test('drops unknown top-level keys without a word', async () => {
    const { post } = await bench();
    const created = await post('/experiments/', { name: 'A', feature_flag_key: 'a', descripton: 'typo' });
    expect(created.status).toBe(201);
    expect(created.json).not.toHaveProperty('descripton');
  });

  test('gives equal answers to equal requests', async () => {
    const answers = [];
    for (let run = 0; run < 2; run += 1) {
      const { post } = await bench();
      const body = { name: 'A', feature_flag_key: 'a', allow_unknown_events: true, metrics: [MEAN_METRIC] };
      answers.push((await post('/experiments/', body)).json);
    }
    expect(answers[0]).toEqual(answers[1]);
  });
});
