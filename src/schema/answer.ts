import { z } from 'zod';
import { finding, RECOMMENDATIONS } from './assessment.js';
import { experimentView } from './experiment.js';
import { holdoutView } from './holdout.js';
import { savedMetricView } from './saved-metric.js';

export const WRITE_STATUSES = [
  'applied',
  'already_done',
  'confirmation_required',
  'pending_approval',
  'not_applied',
  'outcome_unknown',
] as const;

const common = z.object({
  status: z.enum(WRITE_STATUSES),
  project_id: z.number(),
  changes: z.array(z.object({ path: z.string(), before: z.unknown(), after: z.unknown() })),
  effects: z.object({ users: z.string(), analysis: z.string() }),
  warnings: z.array(z.object({ code: z.string(), message: z.string() })),
  undo: z.union([
    z.object({ tool: z.string(), arguments: z.record(z.string(), z.unknown()), note: z.string().optional() }),
    z.object({ not_reversible_because: z.string() }),
  ]),
  gate: z
    .object({
      passes: z.boolean(),
      because: z.array(z.string()),
      recommendation: z.enum(RECOMMENDATIONS),
      variant_key: z.string().nullable(),
      findings: z.array(finding.pick({ code: true, severity: true, title: true })),
      /** Left out where `changes` shows it as the comment to be stored. */
      evidence_comment: z.string().optional(),
    })
    .optional(),
  confirmation_token: z.string().optional(),
  expires_at: z.string().optional(),
  change_request_id: z.string().optional(),
  url: z.string().optional(),
});

/** Answers of write tools, by the thing they act on, which is left out where it could not be read or was not made. */
const ANSWERS = {
  experiment: common.extend({ experiment: experimentView.optional() }),
  holdout: common.extend({ holdout: holdoutView.optional() }),
  saved_metric: common.extend({ saved_metric: savedMetricView.optional() }),
  tagged: common.extend({ tagged: z.array(z.object({ id: z.number(), tags: z.array(z.string()) })).optional() }),
};

export type SubjectField = keyof typeof ANSWERS;

/** The answer of every write tool on this kind of thing. */
export function writeAnswerOf(field: SubjectField): z.ZodObject {
  return ANSWERS[field];
}

/** A write's answer before its projection; the field of its subject stands beside these. */
export type WriteAnswer = z.output<typeof common> & Record<string, unknown>;
