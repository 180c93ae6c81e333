import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { carryOut, changesOf, confirm, failsGate, foretold, openTokenWorld, wholeStore } from '../helpers/consent.js';
import { furnish } from '../helpers/furnish.js';
import { patience, runs } from '../helpers/fuzz.js';
import { anyWrite } from '../helpers/random-calls.js';
import { RUNNING } from '../helpers/shop.js';

const share = fc.integer({ min: 0, max: 100 });
const group = fc.record(
  { properties: fc.constant([]), rollout_percentage: share, variant: fc.constantFrom('control', 'test') },
  { requiredKeys: ['properties', 'rollout_percentage'] },
);
const filters = fc.tuple(fc.array(group, { minLength: 1, maxLength: 2 }), share).map(([groups, percent]) =>
  JSON.stringify({
    groups,
    multivariate: {
      variants: [
        { key: 'control', rollout_percentage: percent },
        { key: 'test', rollout_percentage: 100 - percent },
      ],
    },
  }),
);
/** Flags have the ids of the first experiments that use them. */
const restores = fc
  .record(
    {
      id: fc.constantFrom(1, 2, 3, 4, 5, 6),
      filters,
      active: fc.boolean(),
      reopen: fc.boolean(),
      end_date: fc.constant('2026-05-31'),
      conclusion: fc.constantFrom('won', 'inconclusive'),
      conclusion_comment: fc.constant('A note.'),
      archived: fc.boolean(),
    },
    { requiredKeys: ['id', 'filters'] },
  )
  .map(({ reopen, ...args }) => ({
    tool: 'feature-flag-restore',
    args: { ...args, ...(reopen ? { reopen_experiment_id: args.id } : {}) },
  }));
const anyCall = fc.oneof({ weight: 9, arbitrary: anyWrite }, { weight: 1, arbitrary: restores });

/** An undo is marked once its write is done. */
const unmarked = (undo: unknown): unknown =>
  JSON.parse(JSON.stringify(undo ?? null, (key, value) => (key === 'override_reason' ? undefined : value)));

/** The comment holds the reason for passing a gate, which comes with the confirmation only, and so its undo does too. */
function withoutComment(undo: unknown): unknown {
  const text = JSON.stringify(undo ?? null, (key, value) => {
    if (key === 'conclusion_comment') return undefined;
    if (key !== 'clear' || !Array.isArray(value)) return value;
    const others = value.filter((name) => name !== 'conclusion_comment');
    return others.length > 0 ? others : undefined;
  });
  return JSON.parse(text);
}

describe('a preview', () => {
  it('shows a text as PostHog stores it, without the blanks around it', async () => {
    const world = await openTokenWorld();
    const args = { id: RUNNING, conclusion: 'inconclusive', conclusion_comment: '  padded ' };
    const first = await world.call('experiment-end', args);
    expect(foretold(first)).toContainEqual(expect.objectContaining({ path: 'conclusion_comment', after: 'padded' }));
  });

  it('shows the name that a shared metric takes from its definition without the blanks around it', async () => {
    const world = furnish(await openTokenWorld());
    const metric = { name: ' Sign-ups, all ', metric_type: 'mean', event: 'signed_up' };
    const first = await world.call('experiment-saved-metrics-partial-update', { id: 1, metric });
    expect(foretold(first)).toContainEqual(expect.objectContaining({ path: 'name', after: 'Sign-ups, all' }));
  });
});

describe('after random calls', () => {
  it(
    'a preview changes nothing and tells exactly what its confirmation then changes',
    async () => {
      await fc.assert(
        fc.asyncProperty(fc.array(anyCall, { maxLength: 5 }), anyCall, async (history, call) => {
          const world = furnish(await openTokenWorld());
          try {
            for (const earlier of history) {
              const answer = await carryOut(world, earlier);
              expect(String(answer.data.status), answer.text).not.toMatch(/not_applied|outcome_unknown/);
            }
            const before = wholeStore(world);
            const first = await world.call(call.tool, call.args);
            expect(String(first.data.status), first.text).not.toMatch(/not_applied|outcome_unknown/);
            if (first.data.status !== 'confirmation_required') return;
            expect(wholeStore(world)).toEqual(before);
            const done = await confirm(world, call, first);
            if (done.isError) {
              expect(done.data.error, done.text).toMatchObject({ code: 'refused' });
              return;
            }
            expect(done.data, done.text).toMatchObject({ status: 'applied' });
            const differs = (path: string) => failsGate(first) && path === 'conclusion_comment';
            const [told, came] = [foretold(first), changesOf(done)].map((all) =>
              all.filter(({ path }) => !differs(path)),
            );
            expect(came).toEqual(told);
            expect(done.data.effects).toEqual(first.data.effects);
            const undos = [unmarked(done.data.undo), unmarked(first.data.undo)];
            const [undo, promised] = failsGate(first) ? undos.map(withoutComment) : undos;
            expect(undo).toEqual(promised);
          } finally {
            await world.sandbox.close();
          }
        }),
        runs(150),
      );
    },
    patience(120_000),
  );
});
