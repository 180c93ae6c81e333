import { describe, expect, it } from 'vitest';
import { demoScenario } from '../../src/sandbox/scenario/seed/demo.js';
import { assessmentOutput } from '../../src/schema/assessment.js';
import { scenarioOf } from '../helpers/assess-scenarios.js';
import { addSavedMetric, SAVED_METRIC } from '../helpers/furnishings.js';
import { experimentRow } from '../helpers/state.js';
import { NOW, openWorld, type World } from '../helpers/world.js';

async function finding(world: World, code: string, id = 1) {
  const { data } = await world.call('experiment-assess', { id });
  return assessmentOutput.parse(data).findings.find((found) => found.code === code);
}

/** Makes an edit that a tool just made one of three days ago, well inside the run. */
function backdate(world: World): void {
  // A change of the flag has an entry of its own.
  for (const entry of experimentRow(world, 1).activity.slice(-2))
    if (Date.parse(entry.at) >= NOW.getTime()) entry.at = new Date(NOW.getTime() - 3 * 86_400_000).toISOString();
}

describe('an assessment of a run that was paused', () => {
  it('counts the people of before and after by those who came, not by the calendar', async () => {
    const activity = [
      { days_ago: 14, activity: 'paused' },
      { days_ago: 7, activity: 'resumed' },
    ];
    const world = await openWorld({ scenario: scenarioOf({ activity }) });
    // Seven days before, seven without anybody, seven after.
    const { evidence } = (await finding(world, 'paused_mid_run')) ?? {};
    expect(evidence).toMatchObject({
      pauses: 1,
      paused_days: 7,
      exposed_before_percent: [50],
      exposed_after_percent: [50],
    });
  });

  it('says of a pause that lasts that nobody came after it', async () => {
    const world = await openWorld({ scenario: demoScenario });
    const id = demoScenario.experiments.findIndex(({ name }) => name === 'Referral banner') + 1;
    const { evidence } = (await finding(world, 'paused_mid_run', id)) ?? {};
    // Four days, a pause of two, three days, and off since: 4 of 7 days.
    expect(evidence).toMatchObject({ exposed_before_percent: [57, 100], exposed_after_percent: [43, 0] });
  });
});

describe('an assessment of a run that was edited', () => {
  it.each([
    [
      'a split',
      {
        variants: [
          { key: 'control', split_percent: 40 },
          { key: 'test', split_percent: 60 },
        ],
      },
      'Who is compared changed while running: split (control 50%, test 50% before, control 40%, test 60% after) on',
    ],
    [
      'a rollout',
      { rollout_percentage: 50 },
      'Who is compared changed while running: targeting (group 1 (all users) before, group 1 (50% of users) after) on',
    ],
    [
      'exposure criteria',
      { filter_test_accounts: false },
      'Who is compared changed while running: exposure_criteria on',
    ],
    [
      'a metric',
      { metric: { metric_type: 'mean', name: 'More', event: 'purchase_completed' } },
      'What is measured changed while running: metrics on',
    ],
  ])('says of %s what it changed', async (_, change, title) => {
    const world = await openWorld({ scenario: scenarioOf() });
    const launched = 'metric' in change ? {} : { update_feature_flag_params: true };
    const answer = await world.call('experiment-update', { id: 1, ...change, ...launched });
    expect(answer.data.status, answer.text).toBe('applied');
    backdate(world);
    expect((await finding(world, 'changed_mid_run'))?.title).toContain(title);
  });

  it('says that a shared metric was attached', async () => {
    const world = await openWorld({ scenario: scenarioOf() });
    addSavedMetric(world);
    const answer = await world.call('experiment-update', { id: 1, add_saved_metric_id: SAVED_METRIC });
    expect(answer.data.status, answer.text).toBe('applied');
    backdate(world);
    const title = 'What is measured changed while running: saved_metrics on';
    expect((await finding(world, 'changed_mid_run'))?.title).toContain(title);
  });

  it('takes name, description, conclusion and tags for no change of the run', async () => {
    const world = await openWorld({ scenario: scenarioOf() });
    const texts = { name: 'Other', description: 'Other', conclusion: 'lost', conclusion_comment: 'Other' };
    for (const [tool, args] of [
      ['experiment-update', { id: 1, ...texts }],
      ['experiments-bulk-update-tags-create', { ids: [1], action: 'add', tags: ['other'] }],
    ] as const) {
      const answer = await world.call(tool, args);
      expect(answer.isError, answer.text).toBe(false);
      backdate(world);
    }
    expect(await finding(world, 'changed_mid_run')).toBeUndefined();
  });
});
