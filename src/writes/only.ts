import { z } from 'zod';
import { idAndName } from '../schema/quote.js';
import type { Write } from './write.js';

/** The experiments that live and destructive calls may touch. */
export type OnlyExperiments = { ids: readonly number[] } | { tag: string };

const touched = z.looseObject({
  experiment: z.looseObject({ id: z.number(), name: z.string(), tags: z.array(z.string()).nullish() }).optional(),
  sharers: z.array(z.looseObject({ id: z.number(), name: z.string(), status: z.string() })).optional(),
  linked: z.array(z.looseObject({ id: z.number(), name: z.string() })).optional(),
});

/** Why a live or destructive write goes beyond these experiments; undefined where it does not. */
export function outsideOf(only: OnlyExperiments, { subject, before }: Write): string | undefined {
  const { experiment, sharers = [], linked } = touched.parse(before ?? {});
  const bounds = 'ids' in only ? `experiments ${only.ids.join(', ')}` : `experiments tagged "${only.tag}"`;
  const rule = `This server makes live and destructive calls on ${bounds} only`;
  if (experiment === undefined && linked === undefined)
    return `${rule}, and which experiments a change of this ${subject.field.replace('_', ' ')} reaches is not known; nothing was sent.`;
  const outside = [...(experiment ? [experiment] : []), ...sharers, ...(linked ?? [])].find(
    (one) => !isWithin(only, one),
  );
  return outside && `${rule}, and this reaches ${idAndName(outside)}; nothing was sent.`;
}

/** Tags of experiments that only share something are not known, so that they count as outside. */
function isWithin(only: OnlyExperiments, { id, tags }: { id: number; tags?: unknown }): boolean {
  return 'ids' in only ? only.ids.includes(id) : Array.isArray(tags) && tags.includes(only.tag);
}

/** Why a write of whatever level would bring further experiments within the bounds; undefined where it does not. */
export function admits(only: OnlyExperiments, { input, before }: Write): string | undefined {
  if ('ids' in only) return undefined;
  const given: unknown = Reflect.get(Object(input), 'tags');
  const removes = Reflect.get(Object(input), 'action') === 'remove';
  if (removes || !Array.isArray(given) || !given.includes(only.tag)) return undefined;
  const has = touched.safeParse(before ?? {}).data?.experiment?.tags?.includes(only.tag);
  return has
    ? undefined
    : `The tag "${only.tag}" marks the experiments that this server may make live calls on, so it cannot be given through it; nothing was sent.`;
}
