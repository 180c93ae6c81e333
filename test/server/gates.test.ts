import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { split } from '../helpers/assess-scenarios.js';
import { carryOut, confirm, failsGate, preview, REASON, tokenOf, wholeStore } from '../helpers/consent.js';
import { fewWhenDistant } from '../helpers/distance.js';
import { CONCLUDING, type Path, RECOMMENDATIONS, recommending, SHIPPING, shippedTo } from '../helpers/gate-cases.js';
import { flagRow, warningCodes } from '../helpers/state.js';
import { openWorld, type World } from '../helpers/world.js';

type Case = readonly [name: string, path: Path, passing: readonly string[]];

const CASES: readonly Case[] = [
  ...Object.entries(CONCLUDING).flatMap(([name, to]): Case[] => [
    [`${name}, won`, to('won'), ['ship']],
    [`${name}, lost`, to('lost'), ['keep_control']],
    ...['inconclusive', 'stopped_early', 'invalid'].map(
      (verdict): Case => [`${name}, ${verdict}`, to(verdict), RECOMMENDATIONS],
    ),
  ]),
  ...Object.entries(SHIPPING).flatMap(([name, to]): Case[] => [
    [`${name}, the recommended variant`, to('test'), ['ship']],
    [`${name}, the baseline`, to('control'), ['keep_control']],
  ]),
];

const comment = async (world: World) => String((await world.stored(1)).conclusion_comment);

describe.each(fewWhenDistant(CASES, 3))('%s', (_, { tool, args }, passing) => {
  it.each(passing)('passes where the assessment is %s', async (recommendation) => {
    const world = await openWorld({ scenario: recommending(recommendation), confirm: 'token' });
    const call = { tool, args: args(world) };
    const first = await world.call(tool, call.args);
    expect(failsGate(first)).toBe(false);
    const done = first.data.status === 'applied' ? first : await confirm(world, call, first);
    expect(done.data, done.text).toMatchObject({ status: 'applied' });
    expect(await comment(world)).not.toContain('Override');
  });

  const failing = RECOMMENDATIONS.filter((one) => !passing.includes(one));
  if (failing.length === 0) return;

  it.each(failing)('needs a reason where the assessment is %s, though nothing is confirmed', async (recommendation) => {
    const world = await openWorld({ scenario: recommending(recommendation) });
    const call = { tool, args: args(world) };
    const refused = await preview(world, call);
    expect(refused.data).toMatchObject({ gate: { passes: false, recommendation } });
    expect(refused.data).not.toHaveProperty('confirmation_token');
    expect(warningCodes(refused)).toContain('gate_failed');
    const done = await world.call(tool, { ...call.args, override_reason: REASON });
    expect(done.data, done.text).toMatchObject({ status: 'applied' });
    expect(await comment(world)).toMatch(
      /Override: .* needs the assessment .*; it is .*\. Reason given: The team decided so\.$/,
    );
  });

  it('needs token and reason where calls are confirmed', async () => {
    const world = await openWorld({ scenario: recommending('fix_first'), confirm: 'token' });
    const call = { tool, args: args(world) };
    const shown = await preview(world, call);
    const confirmation_token = tokenOf(shown);
    const again = await preview(world, { tool, args: { ...call.args, confirmation_token } });
    expect(warningCodes(again)).toContain('override_reason_missing');
    expect(await preview(world, { tool, args: { ...call.args, override_reason: REASON } })).toBeDefined();
    const done = await world.call(tool, { ...call.args, confirmation_token, override_reason: REASON });
    expect(done.data, done.text).toMatchObject({ status: 'applied' });
    expect(await comment(world)).toContain(`Reason given: ${REASON}`);
  });

  it.each(['', '  ', '\n', 'x'.repeat(1_001)])('takes no reason like %j', async (override_reason) => {
    const world = await openWorld({ scenario: recommending('fix_first') });
    const before = wholeStore(world);
    const answer = await world.call(tool, { ...args(world), override_reason });
    expect(answer.data.error).toMatchObject({ code: 'invalid_arguments', field: 'override_reason' });
    expect(wholeStore(world)).toEqual(before);
  });
});

describe('one payload for all variants', () => {
  const payloads = { control: '{"price":1}', test: '{"price":2}' };

  it.each([
    ['that of the recommended variant', '{"price":2}', ['ship']],
    ['that of the baseline', '{"price": 1}', ['keep_control']],
    ['one that no variant had', '{"price":3}', []],
  ])('risk 50: %s passes only where the evidence carries it', async (_, payload, passing) => {
    for (const recommendation of RECOMMENDATIONS) {
      const world = await openWorld({ scenario: recommending(recommendation) });
      const { id, filters } = flagRow(world, 1);
      filters.payloads = payloads;
      const same = { ...filters, payloads: { control: payload, test: payload } };
      const answer = await world.call('feature-flag-restore', { id, filters: JSON.stringify(same) });
      expect(failsGate(answer), answer.text).toBe(!passing.includes(recommendation));
      await world.close();
    }
  });
});

describe('the launch of a draft', () => {
  const shares = (test: number) => ({ started_days_ago: null, variants: split({ control: 100 - test, test }) });
  const launch = { tool: 'experiment-launch', args: { id: 1 } };

  it.each<[string, Path]>([
    ['experiment-launch', { ...launch, args: () => launch.args }],
    ['a start date', { tool: 'experiment-update', args: () => ({ id: 1, start_date: '2026-05-01' }) }],
    [
      'feature-flag-restore',
      {
        tool: 'feature-flag-restore',
        args: (world) => ({
          id: 1,
          filters: shippedTo(world, 'test'),
          reopen_experiment_id: 1,
          start_date: '2026-05-01',
        }),
      },
    ],
  ])('by %s that serves one variant to nearly all needs a reason, which is stored', async (_, { tool, args }) => {
    const world = await openWorld({ scenario: recommending('ship', shares(97)) });
    const call = { tool, args: args(world) };
    expect(failsGate(await preview(world, call))).toBe(true);
    const done = await world.call(tool, { ...call.args, override_reason: REASON });
    expect(done.data, done.text).toMatchObject({ status: 'applied' });
    expect(await world.stored(1)).toMatchObject({ status: 'running' });
    expect(await comment(world)).toContain(`Reason given: ${REASON}`);
  });

  it('with a split needs none', async () => {
    const world = await openWorld({ scenario: recommending('ship', shares(50)) });
    expect((await world.call(launch.tool, launch.args)).data).toMatchObject({ status: 'applied' });
  });

  it('that compares nothing, since nearly all get the baseline, needs a reason', async () => {
    const world = await openWorld({ scenario: recommending('ship', shares(1)) });
    expect(failsGate(await preview(world, launch))).toBe(true);
  });

  it('needs a reason for a first variant of another name than the baseline’s', async () => {
    const variants = split({ new: 98, old: 2 });
    const world = await openWorld({ scenario: recommending('ship', { started_days_ago: null }) });
    await world.call('experiment-update', { id: 1, variants });
    expect(failsGate(await preview(world, launch))).toBe(true);
  });

  it.each([
    ['another experiment', { tool: 'experiment-create', args: { name: 'Y' } }],
    ['a copy', { tool: 'experiment-duplicate', args: { id: 1 } }],
    ['another one after a delete', { tool: 'experiment-create', args: { name: 'Y' } }],
  ])('needs a reason for the baseline by %s on a flag that served others', async (which, { tool, args }) => {
    const world = await openWorld({ scenario: recommending('fix_first') });
    const { key } = flagRow(world, 1);
    await world.call('experiment-reset', { id: 1, disable_feature_flag: true });
    await world.call('experiment-update', { id: 1, variants: split({ control: 100, test: 0 }) });
    if (which.endsWith('delete')) await world.call('experiment-delete', { id: 1 });
    const { id } = Object((await world.call(tool, { ...args, feature_flag_key: key })).data.experiment);
    expect(failsGate(await preview(world, { tool: 'experiment-launch', args: { id } }))).toBe(true);
  });

  it.each([
    ['a variant', 100],
    ['the baseline, which only half of its users had', 0],
  ])('is no way to ship %s around the evidence of a run that was reset', async (_, test) => {
    const world = await openWorld({ scenario: recommending('fix_first') });
    await world.call('experiment-reset', { id: 1, disable_feature_flag: true });
    await world.call('experiment-update', { id: 1, variants: split({ control: 100 - test, test }) });
    expect(failsGate(await preview(world, launch))).toBe(true);
  });
});

describe('a flag that is off', () => {
  const shipping = { id: 1, variants: split({ control: 2, test: 98 }), update_feature_flag_params: true };

  it('is shipped by the change that is made while it is paused, not by the resume after it', async () => {
    const world = await openWorld({ scenario: recommending('fix_first') });
    await world.call('experiment-pause', { id: 1 });
    expect(failsGate(await preview(world, { tool: 'experiment-update', args: shipping }))).toBe(true);
    await world.call('experiment-update', { ...shipping, override_reason: REASON });
    expect((await world.call('experiment-resume', { id: 1 })).data).toMatchObject({ status: 'applied' });
  });

  it('is shipped by the change of a draft where another experiment on it was launched', async () => {
    const world = await openWorld({ scenario: recommending('fix_first') });
    await world.call('experiment-pause', { id: 1 });
    const copy = z
      .looseObject({ id: z.number() })
      .parse((await world.call('experiment-duplicate', { id: 1 })).data.experiment);
    const call = { tool: 'experiment-update', args: { ...shipping, id: copy.id } };
    expect(failsGate(await preview(world, call))).toBe(true);
  });
});

describe('a reason where none is needed', () => {
  it.each(['experiment-end', 'experiment-update'])('changes nothing of what %s stores', async (name) => {
    const [plain, reasoned] = [
      await openWorld({ scenario: recommending('ship') }),
      await openWorld({ scenario: recommending('ship') }),
    ];
    const call = CONCLUDING[name]?.('won');
    await carryOut(plain, { tool: name, args: call?.args(plain) ?? {} });
    const done = await reasoned.call(name, { ...call?.args(reasoned), override_reason: REASON });
    expect(done.data).toMatchObject({ status: 'applied' });
    expect(wholeStore(reasoned)).toEqual(wholeStore(plain));
  });
});

describe('a gate that fails', () => {
  const STEPS = {
    fix_first: 'integrity',
    keep_running: 'readiness',
    end_inconclusive: 'evidence',
    keep_control: 'decision',
  };

  it.each(Object.entries(STEPS))(
    'quotes %s and the step %s, the same over every path',
    async (recommendation, step) => {
      const world = await openWorld({ scenario: recommending(recommendation) });
      const because = async (paths: Iterable<Path>) => {
        const texts = new Set<string>();
        for (const { tool, args } of paths) {
          const { data } = await preview(world, { tool, args: args(world) });
          texts.add(
            z
              .looseObject({ because: z.array(z.string()) })
              .parse(data.gate)
              .because.join(' '),
          );
        }
        return [...texts];
      };
      const ends = Object.values(CONCLUDING).map((to) => to('won'));
      const ships = Object.values(SHIPPING).map((to) => to('test'));
      expect(await because(ends)).toEqual([`"won" needs the assessment ship; it is ${recommendation} (${step}).`]);
      expect(await because(ships)).toEqual([
        `Shipping test needs the assessment ship test; it is ${recommendation} (${step}).`,
      ]);
    },
  );

  it('fails for a conclusion that is put back by hand as it does for a new one, and not by its undo', async () => {
    const world = await openWorld({ scenario: recommending('keep_running') });
    const won = { id: 1, conclusion: 'won' };
    await world.call('experiment-end', { ...won, override_reason: REASON });
    const changed = await world.call('experiment-update', { id: 1, conclusion: 'inconclusive' });
    expect(changed.data).toMatchObject({ status: 'applied' });
    expect(failsGate(await preview(world, { tool: 'experiment-update', args: won }))).toBe(true);
    const undo = z.object({ tool: z.string(), arguments: z.looseObject({}) }).parse(changed.data.undo);
    expect((await world.call(undo.tool, undo.arguments)).data).toMatchObject({ status: 'applied' });
    expect(await world.stored(1)).toMatchObject({ conclusion: 'won' });
  });
});
