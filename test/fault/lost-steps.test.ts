import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { openBroken } from '../helpers/broken.js';
import type { Break } from '../helpers/fault-proxy.js';
import { ARCHIVED, DRAFT, RUNNING, STOPPED } from '../helpers/shop.js';
import { flagRow, sent, settled, warningCodes } from '../helpers/state.js';
import { storedIn } from '../helpers/stored.js';
import { openWorld, type World } from '../helpers/world.js';

const LOST = ['before_request', 'server_error'] as const satisfies Break[];
const DONE = ['applied_no_byte', 'inside_body', 'garbage', 'applied_server_error'] as const satisfies Break[];

interface Steps {
  name: string;
  id: number;
  tool: string;
  /** How many writes it takes. */
  steps: number;
  args(world: World): Record<string, unknown>;
}

/** The flag as saved when it was at 30 percent. */
const saved = (world: World, id: number) => {
  const { id: flag, filters } = flagRow(world, id);
  const groups = [{ properties: [], rollout_percentage: 30 }];
  return { id: flag, filters: JSON.stringify({ ...filters, groups }), reopen_experiment_id: id };
};

const CALLS: readonly Steps[] = [
  {
    name: 'a running one is reset and its flag turned off',
    ...{ id: RUNNING, tool: 'experiment-reset', steps: 2 },
    args: () => ({ id: RUNNING, disable_feature_flag: true }),
  },
  {
    name: 'an ended one is reset and its flag turned off',
    ...{ id: STOPPED, tool: 'experiment-reset', steps: 2 },
    args: () => ({ id: STOPPED, disable_feature_flag: true }),
  },
  {
    name: 'an archived one is restored and opened again',
    ...{ id: ARCHIVED, tool: 'feature-flag-restore', steps: 3 },
    args: (world) => saved(world, ARCHIVED),
  },
  {
    name: 'an ended one gets an end before its start',
    ...{ id: STOPPED, tool: 'feature-flag-restore', steps: 3 },
    args: (world) => ({
      ...saved(world, STOPPED),
      start_date: '2026-05-20T00:00:00Z',
      end_date: '2026-05-10T00:00:00Z',
    }),
  },
  {
    name: 'a draft gets its start and keeps its flag off',
    ...{ id: DRAFT, tool: 'feature-flag-restore', steps: 3 },
    args: (world) => ({ ...saved(world, DRAFT), active: false, start_date: '2026-05-20T00:00:00Z' }),
  },
];

const CASES = CALLS.flatMap((call) =>
  Array.from({ length: call.steps }, (_, step) => [call.name, step, call] as const),
);

const undoShape = z.object({ tool: z.string(), arguments: z.record(z.string(), z.unknown()) });

describe('a call of several steps that breaks', () => {
  it.each(CALLS)('takes its steps where nothing breaks: $name', async ({ tool, args, steps }) => {
    const world = await openWorld();
    expect((await world.call(tool, args(world))).data).toMatchObject({ status: 'applied' });
    expect(sent(world)).toHaveLength(steps);
  });

  describe.each(CASES)('%s, step %i', (_, step, { id, tool, args, steps }) => {
    it.each([...LOST, ...DONE])('%s', async (where) => {
      const happened = where !== 'before_request' && where !== 'server_error';
      const { world, proxy } = await openBroken(tool);
      const before = await settled(world, id);
      const all = storedIn(world);
      proxy.breakAt(where, step);
      const answer = await world.call(tool, args(world));

      expect(sent(world)).toHaveLength(happened ? step + 1 : step);
      if (happened && step === steps - 1) {
        expect(answer.data, answer.text).toMatchObject({ status: 'applied' });
        expect(warningCodes(answer)).toContain('answer_lost');
        const clean = await openWorld();
        const cleanAnswer = await clean.call(tool, args(clean));
        expect(storedIn(world)).toEqual(storedIn(clean));
        const isMark = (key: string) => key === 'override_reason';
        const unmarked = (undo: unknown) => JSON.stringify(undo, (key, value) => (isMark(key) ? undefined : value));
        expect(unmarked(answer.data.undo)).toBe(unmarked(cleanAnswer.data.undo));
        return;
      }
      const { error } = answer.data;
      const facts = z.looseObject({ changes: z.array(z.unknown()).default([]) }).parse(error ?? answer.data);
      expect(error === undefined ? facts.status : facts.code, answer.text).toBe(
        where.endsWith('server_error') ? 'upstream_error' : 'not_applied',
      );
      const moved = JSON.stringify(storedIn(world)) !== JSON.stringify(all);
      const shown = JSON.stringify(await settled(world, id)) !== JSON.stringify(before);
      expect(facts.changes.length > 0, answer.text).toBe(moved && shown);
      if (!shown) return;
      if (id === DRAFT && (await world.stored(id)).start_date) {
        expect(facts.undo).toMatchObject({ not_reversible_because: expect.stringContaining('launched a draft') });
        return;
      }
      const undo = undoShape.parse(facts.undo);
      const undone = await world.call(undo.tool, undo.arguments);
      expect(undone.isError, undone.text).toBe(false);
      expect(await settled(world, id)).toEqual(before);
    });
  });
});
