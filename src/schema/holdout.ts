import { z } from 'zod';
import { wireId, wirePercent, wireTime } from './wire.js';

const filterWire = z.looseObject({ rollout_percentage: wirePercent.nullish() });

/** A holdout as PostHog answers it. `rollout_percentage` of its first filter is the share that is held OUT. */
export const holdoutWire = z.looseObject({
  id: wireId,
  name: z.string(),
  description: z.string().nullish(),
  filters: z.array(filterWire).nullish(),
  created_at: wireTime.nullish(),
  updated_at: wireTime.nullish(),
});

export type Holdout = z.output<typeof holdoutWire>;

export const holdoutView = z.object({
  id: z.number(),
  name: z.string(),
  description: z.string().optional(),
  exclusion_percent: z.number(),
  experiments: z
    .array(
      z.object({
        id: z.number(),
        name: z.string(),
        status: z.string(),
        archived: z.boolean(),
        serves: z.boolean().describe('Its feature flag is on'),
      }),
    )
    .optional(),
  created_at: z.string().optional(),
  updated_at: z.string().optional(),
});

export function exclusionOf(holdout: Holdout): number {
  return holdout.filters?.[0]?.rollout_percentage ?? 0;
}

export function viewHoldout(holdout: Holdout): z.output<typeof holdoutView> {
  const { id, name, description, created_at, updated_at } = holdout;
  return {
    id,
    name,
    exclusion_percent: exclusionOf(holdout),
    ...(description ? { description } : {}),
    ...(created_at ? { created_at } : {}),
    ...(updated_at ? { updated_at } : {}),
  };
}
