import type { Circumstances } from '../decision/results.js';
import { countsByCode, reviewItems } from '../decision/review.js';
import type { ReviewFacts } from '../decision/review-facts.js';
import { type Experiment, isLive, statusOf } from '../schema/experiment.js';
import { flagProblem } from '../schema/flag.js';
import { itemUrl } from '../schema/link.js';
import type { CallContext } from '../tool.js';
import { circumstancesOf } from './results.js';
import { type Looked, lookInto } from './review-details.js';
import { groupBy } from './review-groups.js';
import { listForReview } from './review-lists.js';

export interface ReviewInput {
  stopped_within_days: number;
  include_results: boolean;
  limit: number;
  offset: number;
}

/** Every experiment of the project that needs a hand, the worst first. */
export async function reviewAnswer(input: ReviewInput, context: CallContext) {
  const { rows, missing } = await listForReview(input.stopped_within_days, context);
  const looked = await lookInto(rows, input.include_results, context);
  const items = reviewItems(factsOf(rows, looked, circumstancesOf(context)));
  const { limit, offset } = input;
  const end = offset + limit;
  const page = items.slice(offset, end);
  const allMissing = [...missing, ...rows.flatMap(oddParts), ...looked.missing];
  return {
    project_id: context.project,
    reviewed: countBy(rows.map(statusOf)),
    totals: countsByCode(items),
    total: items.length,
    items: page,
    next_offset: end < items.length ? end : null,
    ...itemUrl({ origin: context.api.origin, project: context.project }, page),
    ...noteOf(looked, input.include_results),
    ...(allMissing.length > 0 ? { missing: allMissing } : {}),
  };
}

function factsOf(rows: readonly Experiment[], { details }: Looked, circumstances: Circumstances): ReviewFacts[] {
  const liveByFlag = groupBy(rows.filter(isLive), (row) => row.feature_flag?.id);
  return rows.map((experiment) => {
    const flagId = experiment.feature_flag?.id;
    const live = flagId === undefined ? [] : (liveByFlag.get(flagId) ?? []);
    const liveSharers = live.filter(({ id }) => id !== experiment.id).map(({ id, name }) => ({ id, name }));
    return { experiment, ...circumstances, liveSharers, ...details.get(experiment.id) };
  });
}

/** What the rows hold that the rules could not look at. */
function oddParts({ id, feature_flag: flag, unreadable = [] }: Experiment): string[] {
  const problem = flag && flagProblem(flag);
  return [...(problem ? [`feature flag: ${problem}`] : []), ...unreadable].map((part) => `experiment ${id}: ${part}`);
}

function countBy(statuses: readonly string[]): Record<string, number> {
  const groups = groupBy(statuses, (status) => status);
  return Object.fromEntries([...groups].map(([status, group]) => [status, group.length]));
}

/** What the sweep did not look at. */
function noteOf({ candidates, chosen, missing }: Looked, withResults: boolean): { note?: string } {
  const but = missing.length > 0 ? ', but for what is missing' : '';
  if (withResults) {
    if (chosen === candidates) return {};
    const rest = `the other ${candidates - chosen} that are live or ended`;
    return {
      note: `Exposures and results were looked at for ${chosen}, running and latest launched first${but}. For ${rest} call experiment-assess.`,
    };
  }
  const part = chosen < candidates ? `the ${chosen} latest launched of ${candidates}` : 'all';
  return {
    note: `Exposures, and after a week the verdict, were looked at for ${part} running or frozen${but}; include_results: true looks at up to 100 that are live or ended, and at the age of results.`,
  };
}
