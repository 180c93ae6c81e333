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

export const notes = [{ code: 'state_moved', message: 'Since the preview something moved: version.' }];
/** How the lines of its question begin. */
export const BEGINNINGS = [
  'experiment-ship-variant on experiment 7 "',
  'Since the preview something moved: version.',
  'The evidence does not carry this: ',
  'Reason given: "',
  'Users: All users see ',
  'Analysis: It ends with ',
  'It cannot be taken back: the filters hold ',
  'feature_flag.variants.',
  'Note: It reaches ',
];
