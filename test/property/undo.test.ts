import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { CATALOGUE } from '../../src/generated/tools.js';
import { cleanText, mapStrings } from '../../src/render/untrusted.js';
import { furnish } from '../helpers/furnish.js';
import { patience, runs } from '../helpers/fuzz.js';
import { anyJunk, anyWrite } from '../helpers/random-calls.js';
import type { Call } from '../helpers/state.js';
import { type Answer, openWorld, takeBack, type World } from '../helpers/world.js';

const undoShape = z.union([
  z.object({ tool: z.string(), arguments: z.record(z.string(), z.unknown()) }),
  z.object({ not_reversible_because: z.string().min(10) }),
]);

/** A copy with its texts as answers show them: what nobody can see is not worth bringing back. */
function asAnswered(value: unknown): unknown {
  return mapStrings(structuredClone(value), cleanText);
}

/** Tags have no order, and no text is the same as an empty one. */
function plain<T extends { description: string | null; tags?: readonly string[] }>({ tags = [], ...row }: T) {
  return { ...row, description: row.description || null, tags: [...tags].sort() };
}

/** Everything stored, without what every write moves and what an experiment does not show of its flag. */
function everything({ sandbox }: World): Map<string, unknown> {
  const state = new Map<string, unknown>();
  for (const [id, row] of sandbox.store.experiments) {
    const { version: _, updated_at: __, activity: ___, archived_flag: ____, ...kept } = row;
    const byUuid = (list: readonly Record<string, unknown>[]) =>
      [...list].sort((a, b) => (String(a.uuid) < String(b.uuid) ? -1 : 1));
    const saved_metrics = kept.saved_metrics
      .map(({ saved_metric, metadata }) => ({ saved_metric, metadata }))
      .sort((a, b) => a.saved_metric - b.saved_metric);
    state.set(
      `experiment ${id}`,
      asAnswered({
        ...kept,
        tags: [...kept.tags].sort(),
        saved_metrics,
        metrics: byUuid(kept.metrics),
        metrics_secondary: byUuid(kept.metrics_secondary),
      }),
    );
  }
  for (const [id, row] of sandbox.store.flags) {
    const { version: _, updated_at: __, archived: ___, ...kept } = row;
    state.set(`flag ${id}`, structuredClone(kept));
  }
  for (const [id, { updated_at: _, ...kept }] of sandbox.store.holdouts)
    state.set(`holdout ${id}`, asAnswered(plain(kept)));
  for (const [id, { updated_at: _, ...kept }] of sandbox.store.savedMetrics)
    state.set(`saved metric ${id}`, asAnswered(plain(kept)));
  return state;
}

/** What was there before, as it is now; rows made since are left out. */
function sameRows(world: World, before: ReadonlyMap<string, unknown>): Map<string, unknown> {
  const now = everything(world);
  return new Map([...before.keys()].map((key) => [key, now.get(key)]));
}

async function checked(world: World, { tool, args }: Call): Promise<Answer> {
  const before = everything(world);
  const answer = await world.call(tool, args);
  const code = z.object({ code: z.string() }).safeParse(answer.data.error).data?.code;
  expect(code, answer.text).not.toBe('internal');
  expect(code, answer.text).not.toBe('unexpected_response');
  // Against a PostHog that does as it says, nothing is ever missing.
  expect(['not_applied', 'outcome_unknown'], `${tool} ${JSON.stringify(args)} ${answer.text}`).not.toContain(
    answer.data.status,
  );
  if (answer.isError || answer.data.status === 'already_done') expect(everything(world), answer.text).toEqual(before);
  return answer;
}

/** The undo of an unfreeze freezes anew, as its note says: to another cohort. */
const undoable = anyWrite.filter(({ tool }) => tool !== 'experiment-unfreeze-exposure');

describe('random sequences of calls', () => {
  it(
    'end, each with its undo, in the state before, except where the answer says why not',
    async () => {
      await fc.assert(
        fc.asyncProperty(fc.array(anyWrite, { maxLength: 4 }), undoable, async (history, last) => {
          const world = furnish(await openWorld());
          try {
            for (const call of history) await checked(world, call);
            const before = everything(world);
            const answer = await checked(world, last);
            if (answer.isError) return;
            const undo = undoShape.parse(answer.data.undo);
            if ('not_reversible_because' in undo) return;
            const undone = await takeBack(world, answer);
            expect(undone.isError, undone.text).toBe(false);
            expect(sameRows(world, before), JSON.stringify(undo)).toEqual(before);
          } finally {
            await world.sandbox.close();
          }
        }),
        runs(150),
      );
    },
    patience(120_000),
  );

  it(
    'never end in a mistake of our own, and never change anything where they end in an error',
    async () => {
      const calls = fc.array(fc.oneof(anyWrite, anyJunk(CATALOGUE.map(({ name }) => name))), {
        minLength: 1,
        maxLength: 8,
      });
      await fc.assert(
        fc.asyncProperty(calls, async (sequence) => {
          const world = furnish(await openWorld());
          try {
            for (const call of sequence) await checked(world, call);
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
