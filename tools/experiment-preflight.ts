import { z } from 'zod';
import { preflightAnswer } from '../src/assessment/preflight.js';
import { EXPERIMENT_ID_ALIASES, experimentId } from '../src/schema/ids.js';
import { defineReadTool } from '../src/tool.js';

const check = z.object({
  code: z.string(),
  status: z.enum(['ok', 'warning', 'blocker', 'unknown']),
  title: z.string(),
  evidence: z.looseObject({}).optional(),
  advice: z.string().optional(),
});

export const experimentPreflight = defineReadTool({
  name: 'experiment-preflight',
  title: 'Check before launch',
  toolset: 'context',
  access: 'read',
  idempotent: true,
  description: [
    'Whether a draft can be launched: metrics, events, split, rollout, who shares its flag, sample plan against traffic, exposure, holdout, dates. Use it before experiment-launch; it changes nothing.',
    'ready: false means a blocker; unknown means it could not be read or told, not that it is fine. Drafts only.',
  ].join('\n'),
  idAliases: EXPERIMENT_ID_ALIASES,
  input: z.strictObject({ id: experimentId }),
  output: z.object({
    project_id: z.number(),
    id: z.number(),
    name: z.string(),
    url: z.string(),
    ready: z.boolean(),
    summary: z.string(),
    checks: z.array(check),
    missing: z.array(z.string()).optional(),
    next: z.object({ tool: z.string(), arguments: z.looseObject({}) }),
  }),
  run: preflightAnswer,
});
