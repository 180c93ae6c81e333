import { canonical } from '../../schema/canonical.js';
import { compact, type Experiment } from '../../schema/experiment.js';
import { type VariantView, variantsOf } from '../../schema/flag.js';
import type { Undo } from '../../tool.js';

/** Longer ones could be cut from an answer, and a cut value restores nothing. Characters of JSON. */
export const MAX_SAVED_JSON = 20_000;

/** Where the tags of before would be refused. */
export const ODD_TAGS = 'the tags before hold characters, or are so many, that only PostHog itself can set them again';

const SEEN_BOTH = 'Users whose variant changed in between have seen both, so later data is biased.';

/** Where a call has changed nothing. */
export const NOTHING_TO_TAKE_BACK: Undo = {
  not_reversible_because: 'Nothing was changed, so there is nothing to take back.',
};

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
 * Whether `experiment-update` would refuse the dates of before: an end that is not after the start, or a start that lay
 * ahead when PostHog last wrote the experiment.
 */
export function hadOddDates(before: Experiment, after: Experiment): boolean {
  const { start_date, end_date } = before;
  const start = Date.parse(start_date ?? '');
  return start > Date.parse(after.updated_at ?? '') || Date.parse(end_date ?? '') <= start;
}

/** A restore that launched a draft: a reset takes back the launch, and nothing of what became of the flag. */
export function undoOfStartByRestore(before: Experiment, after: Experiment): Undo {
  const [was, is] = [before.feature_flag, after.feature_flag];
  const sameFilters = JSON.stringify(withoutNulls(was?.filters)) === JSON.stringify(withoutNulls(is?.filters));
  if (sameFilters && !(was?.active && !is?.active)) return undoOfStart(before);
  return {
    not_reversible_because:
      'it launched a draft and changed its flag: experiment-reset takes back the launch only; the history of the flag in PostHog has it as it was',
  };
}

/** Keys that are null and keys that are missing mean the same to PostHog. */
function withoutNulls(filters: Record<string, unknown> = {}): [string, unknown][] {
  return Object.entries(filters)
    .filter(([, value]) => value !== null)
    .sort(([a], [b]) => (a < b ? -1 : 1));
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
function servesAlike(a: Experiment['feature_flag'], b: Experiment['feature_flag']): boolean {
  if (!a?.active && !b?.active) return true;
  const served = (flag: typeof a) => {
    const { payloads: _, multivariate: __, ...filters } = flag?.filters ?? {};
    return canonical([flag?.active, withoutNulls(filters), variantsOf(flag?.filters).map(withoutName)]);
  };
  return served(a) === served(b);
}

function withoutName({ key, split_percent }: VariantView): unknown {
  return [key, split_percent];
}

/** JSON in plain ASCII: answers are cleaned of invisible characters, and a saved value must come back exactly. */
export function asciiJson(value: unknown): string {
  return JSON.stringify(value).replace(
    /[\u007f-\uffff]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
