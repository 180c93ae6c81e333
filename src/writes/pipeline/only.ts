import { z } from 'zod';
import { idAndName } from '../../schema/quote.js';
import { couldBeSame } from '../../schema/tag.js';
import type { Write } from './types.js';

/** The experiments that live and destructive calls may touch. */
export type OnlyExperiments = { ids: readonly number[] } | { tag: string };

const touched = z.looseObject({
  experiment: z.looseObject({ id: z.number(), name: z.string(), tags: z.array(z.string()).nullish() }).optional(),
  sharers: z.array(z.looseObject({ id: z.number(), name: z.string() })).optional(),
  linked: z.array(z.looseObject({ id: z.number(), name: z.string() })).optional(),
});

/** Why a live or destructive write goes beyond these experiments; undefined where it does not. */
export function outsideOf(only: OnlyExperiments, { subject, before }: Write): string | undefined {
  const { experiment, sharers = [], linked } = touched.parse(before ?? {});
  const bounds = 'ids' in only ? `experiments ${only.ids.join(', ')}` : `experiments tagged "${only.tag}"`;
  const rule = `This server makes live and destructive calls on ${bounds} only (--only-experiments)`;
  if (experiment === undefined && linked === undefined)
    return `${rule}, and which experiments a change of this ${subject.field.replace('_', ' ')} reaches is not known; nothing was sent.`;
  const reached = [...(experiment ? [experiment] : []), ...(linked ?? []), ...sharers];
  if (reached.length === 0) return `${rule}, and none of them uses this ${subject.field}; nothing was sent.`;
  const outside = reached.find((one) => !isWithin(only, one));
  return outside && `${rule}, and this reaches ${idAndName(outside)}; nothing was sent.`;
}

/** Where no tags are known, an experiment counts as outside. */
function isWithin(only: OnlyExperiments, { id, tags }: { id: number; tags?: unknown }): boolean {
  return 'ids' in only ? only.ids.includes(id) : Array.isArray(tags) && tags.includes(only.tag);
}

/** Why a write of whatever level would bring further experiments within the bounds; undefined where it does not. */
export function admits(only: OnlyExperiments, { subject, input, before }: Write): string | undefined {
  if ('ids' in only || !TAGGING.includes(subject.field)) return undefined;
  const { tags, action, ids } = tagging.parse(input);
  if (action === 'remove' || !tags?.some((tag) => couldBeSame(tag, only.tag)) || carriesAll(only.tag, { ids, before }))
    return undefined;
  return `The tag "${only.tag}" marks the experiments that this server may make live calls on, so it cannot be given through it; nothing was sent.`;
}

/** Kinds of things whose tags are those of experiments. */
const TAGGING: readonly string[] = ['experiment', 'tagged'];

const tagging = z.looseObject({
  tags: z.array(z.string()).optional(),
  action: z.string().optional(),
  ids: z.array(z.number()).optional(),
});

const many = z.array(z.object({ id: z.number(), tags: z.array(z.string()) }));

/** Whether every experiment that the write gives tags to has this one already. */
function carriesAll(tag: string, { ids, before }: { ids: readonly number[] | undefined; before: unknown }): boolean {
  const found = many.safeParse(before).data;
  if (ids && found) return ids.every((id) => found.some((one) => one.id === id && one.tags.includes(tag)));
  return touched.safeParse(before ?? {}).data?.experiment?.tags?.includes(tag) === true;
}
