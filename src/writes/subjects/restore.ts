import type { Experiment } from '../../schema/experiment.js';
import type { FlagFilters } from '../../schema/flag.js';
import type { CallContext } from '../../tool.js';
import { patchExperiment, patchFlag, postAction } from './requests.js';

interface ExperimentState {
  start_date?: string | undefined;
  end_date?: string | undefined;
  conclusion?: string | undefined;
  conclusion_comment?: string | undefined;
  archived: boolean;
}

/** Gives the experiment these dates, this conclusion and this place in or out of the archive; what is left out is cleared. */
export async function reopenExperiment(
  experiment: Experiment,
  wanted: ExperimentState,
  context: CallContext,
): Promise<void> {
  const archived = experiment.archived === true;
  // The endpoint also takes the flag out of the archive, which a PATCH does not.
  if (archived && !wanted.archived) await postAction('unarchive', experiment.id, context);
  const { start_date, end_date } = wanted;
  // PostHog refuses the two together where the end is not after the start, and takes them one by one.
  const apart = start_date !== undefined && end_date !== undefined && Date.parse(end_date) <= Date.parse(start_date);
  if (apart) await patchExperiment(experiment.id, { start_date, end_date: null }, context);
  await patchExperiment(
    experiment.id,
    {
      ...(start_date && !apart ? { start_date } : {}),
      ...(wanted.archived && !archived ? { archived: true } : {}),
      end_date: end_date ?? null,
      conclusion: wanted.conclusion ?? null,
      conclusion_comment: wanted.conclusion_comment ?? null,
    },
    context,
  );
}

/**
 * Writes saved filters back. PostHog merges `filters` per top-level key, so keys that the flag has gained since must be
 * sent as null.
 */
export async function restoreFlag(
  { feature_flag }: Experiment,
  saved: { filters: FlagFilters; active: boolean | undefined },
  context: CallContext,
): Promise<void> {
  if (!feature_flag) return;
  const gained = Object.keys(feature_flag.filters).filter((key) => !(key in saved.filters));
  const filters = { ...saved.filters, ...Object.fromEntries(gained.map((key) => [key, null])) };
  const active = saved.active === undefined ? {} : { active: saved.active };
  await patchFlag(feature_flag.id, { filters, ...active }, context);
}
