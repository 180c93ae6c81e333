import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { addHoldout, HOLDOUT } from '../helpers/furnish.js';
import { RUNNING } from '../helpers/shop.js';
import { effectsOf, flagRow, sent, warningCodes } from '../helpers/state.js';
import { openWorld, takeBack, type World } from '../helpers/world.js';

const tool = 'experiment-create';
const NEW = 8;
const base = { name: 'Free shipping', feature_flag_key: 'free-shipping' };

const variants = [
  { key: 'control', split_percent: 34 },
  { key: 'bar', name: 'Bar at the top', split_percent: 33 },
  { key: 'note', split_percent: 33 },
];

function body(world: World): Record<string, unknown> {
  return z.record(z.string(), z.unknown()).parse(sent(world)[0]?.body);
}

describe('experiment-create', () => {
  it('makes a draft with its own flag, switched off, and every setting where PostHog keeps it', async () => {
    const world = await openWorld();
    const answer = await world.call(tool, {
      ...base,
      description: 'Fewer carts are left.',
      variants,
      rollout_percentage: 40,
      metrics: [{ name: 'Purchases', metric_type: 'funnel', steps: ['checkout_started', 'purchase_completed'] }],
      stats_method: 'frequentist',
      minimum_detectable_effect: 5,
      recommended_sample_size: 20000,
      tags: ['checkout'],
    });
    expect(answer).toMatchSnapshot();
    expect(body(world)).toMatchSnapshot();
    expect(await world.stored(NEW)).toMatchObject({
      status: 'draft',
      feature_flag: { active: false, filters: { groups: [{ rollout_percentage: 40 }] } },
      exposure_criteria: { filterTestAccounts: true },
      stats_config: { method: 'frequentist' },
    });
  });

  it('sends nothing that it was not told', async () => {
    const world = await openWorld();
    await world.call(tool, base);
    expect(sent(world)).toEqual([{ request: 'POST experiments', body: base }]);
  });

  it('fills in PostHog’s two variants where none are given', async () => {
    const world = await openWorld();
    const answer = await world.call(tool, base);
    expect(answer.data.experiment).toMatchObject({
      status: 'draft',
      feature_flag: {
        active: false,
        rollout_percentage: 100,
        variants: [
          { key: 'control', split_percent: 50 },
          { key: 'test', split_percent: 50 },
        ],
      },
    });
  });

  it('is taken back by the undo it offers; the flag stays, as its note says', async () => {
    const world = await openWorld();
    const answer = await world.call(tool, base);
    expect(answer.data.undo).toMatchObject({ note: 'Feature flag "free-shipping" stays in PostHog.' });
    expect((await takeBack(world, answer)).isError).toBe(false);
    expect((await world.call('experiment-get', { id: NEW })).isError).toBe(true);
    expect((await world.call('feature-flag-get', { key: 'free-shipping' })).data).toMatchObject({ active: false });
  });

  it('says that the holdout is not on a flag that existed, and how it gets there', async () => {
    const world = await openWorld();
    addHoldout(world);
    const own = await world.call(tool, { ...base, holdout_id: HOLDOUT });
    expect(warningCodes(own)).toEqual([]);
    expect(flagRow(world, NEW).filters.holdout).toEqual({ id: HOLDOUT, exclusion_percentage: 10 });
    const args = { ...base, feature_flag_key: 'checkout-steps', holdout_id: HOLDOUT };
    const linked = await world.call(tool, args);
    expect(warningCodes(linked)).toContain('holdout_not_on_flag');
    expect(flagRow(world, RUNNING).filters.holdout).toBeFalsy();
    await world.call('experiment-update', { id: NEW + 1, clear: ['holdout_id'] });
    await world.call('experiment-update', { id: NEW + 1, holdout_id: HOLDOUT });
    expect(flagRow(world, RUNNING).filters.holdout).toMatchObject({ id: HOLDOUT });
  });

  it.each([
    ['experiment-create', { ...base, feature_flag_key: 'checkout-steps' }],
    ['experiment-duplicate', { id: RUNNING }],
  ])('does not claim that nobody sees anything where %s links a flag that is on', async (name, args) => {
    const answer = await (await openWorld()).call(name, args);
    expect(effectsOf(answer).users).toMatch(/^Nothing changes for users: .*stays as it is\.$/);
  });

  it('links a flag that exists as it is, and says that it is on and whom it serves', async () => {
    const world = await openWorld();
    const before = structuredClone(flagRow(world, RUNNING));
    const answer = await world.call(tool, { ...base, feature_flag_key: 'checkout-steps' });
    expect(warningCodes(answer)).toEqual(['shared_flag', 'linked_existing_flag']);
    expect(answer.text).toContain(`The flag is in use by ${RUNNING} \\"Checkout steps\\" (running)`);
    expect(answer.text).toContain('No flag was made: \\"checkout-steps\\" existed and was linked as it is. It is on:');
    expect(answer.text).toContain(`It also serves ${RUNNING} \\"Checkout steps\\".`);
    expect(flagRow(world, RUNNING)).toEqual(before);
  });

  it.each([{ variants }, { rollout_percentage: 10 }])(
    'refuses to configure a flag that exists, without sending a write: %j',
    async (config) => {
      const world = await openWorld();
      const answer = await world.call(tool, { ...base, feature_flag_key: 'checkout-steps', ...config });
      expect(answer.data.error).toMatchObject({ code: 'refused', next_tool: 'feature-flag-get' });
      expect(sent(world)).toEqual([]);
    },
  );

  it('refuses a split that does not sum to 100 before any request, and names the sum', async () => {
    const world = await openWorld();
    const answer = await world.call(tool, { ...base, variants: variants.slice(0, 2) });
    expect(answer.text).toContain('variants: split_percent sums to 67; it must sum to 100');
    expect(world.requests()).toEqual([]);
  });

  it('passes on that an event was never seen and points to event-search', async () => {
    const world = await openWorld();
    const metric = { name: 'Sales', metric_type: 'mean', event: 'purchase' };
    const answer = await world.call(tool, { ...base, metrics: [metric] });
    expect(answer.text).toContain("Event(s) 'purchase' not found.");
    expect(answer.data.error).toMatchObject({ code: 'refused', status: 400, next_tool: 'event-search' });
    expect(body(world)).not.toHaveProperty('allow_unknown_events');
    expect((await world.call('experiment-list', { search: base.name })).data.total).toBe(0);
  });

  it('takes an unknown event only where the caller allows it', async () => {
    const world = await openWorld();
    const metric = { name: 'Sales', metric_type: 'mean', event: 'purchase' };
    const answer = await world.call(tool, { ...base, metrics: [metric], allow_unknown_events: true });
    expect(answer.data.status).toBe('applied');
    expect(body(world)).toMatchObject({ allow_unknown_events: true });
    expect(warningCodes(answer)).toEqual(['unknown_events']);
    expect(answer.text).toContain('Taken on trust, since PostHog is not known to have received them: \\"purchase\\".');
  });

  it('names events taken on trust also where the key may not look them up', async () => {
    const denied = { type: 'authentication_error', code: 'permission_denied', detail: 'No.', attr: null };
    const world = await openWorld({
      faults: {
        respond: ({ path }) => (path.includes('/event_definitions/') ? { status: 403, body: denied } : undefined),
      },
    });
    const metric = { name: 'Signups', metric_type: 'mean', event: 'signed_up' };
    const answer = await world.call(tool, { ...base, metrics: [metric], allow_unknown_events: true });
    expect(answer.data.status).toBe('applied');
    expect(warningCodes(answer)).toEqual(['unknown_events']);
  });

  it('does not doubt events that PostHog has seen, and says nothing of a draft flag that nobody runs on', async () => {
    const world = await openWorld();
    const metric = { name: 'Sales', metric_type: 'funnel', steps: ['checkout_started', 'purchase_completed'] };
    const answer = await world.call(tool, { ...base, metrics: [metric], allow_unknown_events: true });
    expect(answer.data.warnings).toEqual([]);
    const linked = await world.call(tool, { ...base, feature_flag_key: 'pricing-page' });
    expect(warningCodes(linked)).toEqual(['linked_existing_flag']);
  });

  it('says where targeting is set, which no argument does', async () => {
    const answer = await (await openWorld()).call(tool, { ...base, targeting: { country: 'DE' } });
    expect(answer.text).toContain('send release_conditions with experiment-update');
  });

  it('doubts an effect that is a fraction', async () => {
    const answer = await (await openWorld()).call(tool, { ...base, minimum_detectable_effect: 0.05 });
    expect(warningCodes(answer)).toEqual(['effect_below_one_percent']);
  });

  it('has no argument that launches, and none for the dangerous switches of other calls', async () => {
    const world = await openWorld();
    for (const argument of ['start_date', 'update_feature_flag_params', 'release_to_everyone', 'archived']) {
      const answer = await world.call(tool, { ...base, [argument]: true });
      expect(answer.text, argument).toContain('unknown argument');
    }
    expect(world.requests()).toEqual([]);
  });

  it('pins the first variant as baseline where none is called control', async () => {
    const world = await openWorld();
    const pair = [
      { key: 'old', split_percent: 50 },
      { key: 'new', split_percent: 50 },
    ];
    await world.call(tool, { ...base, variants: pair });
    expect(await world.stored(NEW)).toMatchObject({ stats_config: { baseline_variant_key: 'old' } });
  });

  it('works with a key that may not read flags, and says where the flag is not as asked for', async () => {
    const world = await openWorld({
      faults: {
        respond: ({ path }) =>
          path.includes('/feature_flags/')
            ? {
                status: 403,
                body: {
                  type: 'authentication_error',
                  code: 'permission_denied',
                  detail: "API key missing required scope 'feature_flag:read'",
                  attr: null,
                },
              }
            : undefined,
      },
    });
    const linked = await world.call(tool, { ...base, feature_flag_key: 'checkout-steps', rollout_percentage: 10 });
    expect(warningCodes(linked)).toEqual(['flag_not_as_asked']);
    expect(linked.text).toContain('all users are split control 50%, test 50%');
    expect((await world.call(tool, { ...base, variants })).data.warnings).toEqual([]);
  });
});

describe('the metrics of experiment-create', () => {
  const metrics = [
    { name: 'Signups', metric_type: 'mean', event: 'signed_up' },
    {
      name: 'Revenue',
      metric_type: 'mean',
      role: 'secondary',
      goal: 'decrease',
      event: 'purchase_completed',
      math: 'sum',
      math_property: 'price',
      conversion_window_hours: 72,
    },
    { name: 'Checkout', metric_type: 'funnel', steps: ['checkout_started', 'purchase_completed'] },
    {
      name: 'Price of an order',
      metric_type: 'ratio',
      event: 'purchase_completed',
      math: 'sum',
      math_property: 'price',
      denominator_event: 'checkout_started',
      denominator_math_property: 'items',
    },
    {
      name: 'Came back',
      metric_type: 'retention',
      start_event: 'signed_up',
      event: 'purchase_completed',
      window_start_days: 1,
      window_end_days: 7,
    },
    {
      name: 'Norwegian signups',
      metric_type: 'mean',
      query_json: JSON.stringify({
        source: {
          kind: 'EventsNode',
          event: 'signed_up',
          properties: [{ key: 'country', type: 'event', operator: 'exact', value: ['NO'] }],
        },
        ignore_zeros: true,
      }),
    },
  ];

  it('become exactly the ExperimentMetric JSON that PostHog takes', async () => {
    const world = await openWorld();
    const answer = await world.call(tool, { ...base, metrics });
    expect(answer.data.status, answer.text).toBe('applied');
    const { metrics: primary, metrics_secondary: secondary } = body(world);
    expect({ primary, secondary }).toMatchSnapshot();
    expect(answer.data.experiment).toMatchSnapshot();
  });

  it.each([
    ['a funnel without steps', { metric_type: 'funnel' }, 'metrics[0].steps: is required for a funnel metric'],
    ['a mean without event', { metric_type: 'mean' }, 'metrics[0].event: is required for a mean metric'],
    ['a ratio without denominator', { metric_type: 'ratio', event: 'x' }, 'metrics[0].denominator_event: is required'],
    ['retention without start', { metric_type: 'retention', event: 'x' }, 'metrics[0].start_event: is required'],
    ['a sum of nothing', { metric_type: 'mean', event: 'x', math: 'sum' }, 'metrics[0].math_property: is required'],
    ['a type that is none', { metric_type: 'average' }, 'metrics[0].metric_type: must be one of mean, funnel, ratio'],
    ['JSON that is none', { metric_type: 'mean', query_json: '{' }, 'query_json is not a JSON object'],
  ])('refuse %s and send nothing', async (_, metric, words) => {
    const world = await openWorld();
    const answer = await world.call(tool, { ...base, metrics: [{ name: 'M', ...metric }] });
    expect(answer.data.error).toMatchObject({ code: 'invalid_arguments' });
    expect(answer.text).toContain(words);
    expect(sent(world)).toEqual([]);
  });
});
