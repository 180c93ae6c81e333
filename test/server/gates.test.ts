import { describe, expect, it } from 'vitest';
import { carryOut, confirm, failsGate, preview, REASON, tokenOf, wholeStore } from '../helpers/consent.js';
import { CONCLUDING, type Path, RECOMMENDATIONS, recommending, SHIPPING } from '../helpers/gate-cases.js';
import { warningCodes } from '../helpers/state.js';
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

describe.each(CASES)('%s', (_, { tool, args }, passing) => {
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
