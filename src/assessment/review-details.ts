import { type Assessment, assess } from '../decision/assess.js';
import { readExposureCounts } from '../decision/exposures.js';
import { freshnessOf, metricsOf } from '../decision/results.js';
import type { ReviewFacts } from '../decision/review-facts.js';
import { daysServing, isVerdict } from '../decision/review-running.js';
import { MIN_RUN_DAYS } from '../decision/thresholds.js';
import { ToolError } from '../errors.js';
import { readExperiment } from '../reads/snapshot.js';
import { readTeamDefaults, type TeamDefaults } from '../reads/team-defaults.js';
import { type Experiment, isLive, statusOf } from '../schema/experiment.js';
import { readHealth } from '../schema/health.js';
import type { CallContext } from '../tool.js';
import { gatherFacts } from './assess.js';
import { factsOf, type Parts } from './assess-facts.js';
import { circumstancesOf, latestResults, readWholeExposures } from './results.js';
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

type Details = Pick<ReviewFacts, 'exposures' | 'freshness' | 'primaryMetrics' | 'assessment' | 'health'>;

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

/** Statuses in which a verdict can be waited for. */
const SERVING: readonly string[] = ['running', 'exposure_frozen'];

function candidatesOf(rows: readonly Experiment[], withResults: boolean): Experiment[] {
  const isServing = (row: Experiment) => SERVING.includes(statusOf(row));
  const serving = rows.filter(isServing).sort(byLaunch);
  if (!withResults) return serving;
  const others = rows.filter((row) => row.start_date && !isServing(row)).sort(byLaunch);
  return [...serving, ...others];
}

/** What could not be read of an experiment, and why. */
interface Problem {
  part: 'exposures' | 'results' | 'details' | "PostHog's health checks" | 'anything';
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
  let defaults: Promise<TeamDefaults | null> | undefined;
  const looking = { withResults, problems, context, team: () => (defaults ??= readTeamDefaults(context)) };
  context.progress(done, chosen.length + 1, `Listed ${rows.length} experiments`);
  await settleAll(chosen, async (row) => {
    const halt = context.now().getTime() > endsAt ? OUT_OF_TIME : haltedBy(problems);
    if (halt) problems.push({ part: 'anything', id: row.id, error: halt });
    else details.set(row.id, await detailsOf(row, looking));
    done += 1;
    context.progress(done, chosen.length + 1, 'Looking into experiments');
  });
  return { details, candidates: candidates.length, chosen: chosen.length, missing: problemLines(problems) };
}

interface Looking {
  withResults: boolean;
  context: CallContext;
  problems: Problem[];
  /** Read once for all, and only where somebody asks. */
  team: () => Promise<TeamDefaults | null>;
}

async function detailsOf({ id }: Experiment, looking: Looking): Promise<Details> {
  const { withResults, context, problems } = looking;
  const [read] = await Promise.allSettled([readExperiment(id, context)]);
  if (read.status === 'rejected') {
    problems.push({ part: 'details', id, error: read.reason });
    return {};
  }
  // List rows lack the exposure criteria, without which others would be counted.
  const experiment = read.value;
  const [exposures] = await Promise.allSettled([readWholeExposures(experiment, context)]);
  if (exposures.status === 'rejected') problems.push({ part: 'exposures', id, error: exposures.reason });
  const metrics = metricsOf(experiment);
  const canBeReady = exposures.status === 'fulfilled' && isLongEnough(experiment, context);
  const wantsResults = (canBeReady || (withResults && isLive(experiment))) && metrics.length > 0;
  const [run] = await Promise.allSettled(wantsResults && !haltedBy(problems) ? [latestResults(id, context)] : []);
  if (run?.status === 'rejected') problems.push({ part: 'results', id, error: run.reason });
  const known = run?.status === 'fulfilled' ? run.value : null;
  const health = readHealth(experiment.health);
  for (const problem of health.problems)
    problems.push({ part: "PostHog's health checks", id, error: new ToolError('unexpected_response', problem, '') });
  return {
    primaryMetrics: metrics.filter(({ role }) => role === 'primary').length,
    health: health.findings,
    ...(exposures.status === 'fulfilled' ? { exposures: readExposureCounts(exposures.value, experiment) } : {}),
    ...(canBeReady && known
      ? { assessment: await assessmentOf({ experiment, run: known, exposures: exposures.value }, looking) }
      : {}),
    ...(withResults && run?.status === 'fulfilled'
      ? { freshness: freshnessOf(run.value, circumstancesOf(context), experiment.end_date) }
      : {}),
  };
}

/** Before a week no verdict can be ready, so nothing is asked of younger ones. */
function isLongEnough(experiment: Experiment, { now }: CallContext): boolean {
  return (daysServing({ experiment, now: now() }) ?? 0) >= MIN_RUN_DAYS;
}

/** Only a verdict is worth the requests of a whole assessment, whose answer then counts. */
async function assessmentOf(
  parts: Pick<Parts, 'experiment' | 'run' | 'exposures'>,
  { context, team }: Looking,
): Promise<Assessment> {
  const unread = { activity: null, others: null, missing: [] };
  const reading = { ...circumstancesOf(context), breakdowns: false };
  const first = assess(factsOf({ ...parts, ...unread, team: await team() }, reading));
  return isVerdict(first.recommendation) ? assess(await gatherFacts(parts.experiment, context)) : first;
}
