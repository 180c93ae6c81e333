import { describe, expect, it } from 'vitest';
import { DRAFT, RUNNING, STOPPED } from '../helpers/shop.js';
import { effectsOf, expectUndone, experimentRow, flagRow, sent, settled, warningCodes } from '../helpers/state.js';
import { openWorld } from '../helpers/world.js';

const tool = 'experiment-update';
const mean = { name: 'Signups', metric_type: 'mean', event: 'signed_up' };

function split(control: number, test: number) {
  return [
    { key: 'control', split_percent: control },
    { key: 'test', split_percent: test },
  ];
}

describe('experiment-update of plain fields', () => {
  it('changes what is named and answers with before, after and the way back', async () => {
    const world = await openWorld();
    const answer = await world.call(tool, { id: DRAFT, name: 'Green button', description: 'Greener still.' });
    expect(answer).toMatchSnapshot();
    expect(sent(world)).toEqual([
      {
        request: `PATCH experiments/${DRAFT}`,
        body: { name: 'Green button', description: 'Greener still.', version: 0 },
      },
    ]);
  });

  it.each([
    ['name', { name: 'Other' }],
    ['description', { description: 'Other' }],
    ['stats_method', { stats_method: 'frequentist' }],
    ['filter_test_accounts', { filter_test_accounts: false }],
    ['multiple_variant_handling', { multiple_variant_handling: 'first_seen' }],
    ['exposure_event', { exposure_event: 'checkout_started' }],
    ['minimum_detectable_effect', { minimum_detectable_effect: 7.5 }],
    ['recommended_sample_size', { recommended_sample_size: 9000 }],
    ['recommended_running_time', { recommended_running_time: 21 }],
    ['tags', { tags: ['checkout', 'q3'] }],
    ['conclusion and its comment', { conclusion: 'inconclusive', conclusion_comment: 'Flat.' }],
    ['rollout and split', { variants: split(30, 70), rollout_percentage: 40 }],
    ['a new metric', { metric: mean }],
  ])('is taken back by the undo it offers: %s', async (_, args) => {
    await expectUndone(await openWorld(), { tool, args: { id: DRAFT, ...args } });
  });

  it('is taken back where it backdates an end', async () => {
    const world = await openWorld();
    await expectUndone(world, { tool, args: { id: STOPPED, end_date: '2026-05-20' } });
    await world.call(tool, { id: STOPPED, end_date: '2026-05-20T10:00:00Z' });
    expect(await world.stored(STOPPED)).toMatchObject({ status: 'stopped', end_date: '2026-05-20T10:00:00Z' });
  });

  it('is taken back where it archives a stopped experiment', async () => {
    await expectUndone(await openWorld(), { tool, args: { id: STOPPED, archived: true } });
  });

  it('refuses a start after the end', async () => {
    const world = await openWorld();
    const answer = await world.call(tool, { id: STOPPED, start_date: '2026-05-30' });
    expect(answer.data.error).toMatchObject({ code: 'invalid_arguments', field: 'start_date' });
    expect(sent(world)).toEqual([]);
  });

  it('warns that an end in the future ends the experiment at once', async () => {
    const world = await openWorld();
    const answer = await expectUndone(world, { tool, args: { id: RUNNING, end_date: '2099-01-01' } });
    expect(warningCodes(answer)).toEqual(['still_split', 'ends_at_once']);
    expect(answer.data.experiment).toMatchObject({ status: 'stopped' });
    const past = await world.call(tool, { id: RUNNING, end_date: '2026-05-30' });
    expect(warningCodes(past)).toEqual(['still_split']);
  });

  it('reopens an ended experiment by clearing its end date', async () => {
    const world = await openWorld();
    const answer = await expectUndone(world, { tool, args: { id: STOPPED, clear: ['end_date'] } });
    expect(answer.data.experiment).toMatchObject({ status: 'running' });
  });

  it('clears what has a value and takes that back too', async () => {
    const world = await openWorld();
    const given = {
      conclusion: 'won',
      conclusion_comment: 'Clear.',
      tags: ['a'],
      exposure_event: 'signed_up',
      minimum_detectable_effect: 3,
    };
    await world.call(tool, { id: RUNNING, ...given });
    await expectUndone(world, { tool, args: { id: RUNNING, clear: [...Object.keys(given), 'stats_method'] } });
  });

  it('answers already_done where everything has that value, and sends nothing', async () => {
    const world = await openWorld();
    const answer = await world.call(tool, {
      id: DRAFT,
      name: 'Button colour',
      stats_method: 'bayesian',
      clear: ['tags'],
    });
    expect(answer.data).toMatchObject({ status: 'already_done', changes: [] });
    expect(sent(world)).toEqual([]);
  });

  it('keeps the other keys of an object of settings', async () => {
    const world = await openWorld();
    const row = experimentRow(world, RUNNING);
    row.stats_config = { method: 'bayesian', bayesian: { ci_level: 0.9 }, baseline_variant_key: 'control' };
    row.exposure_criteria = { filterTestAccounts: true, activation_config: { event: 'x' } };
    row.running_time_calculation = { minimum_detectable_effect: 5, exposure_estimate_config: { kept: true } };
    await expectUndone(world, {
      tool,
      args: {
        id: RUNNING,
        stats_method: 'frequentist',
        multiple_variant_handling: 'first_seen',
        recommended_running_time: 14,
      },
    });
    expect(sent(world)[0]?.body).toMatchObject({
      stats_config: { method: 'frequentist', bayesian: { ci_level: 0.9 }, baseline_variant_key: 'control' },
      exposure_criteria: {
        filterTestAccounts: true,
        activation_config: { event: 'x' },
        multiple_variant_handling: 'first_seen',
      },
      running_time_calculation: {
        minimum_detectable_effect: 5,
        exposure_estimate_config: { kept: true },
        recommended_running_time: 14,
      },
    });
  });

  it('says that results change with the statistics, and that nothing counts yet in a draft', async () => {
    const world = await openWorld();
    const live = await world.call(tool, { id: RUNNING, stats_method: 'frequentist' });
    expect(effectsOf(live).analysis).toBe('Results are computed anew for the whole run with the change.');
    const draft = await world.call(tool, { id: DRAFT, stats_method: 'frequentist' });
    expect(effectsOf(draft).analysis).toBe('Nothing counts before the launch.');
  });
});

describe('experiment-update of the effect to detect', () => {
  it.each([
    [0.03, ['effect_below_one_percent']],
    [3, []],
  ])('of %d warns of %j', async (minimum_detectable_effect, codes) => {
    const answer = await (await openWorld()).call(tool, { id: DRAFT, minimum_detectable_effect });
    expect(warningCodes(answer)).toEqual(codes);
  });
});

describe('experiment-update and others’ changes', () => {
  it('loses nobody’s change: PostHog’s 409 becomes a clear error and the other change stays', async () => {
    let meddle: (() => void) | undefined;
    const world = await openWorld({
      faults: {
        respond: ({ method }) => {
          if (method === 'PATCH') meddle?.();
          return undefined;
        },
      },
    });
    meddle = () => Object.assign(experimentRow(world, DRAFT), { version: 1, description: 'Theirs.' });
    const answer = await world.call(tool, { id: DRAFT, description: 'Ours.' });
    expect(answer.data.error).toMatchObject({ code: 'version_conflict', status: 409, next_tool: 'experiment-get' });
    expect(answer.text).toContain('Somebody else changed experiment 1 in the meantime, so nothing was changed.');
    expect(await world.stored(DRAFT)).toMatchObject({ description: 'Theirs.' });
  });
});

describe('experiment-update as undo', () => {
  it('brings a deleted experiment back, and offers to delete it again', async () => {
    const world = await openWorld();
    const before = await settled(world, DRAFT);
    await world.call('experiment-delete', { id: DRAFT });
    const answer = await world.call(tool, { id: DRAFT, restore: true });
    expect(answer.data).toMatchObject({ status: 'applied', undo: { tool: 'experiment-delete' } });
    expect(await settled(world, DRAFT)).toEqual(before);
  });

  it('does not offer to delete an experiment that was not deleted', async () => {
    const world = await openWorld();
    const answer = await world.call(tool, { id: RUNNING, restore: true });
    expect(answer.data).toMatchObject({
      status: 'already_done',
      undo: { not_reversible_because: expect.stringContaining('Nothing was changed') },
    });
    expect(sent(world)).toEqual([]);
  });

  it('says what to do where the flag of a deleted experiment is deleted too', async () => {
    const world = await openWorld();
    await world.call('experiment-delete', { id: DRAFT });
    flagRow(world, DRAFT).deleted = true;
    const answer = await world.call(tool, { id: DRAFT, restore: true });
    expect(answer.text).toContain('Cannot restore experiment: the linked feature flag has been deleted.');
    expect(answer.text).toContain('must be restored in PostHog first');
  });

  it('answers not_found where there is nothing to restore', async () => {
    const world = await openWorld();
    const answer = await world.call(tool, { id: 999, restore: true });
    expect(answer.data.error).toMatchObject({ code: 'not_found', next_tool: 'experiment-list' });
    expect(answer.text).not.toContain('restore: true');
  });

  it('launches a draft that gets a start date, says so, and takes it back', async () => {
    const world = await openWorld();
    const answer = await expectUndone(world, { tool, args: { id: DRAFT, start_date: '2026-05-30' } });
    expect(effectsOf(answer).users).toBe('The flag goes on at once: all users are split control 50%, test 50%.');
    expect(warningCodes(answer)).toContain('acted_at_once');
  });

  it('does not mix a launch with changes that a reset would not take back', async () => {
    const world = await openWorld();
    const answer = await world.call(tool, { id: DRAFT, start_date: '2026-05-30', name: 'Other' });
    expect(answer.data.error).toMatchObject({ code: 'invalid_arguments', field: 'start_date' });
    expect(answer.text).toContain('experiment-launch');
    expect(sent(world)).toEqual([]);
  });
});

describe('experiment-update refuses', () => {
  it.each([
    ['nothing to change', {}, 'names nothing to change'],
    ['a field given and cleared', { description: 'x', clear: ['description'] }, 'given and cleared'],
    ['restore with changes', { restore: true, name: 'x' }, 'restore cannot be combined'],
    ['a place without a metric', { replace_metric_uuid: 'u' }, 'needs the new metric'],
    ['an end before the start', { end_date: '2026-01-01' }, 'must be after the start, 2026-05-22'],
    ['a date that is none', { end_date: 'yesterday' }, 'must be an ISO date'],
    ['an unknown field to clear', { clear: ['name'] }, 'clear[0]: must be one of description, end_date'],
  ])('%s, without writing', async (_, args, words) => {
    const world = await openWorld();
    const answer = await world.call(tool, { id: RUNNING, ...args });
    expect(answer.data.error).toMatchObject({ code: 'invalid_arguments' });
    expect(answer.text).toContain(words);
    expect(sent(world)).toEqual([]);
  });

  it('a saved metric or a holdout that does not exist, in PostHog’s words', async () => {
    const world = await openWorld();
    const saved = await world.call(tool, { id: DRAFT, add_saved_metric_id: 9 });
    expect(saved.text).toContain('Saved metric does not exist or does not belong to this project');
    const holdout = await world.call(tool, { id: DRAFT, holdout_id: 9 });
    expect(holdout.text).toContain('Invalid pk \\"9\\" - object does not exist.');
  });
});
