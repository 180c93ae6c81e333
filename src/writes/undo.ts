import { compact, type Experiment } from '../schema/experiment.js';
import type { Flag } from '../schema/flag.js';
import type { Undo } from '../tool.js';

/** Arguments of `experiment-update` that put fields back: a value where there was one, else its name under `clear`. */
export function restoring(fields: Record<string, unknown>): Record<string, unknown> {
  const missing = (value: unknown) => value === null || value === undefined || value === '';
  const clear = Object.keys(fields).filter((name) => missing(fields[name]));
  const values = Object.fromEntries(Object.entries(fields).filter(([, value]) => !missing(value)));
  return { ...values, ...(clear.length ? { clear } : {}) };
}

/** Opens an experiment again that was not ended before, with the conclusion it had. */
export function undoOfEnd(id: number, before: Experiment): Undo {
  const { conclusion, conclusion_comment } = before;
  return {
    tool: 'experiment-update',
    arguments: { id, ...restoring({ end_date: before.end_date, conclusion, conclusion_comment }) },
    note: 'Data since the end counts again.',
  };
}

/** The call that puts the flag, and the dates and conclusion of its experiment, back as they were. */
export function restoreCall(before: Experiment, { withStart = false } = {}): Undo {
  const flag = before.feature_flag;
  if (!flag) return { not_reversible_because: 'The feature flag as it was before is not known.' };
  const { start_date, end_date, conclusion, conclusion_comment } = before;
  return {
    tool: 'feature-flag-restore',
    arguments: {
      id: flag.id,
      filters: savedFilters(flag),
      active: flag.active,
      reopen_experiment_id: before.id,
      ...compact({ start_date: withStart ? start_date : null, end_date, conclusion, conclusion_comment }),
    },
    note: 'Users whose variant changed in between have seen both, so later data is biased.',
  };
}

/**
 * JSON of the filters as one string of plain ASCII: answers are cleaned of invisible characters, and a saved value must
 * come back exactly.
 */
export function savedFilters(flag: Flag): string {
  return JSON.stringify(flag.filters).replace(
    /[\u007f-\uffff]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
