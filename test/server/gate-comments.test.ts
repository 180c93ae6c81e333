import { describe, expect, it } from 'vitest';
import { type Change, split } from '../helpers/assess-scenarios.js';
import { failsGate, preview, REASON } from '../helpers/consent.js';
import { recommending } from '../helpers/gate-cases.js';
import { experimentRow, warningCodes } from '../helpers/state.js';
import { openWorld, type World } from '../helpers/world.js';

const open = (recommendation: string, change: Change = {}) =>
  openWorld({ scenario: recommending(recommendation, change) });
const comment = async (world: World) => String((await world.stored(1)).conclusion_comment);
const reason = { override_reason: REASON };

describe('the comment of a conclusion', () => {
  it.each([
    ['experiment-end', { conclusion: 'won' }],
    ['experiment-end', { conclusion: 'inconclusive' }],
    ['experiment-ship-variant', { variant_key: 'test' }],
  ])('is the evidence where %s %j gives none', async (tool, args) => {
    const world = await open('ship');
    const answer = await world.call('experiment-assess', { id: 1 });
    await world.call(tool, { id: 1, ...args });
    expect(await comment(world)).toBe(answer.data.evidence_comment);
  });

  it.each(['experiment-end', 'experiment-update'])('is the one that %s gives, where it gives one', async (tool) => {
    const world = await open('ship');
    await world.call(tool, { id: 1, conclusion: 'won', conclusion_comment: 'Ours.' });
    expect(await comment(world)).toBe('Ours.');
  });

  it.each(['experiment-end', 'experiment-update'])('stays where %s gives none and there was one', async (tool) => {
    const world = await open('ship');
    Object.assign(experimentRow(world, 1), { conclusion_comment: 'From before.' });
    await world.call(tool, { id: 1, conclusion: 'won' });
    expect(await comment(world)).toBe('From before.');
  });

  it('shows the evidence once in a preview: as the comment, or beside one that is given', async () => {
    const world = await open('fix_first');
    const evidence = String((await world.call('experiment-assess', { id: 1 })).data.evidence_comment);
    for (const given of [{}, { conclusion_comment: 'Ours.' }]) {
      const shown = await world.call('experiment-end', { id: 1, conclusion: 'won', ...given });
      expect(shown.data.status).toBe('confirmation_required');
      expect(JSON.stringify(shown.data).split(JSON.stringify(evidence).slice(1, -1))).toHaveLength(2);
    }
  });

  it('is not invented where nothing is concluded', async () => {
    const world = await open('ship');
    await world.call('experiment-end', { id: 1 });
    expect(await world.stored(1)).toMatchObject({ conclusion: null, conclusion_comment: null });
  });

  it.each([
    ['the evidence', {}, /^Assessed 2026-06-01 UTC: fix_first/],
    ['what is given', { conclusion_comment: 'Ours.' }, /^Ours\.\n\nOverride: /],
  ])('keeps %s before the reason to override', async (_, given, start) => {
    const world = await open('fix_first');
    await world.call('experiment-end', { id: 1, conclusion: 'won', ...given, ...reason });
    expect(await comment(world)).toMatch(start);
    expect(await comment(world)).toMatch(
      /Override: "won" needs the assessment ship; it is fix_first \(integrity\)\. Reason given: The team decided so\.$/,
    );
  });

  it('keeps what was there before the reason to override', async () => {
    const world = await open('fix_first');
    Object.assign(experimentRow(world, 1), { conclusion_comment: 'From before.' });
    await world.call('experiment-update', { id: 1, conclusion: 'won', ...reason });
    expect(await comment(world)).toMatch(/^From before\.\n\nOverride: /);
  });

  it('is the reason alone where the call clears the comment that was there', async () => {
    const world = await open('fix_first');
    Object.assign(experimentRow(world, 1), { conclusion: 'inconclusive', conclusion_comment: 'From before.' });
    const done = await world.call('experiment-update', {
      id: 1,
      conclusion: 'won',
      clear: ['conclusion_comment'],
      ...reason,
    });
    expect(done.data, done.text).toMatchObject({ status: 'applied' });
    expect(await comment(world)).toMatch(/^Override: /);
  });

  it.each([
    ['letters', 'x'],
    ['characters of two halves', '😀'],
  ])('has room for the longest reason beside the longest comment, of %s', async (_, letter) => {
    const world = await open('fix_first');
    const conclusion_comment = letter.repeat(4_000 / letter.length);
    const override_reason = 'r'.repeat(1_000);
    const done = await world.call('experiment-end', { id: 1, conclusion: 'won', conclusion_comment, override_reason });
    expect(done.data, done.text).toMatchObject({ status: 'applied' });
    const stored = await comment(world);
    expect(stored.length).toBeLessThanOrEqual(4_000);
    expect(stored.endsWith(`Reason given: ${override_reason}`)).toBe(true);
    expect(stored).not.toMatch(/\p{Surrogate}/u);
    expect(stored).toContain('…\n\nOverride');
  });

  it('has room for the longest reason where the keys of variants are as long as can be', async () => {
    const keys = ['a', 'b'].map((letter) => letter.repeat(400));
    const [first = '', second = ''] = keys;
    const exposures = { [first]: 10_050, [second]: 9_950 };
    const data = { [first]: { number_of_samples: 10_050, sum: 1_005, sum_squares: 1_005 } };
    const metrics: Change['metrics'] = [
      {
        name: 'P',
        metric_type: 'mean',
        role: 'primary',
        data: { ...data, [second]: { number_of_samples: 9_950, sum: 1_194, sum_squares: 1_194 } },
      },
    ];
    const world = await open('ship', { variants: split({ [first]: 50, [second]: 50 }), exposures, metrics });
    const args = { id: 1, variant_key: first, conclusion: 'lost', conclusion_comment: 'x'.repeat(4_000) };
    const done = await world.call('experiment-ship-variant', { ...args, override_reason: 'r'.repeat(1_000) });
    expect(done.data, done.text).toMatchObject({ status: 'applied' });
    expect((await comment(world)).length).toBeLessThanOrEqual(4_000);
  });
});

describe('claims that contradict each other', () => {
  it.each([
    ['test', 'lost', true],
    ['test', 'won', false],
    ['test', 'inconclusive', false],
    ['control', 'won', true],
    ['control', 'lost', true],
  ])('in the shipping of %s as %s fail: %s', async (variant_key, conclusion, fails) => {
    const world = await open('ship');
    const answer = await world.call('experiment-ship-variant', { id: 1, variant_key, conclusion });
    expect(failsGate(answer)).toBe(fails);
  });

  it('say of each that fails what it would need', async () => {
    const world = await open('keep_running');
    const args = { id: 1, variant_key: 'test', conclusion: 'won' };
    const answer = await preview(world, { tool: 'experiment-ship-variant', args });
    const because = [
      'Shipping test needs the assessment ship test; it is keep_running (readiness).',
      '"won" needs the assessment ship; it is keep_running (readiness).',
    ];
    expect(answer.data).toMatchObject({ gate: { because } });
  });
});

describe('a variant that is not the recommended one', () => {
  it('needs a reason though the assessment is to ship', async () => {
    const world = await open('ship', {
      variants: split({ control: 34, test: 33, third: 33 }),
      exposures: { control: 6_800, test: 6_600, third: 6_600 },
    });
    const answer = await preview(world, { tool: 'experiment-ship-variant', args: { id: 1, variant_key: 'third' } });
    expect(failsGate(answer)).toBe(true);
  });
});

describe('a draft', () => {
  const draft: Change = { started_days_ago: null, exposures: {} };

  it.each([{ conclusion: 'won' }, { conclusion: 'lost', start_date: '2026-05-01' }])(
    'needs a reason for %j',
    async (args) => {
      const world = await open('ship', draft);
      const call = { tool: 'experiment-update', args: { id: 1, ...args } };
      expect(failsGate(await preview(world, call))).toBe(true);
      expect((await world.call(call.tool, { ...call.args, ...reason })).data).toMatchObject({ status: 'applied' });
    },
  );

  it('needs one for giving everybody one variant while its flag is on', async () => {
    const world = await open('ship');
    await world.call('experiment-reset', { id: 1 });
    const args = { id: 1, variants: split({ control: 0, test: 100 }) };
    expect(failsGate(await preview(world, { tool: 'experiment-update', args }))).toBe(true);
  });

  it('needs none for a split of its own while its flag is off', async () => {
    const world = await open('ship', { ...draft, flag_active: false });
    const done = await world.call('experiment-update', { id: 1, variants: split({ control: 0, test: 100 }) });
    expect(done.data, done.text).toMatchObject({ status: 'applied' });
    expect(warningCodes(done)).not.toContain('gate_failed');
  });
});
