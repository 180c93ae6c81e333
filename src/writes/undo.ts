import { compact, type Experiment } from '../schema/experiment.js';
import { variantsOf } from '../schema/flag.js';
import type { Undo } from '../tool.js';

/** Longer ones could be cut from an answer, and a cut value restores nothing. Characters of JSON. */
export const MAX_SAVED_JSON = 20_000;

const SEEN_BOTH = 'Users whose variant changed in between have seen both, so later data is biased.';

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

/** Makes a draft again of an experiment that was one before, with its flag on or off as it was. */
export function undoOfStart(before: Experiment): Undo {
  const { id, end_date, conclusion, conclusion_comment, archived } = before;
  const lost = Object.keys(compact({ end_date, conclusion, conclusion_comment, archived }));
  if (lost.length > 0)
    return {
      not_reversible_because: `experiment-reset makes it a draft again, but also clears its ${lost.join(', ')}`,
    };
  return {
    tool: 'experiment-reset',
    arguments: { id, disable_feature_flag: before.feature_flag?.active !== true },
    note: 'Back to draft with the flag as it was. Users who saw a variant in between have seen it.',
  };
}

/**
 * The call that puts the flag, and the dates and conclusion of its experiment, back as they were. `after` is what the
 * write has made of them.
 */
export function restoreCall(before: Experiment, after: Experiment, { withStart = false } = {}): Undo {
  const flag = before.feature_flag;
  if (!flag) return { not_reversible_because: 'the feature flag as it was before is not known' };
  if (flag.deleted)
    return { not_reversible_because: 'its feature flag is deleted and must be restored in PostHog first' };
  const filters = asciiJson(flag.filters);
  if (filters.length > MAX_SAVED_JSON)
    return {
      not_reversible_because: 'the flag has too many conditions to save them here; its history in PostHog has them',
    };
  const { start_date, end_date, conclusion, conclusion_comment, archived } = before;
  return {
    tool: 'feature-flag-restore',
    arguments: {
      id: flag.id,
      filters,
      active: flag.active,
      reopen_experiment_id: before.id,
      ...compact({ start_date: withStart ? start_date : null, end_date, conclusion, conclusion_comment, archived }),
    },
    ...(servesAlike(before.feature_flag, after.feature_flag) ? {} : { note: SEEN_BOTH }),
  };
}

/** Whether both flags give every user the same, e.g. while both are off. */
export function servesAlike(a: Experiment['feature_flag'], b: Experiment['feature_flag']): boolean {
  if (!a?.active && !b?.active) return true;
  const served = (flag: typeof a) => {
    const { groups, holdout, super_groups } = flag?.filters ?? {};
    return JSON.stringify([flag?.active, groups, holdout ?? null, super_groups ?? null, variantsOf(flag?.filters)]);
  };
  return served(a) === served(b);
}

/** JSON in plain ASCII: answers are cleaned of invisible characters, and a saved value must come back exactly. */
export function asciiJson(value: unknown): string {
  return JSON.stringify(value).replace(
    /[\u007f-\uffff]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
