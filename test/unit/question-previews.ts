import { type QuestionOptions, questionText } from '../../src/mcp/consent/question.js';
import { idAndName } from '../../src/schema/quote.js';
import type { Preview } from '../../src/writes/pipeline/consent.js';

/** A preview with what people typed in every place where it can stand. */
export function previewWith(text: string, changes = 1): Preview {
  return {
    tool: 'experiment-ship-variant',
    arguments: {},
    project: 1,
    origin: 'https://us.posthog.com',
    level: 'destructive',
    about: `experiment ${idAndName({ id: 7, name: text })}`,
    state: {},
    changes: Array.from({ length: changes }, () => ({
      path: `feature_flag.variants.${text}`,
      before: text,
      after: { text },
    })),
    effects: { users: `All users see ${text}.`, analysis: `It ends with ${text}.` },
    warnings: Array.from({ length: changes }, () => ({ code: 'shared_flag', message: `It reaches ${text}.` })),
    undo: { not_reversible_because: `the filters hold ${text}` },
    gate: {
      passes: false,
      because: [`${text} needs more.`],
      recommendation: 'fix_first',
      variant_key: null,
      findings: [],
      evidence_comment: text,
    },
  };
}

export const notes = [{ code: 'state_moved', message: 'This changed since the preview: status.' }];
/** How the lines of its question begin. */
export const BEGINNINGS = [
  'experiment-ship-variant (destructive) in project 1: experiment 7 "',
  'Users: All users see ',
  'The evidence does not support this: ',
  'Reason given: "',
  'This changed since the preview: status.',
  'Analysis: It ends with ',
  'feature_flag.variants.',
  'It reaches ',
];

/** The question, by default of a process that has no secrets. */
export function textOf(preview: Preview, options: Omit<QuestionOptions, 'redact'> & Partial<QuestionOptions>): string {
  return questionText(preview, { redact: (text) => text, ...options });
}
