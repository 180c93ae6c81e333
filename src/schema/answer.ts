import { z } from 'zod';
import { experimentView } from './experiment.js';

export const WRITE_STATUSES = [
  'applied',
  'already_done',
  'confirmation_required',
  'pending_approval',
  'not_applied',
  'outcome_unknown',
] as const;

/** The answer of every write tool. */
export const writeAnswer = z.object({
  status: z.enum(WRITE_STATUSES),
  project_id: z.number(),
  experiment: experimentView.optional(),
  changes: z.array(z.object({ path: z.string(), before: z.unknown(), after: z.unknown() })),
  effects: z.object({ users: z.string(), analysis: z.string() }),
  warnings: z.array(z.object({ code: z.string(), message: z.string() })),
  undo: z.union([
    z.object({ tool: z.string(), arguments: z.record(z.string(), z.unknown()), note: z.string().optional() }),
    z.object({ not_reversible_because: z.string() }),
  ]),
});

export type WriteAnswer = z.output<typeof writeAnswer>;
