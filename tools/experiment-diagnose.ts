import { z } from 'zod';
import { diagnosisAnswer } from '../src/assessment/diagnose.js';
import { EXPERIMENT_ID_ALIASES, experimentId } from '../src/schema/ids.js';
import { defineReadTool } from '../src/tool.js';

const steps = z.array(z.object({ step: z.string(), people: z.number() }));

export const experimentDiagnose = defineReadTool({
  name: 'experiment-diagnose',
  title: 'Diagnose experiment',
  searchHint: 'A/B test: no exposures, users missing, skewed split, numbers differ',
  toolset: 'results',
  access: 'read',
  idempotent: true,
  description: [
    'Where the users of a launched experiment went, from the events: no or few exposures, skewed split, several variants, metrics that differ.',
    'Names causes with numbers. Scope query:read. Not for a draft.',
  ].join('\n'),
  idAliases: EXPERIMENT_ID_ALIASES,
  input: z.strictObject({ id: experimentId }),
  output: z.object({
    project_id: z.number(),
    id: z.number(),
    name: z.string(),
    status: z.string(),
    url: z.string(),
    conclusion: z.string(),
    causes: z.array(
      z.object({
        code: z.string(),
        confidence: z.enum(['certain', 'likely', 'possible']),
        title: z.string(),
        evidence: z.looseObject({}),
        next: z.string(),
      }),
    ),
    exposures: z.object({ event: z.string(), from: z.string(), until: z.string(), steps }),
    metrics: z.array(
      z.object({
        uuid: z.string(),
        name: z.string(),
        role: z.string(),
        event: z.string(),
        steps,
        sum: z.number().optional(),
      }),
    ),
    missing: z.array(z.string()).optional(),
  }),
  run: diagnosisAnswer,
});
