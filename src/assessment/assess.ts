import { assess } from '../decision/assess.js';
import { type Facts, isUnread, type OtherExperiment } from '../decision/facts.js';
import { onlyPostHogs } from '../decision/health.js';
import { unsetOf } from '../decision/measure.js';
import { ToolError } from '../errors.js';
import { readExperiment, shownOnFlag } from '../reads/snapshot.js';
import { readTeamDefaults } from '../reads/team-defaults.js';
import type { AssessmentOutput } from '../schema/assessment.js';
import { type Experiment, isLive, statusOf } from '../schema/experiment.js';
import { flagProblem } from '../schema/flag.js';
import { readHealth, viewHealth } from '../schema/health.js';
import { experimentUrl } from '../schema/link.js';
import { unreadableText } from '../schema/odd-rows.js';
import { oddResults } from '../schema/results.js';
import type { CallContext } from '../tool.js';
import { readActivity } from './assess-activity.js';
import { factsOf, oddDays } from './assess-facts.js';
import { circumstancesOf, latestResults, readWholeExposures } from './results.js';

async function liveOthers(experiment: Experiment, context: CallContext, missing: string[]): Promise<OtherExperiment[]> {
  const flag = experiment.feature_flag?.id;
  const { rows, unreadable } = flag === undefined ? { rows: [], unreadable: [] } : await shownOnFlag(flag, context);
  missing.push(...unreadable.map((row) => `other experiments on the flag: ${unreadableText('experiment', row)}`));
  return rows
    .filter((other) => other.id !== experiment.id && isLive(other))
    .map((other) => ({ id: other.id, name: other.name, status: statusOf(other) }));
}

/** A part, or null with the reason under `missing`. A call that the caller cancelled is not answered in part. */
async function part<T>(name: string, reading: Promise<T>, missing: string[]): Promise<T | null> {
  try {
    return await reading;
  } catch (error) {
    if (!(error instanceof ToolError) || error.code === 'cancelled') throw error;
    missing.push(`${name}: ${error.message}`);
    return null;
  }
}

const SEQUENTIAL_UNKNOWN = 'team defaults: not readable, so whether sequential testing is on is unknown; judged as off';
const MATURED_UNKNOWN =
  'team defaults: not readable, so whether only matured users are counted is unknown; judged as if everybody is';

/**
 * Everything that an assessment of this experiment rests on. Reads only, and only stored results: nothing is calculated.
 * Each part but the experiment itself may fail and is then named under `missing`.
 */
export async function gatherFacts(experiment: Experiment, context: CallContext, breakdowns = false): Promise<Facts> {
  const missing: string[] = [];
  const start = experiment.start_date ? Date.parse(experiment.start_date) : null;
  const launched = start !== null;
  const unset = unsetOf(experiment);
  const [run, exposures, activity, others, team] = await Promise.all([
    launched ? part('results', latestResults(experiment.id, context), missing) : null,
    launched ? part('exposures', readWholeExposures(experiment, context), missing) : null,
    launched ? part('activity', readActivity(experiment.id, start, context), missing) : null,
    part('other experiments on the flag', liveOthers(experiment, context, missing), missing),
    launched && Object.values(unset).includes(true) ? readTeamDefaults(context) : null,
  ]);
  const problem = experiment.feature_flag && flagProblem(experiment.feature_flag);
  if (problem) missing.push(`feature flag: ${problem}`);
  missing.push(...oddResults(run), ...oddDays(exposures));
  for (const one of experiment.unreadable ?? []) missing.push(one);
  if (activity?.unreadable) missing.push(`activity: ${activity.unreadable} of its entries could not be read`);
  if (activity?.cut) missing.push(`activity: only the newest ${activity.entries.length} entries were read`);
  if (team === null && unset.sequential) missing.push(SEQUENTIAL_UNKNOWN);
  if (team === null && unset.matured) missing.push(MATURED_UNKNOWN);
  const parts = { team, experiment, run, exposures, activity: activity?.entries ?? null, others, missing };
  return factsOf(parts, { ...circumstancesOf(context), breakdowns });
}

/** Everything that `experiment-assess` says. `full` also tells metrics by breakdown value. */
export async function assessmentAnswer(
  { id, detail }: { id: number; detail: 'concise' | 'full' },
  context: CallContext,
): Promise<AssessmentOutput> {
  const experiment = await readExperiment(id, context);
  const facts = await gatherFacts(experiment, context, detail === 'full');
  const { recommendation, variant_key, summary, findings, metrics, exposures, plan, evidence_comment } = assess(facts);
  const health = readHealth(experiment.health);
  const theirs = onlyPostHogs(health.findings, findings).map(viewHealth);
  const missing = [
    ...facts.missing,
    ...health.problems.map((problem) => `PostHog's health checks: ${problem}`),
  ].toSorted();
  // They belong to an argument that this tool does not have; the findings say what to do.
  const { note: _, recalculation_id: __, ...freshness } = facts.freshness;
  return {
    recommendation,
    variant_key,
    summary,
    project_id: context.project,
    id: experiment.id,
    name: experiment.name,
    status: statusOf(experiment),
    url: experimentUrl({ origin: context.api.origin, project: context.project }, experiment.id),
    findings,
    ...(theirs.length > 0 ? { posthog_findings: theirs } : {}),
    metrics,
    ...(exposures ? { exposures } : {}),
    plan,
    freshness:
      isUnread(facts.missing) && freshness.source === 'none'
        ? { ...freshness, note: 'The results could not be read.' }
        : freshness,
    ...(missing.length > 0 ? { missing } : {}),
    evidence_comment,
  };
}
