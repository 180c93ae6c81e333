import { expect } from 'vitest';
import { z } from 'zod';
import { sent } from './rows.js';
import { type Answer, takeBack, type World } from './world.js';

export { experimentRow, flagRow, sent } from './rows.js';

const flagShape = z.looseObject({ version: z.unknown() });

/** An experiment as PostHog stores it, without what no undo takes back: versions, and when something was changed. */
export async function settled(world: World, id: number): Promise<Record<string, unknown>> {
  const { version: _, updated_at: __, variant_split_changed_at: ___, feature_flag, ...rest } = await world.stored(id);
  const flag = flagShape.safeParse(feature_flag);
  if (!flag.success) return rest;
  const { version: ____, ...kept } = flag.data;
  return { ...rest, feature_flag: kept };
}

export interface Call {
  tool: string;
  args: Record<string, unknown>;
}

/** Expects PostHog's refusal in its own words, with the next tool named in the text, and nothing changed. */
export async function expectRefused(
  world: World,
  { tool, args, detail, next }: Call & { detail: string; next: string },
): Promise<Answer> {
  const id = z.coerce.number().parse(args.id);
  const before = await settled(world, id);
  const answer = await world.call(tool, args);
  expect(answer.data.error).toMatchObject({ code: 'refused', status: 400, detail, next_tool: expect.any(String) });
  expect(answer.isError).toBe(true);
  expect(answer.text).toContain(detail);
  expect(answer.text).toContain(next);
  expect(await settled(world, id)).toEqual(before);
  return answer;
}

/** Expects the call to change the experiment, and the undo of its answer to restore what was stored before. */
export async function expectUndone(world: World, { tool, args }: Call, id = Number(args.id)): Promise<Answer> {
  const before = await settled(world, id);
  const answer = await world.call(tool, args);
  expect(answer.data, answer.text).toMatchObject({ status: 'applied', undo: { tool: expect.any(String) } });
  const undone = await takeBack(world, answer);
  expect(undone.isError, undone.text).toBe(false);
  expect(await settled(world, id)).toEqual(before);
  return answer;
}

/** Expects that the wanted state held: the answer says so in PostHog's words and nothing was sent. */
export async function expectAlreadyDone(
  world: World,
  { tool, args, words }: Call & { words: string },
): Promise<Answer> {
  const answer = await world.call(tool, args);
  expect(answer.data).toMatchObject({ status: 'already_done', changes: [] });
  expect(answer.text).toContain(words);
  expect(sent(world)).toEqual([]);
  return answer;
}

/** Id of the experiment that a call has made or changed. */
export function idIn({ data, text }: Answer): number {
  expect(data.status, text).toBe('applied');
  return z.object({ id: z.number() }).parse(data.experiment).id;
}

/** The codes of an answer's warnings. */
export function warningCodes({ data }: Answer): string[] {
  return z
    .array(z.object({ code: z.string() }))
    .parse(data.warnings)
    .map(({ code }) => code);
}

/** One field of what an answer says about its effects. */
export function effectsOf({ data }: Answer): { users: string; analysis: string } {
  return z.object({ users: z.string(), analysis: z.string() }).parse(data.effects);
}
