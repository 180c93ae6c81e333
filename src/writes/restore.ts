import type { Experiment } from '../schema/experiment.js';
import type { FlagFilters } from '../schema/flag.js';
import type { CallContext } from '../tool.js';
import { patchExperiment, patchFlag, postAction } from './requests.js';

interface ExperimentDates {
  start_date?: string | undefined;
  end_date?: string | undefined;
  conclusion?: string | undefined;
  conclusion_comment?: string | undefined;
}

/** Takes the experiment out of the archive and gives it these dates and this conclusion; what is left out is cleared. */
export async function reopenExperiment(
  experiment: Experiment,
  dates: ExperimentDates,
  context: CallContext,
): Promise<void> {
  if (experiment.archived) await postAction('unarchive', experiment.id, context);
  await patchExperiment(
    experiment.id,
    {
      ...(dates.start_date ? { start_date: dates.start_date } : {}),
      end_date: dates.end_date ?? null,
      conclusion: dates.conclusion ?? null,
      conclusion_comment: dates.conclusion_comment ?? null,
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
