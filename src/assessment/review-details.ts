import { readExposureCounts } from '../decision/exposures.js';
import { freshnessOf, metricsOf } from '../decision/results.js';
import type { ReviewFacts } from '../decision/review-facts.js';
import { ToolError } from '../errors.js';
import { readExperiment } from '../reads/snapshot.js';
import { type Experiment, isLive, statusOf } from '../schema/experiment.js';
import type { CallContext } from '../tool.js';
import { circumstancesOf, latestResults, readExposures } from './results.js';
import { groupBy } from './review-groups.js';
import { reasonOf, settleAll } from './review-parallel.js';

/** How many experiments one sweep looks into: each costs PostHog a query, with results up to three requests. */
const LOOKED_INTO = { exposures: 20, results: 100 };
/** After this no further experiment is looked into, so that an answer comes within the call's deadline. Milliseconds. */
const BUDGET_MS = 30_000;

const OUT_OF_TIME = new ToolError(
  'timeout',
  `${BUDGET_MS / 1000} seconds were used up`,
  'Call again without include_results, or look at single experiments.',
);

type Details = Pick<ReviewFacts, 'exposures' | 'freshness'>;

export interface Looked {
  details: Map<number, Details>;
  /** How many should have been looked into, and how many there are. */
  candidates: number;
  chosen: number;
  missing: string[];
}

/** The latest launches first: what never enrols anybody shows in the first days. */
function byLaunch(a: Experiment, b: Experiment): number {
  return Date.parse(b.start_date ?? '') - Date.parse(a.start_date ?? '') || b.id - a.id;
}

function candidatesOf(rows: readonly Experiment[], withResults: boolean): Experiment[] {
  const running = rows.filter((row) => statusOf(row) === 'running').sort(byLaunch);
  if (!withResults) return running;
  const others = rows.filter((row) => row.start_date && statusOf(row) !== 'running').sort(byLaunch);
  return [...running, ...others];
}

/** What could not be read of an experiment, and why. */
interface Problem {
  part: 'exposures' | 'results' | 'details' | 'anything';
  id: number;
  error: unknown;
}

/** After these every further request would fail too, or would ignore what PostHog asked for. */
const HALTING: readonly string[] = ['rate_limited', 'cancelled', 'timeout', 'unauthenticated'];

function haltedBy(problems: readonly Problem[]): unknown {
  return problems.find(({ error }) => error instanceof ToolError && HALTING.includes(error.code))?.error;
}

/** A line names no more experiments than these; the others are counted. */
const IDS_NAMED = 20;

function idsOf(problems: readonly Problem[]): string {
  const named = problems.slice(0, IDS_NAMED).map(({ id }) => id);
  const more = problems.length - named.length;
  return `${named.join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}

/** One line for each part and reason, with the experiments it holds for. */
function problemLines(problems: readonly Problem[]): string[] {
  const groups = groupBy(problems, ({ part, error }) => JSON.stringify([part, reasonOf(error)]));
  return [...groups.values()].flatMap((group) => {
    const [first] = group;
    return first ? [`${first.part} of experiments ${idsOf(group)}: ${reasonOf(first.error)}`] : [];
  });
}

/** Exposures, and with `withResults` the age of the results, of as many as the time allows. */
export async function lookInto(
  rows: readonly Experiment[],
  withResults: boolean,
  context: CallContext,
): Promise<Looked> {
  const candidates = candidatesOf(rows, withResults);
  const chosen = candidates.slice(0, withResults ? LOOKED_INTO.results : LOOKED_INTO.exposures);
  const endsAt = context.now().getTime() + BUDGET_MS;
  const problems: Problem[] = [];
  const details = new Map<number, Details>();
  let done = 1;
  context.progress(done, chosen.length + 1, `Listed ${rows.length} experiments`);
  await settleAll(chosen, async (row) => {
    const halt = context.now().getTime() > endsAt ? OUT_OF_TIME : haltedBy(problems);
    if (halt) problems.push({ part: 'anything', id: row.id, error: halt });
    else details.set(row.id, await detailsOf(row, { withResults, problems, context }));
    done += 1;
    context.progress(done, chosen.length + 1, 'Looking into experiments');
  });
  return { details, candidates: candidates.length, chosen: chosen.length, missing: problemLines(problems) };
}

interface Looking {
  withResults: boolean;
  context: CallContext;
  problems: Problem[];
}

async function detailsOf({ id }: Experiment, { withResults, context, problems }: Looking): Promise<Details> {
  const [read] = await Promise.allSettled([readExperiment(id, context)]);
  if (read.status === 'rejected') {
    problems.push({ part: 'details', id, error: read.reason });
    return {};
  }
  // List rows lack the exposure criteria, without which others would be counted.
  const experiment = read.value;
  const [exposures] = await Promise.allSettled([readExposures(experiment, context)]);
  if (exposures.status === 'rejected') problems.push({ part: 'exposures', id, error: exposures.reason });
  const wantsResults = withResults && isLive(experiment) && metricsOf(experiment).length > 0;
  const [run] = await Promise.allSettled(wantsResults && !haltedBy(problems) ? [latestResults(id, context)] : []);
  if (run?.status === 'rejected') problems.push({ part: 'results', id, error: run.reason });
  return {
    ...(exposures.status === 'fulfilled' ? { exposures: readExposureCounts(exposures.value, experiment) } : {}),
    ...(run?.status === 'fulfilled'
      ? { freshness: freshnessOf(run.value, circumstancesOf(context), experiment.end_date) }
      : {}),
  };
}
