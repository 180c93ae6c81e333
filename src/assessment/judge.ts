import { z } from 'zod';
import { assess } from '../decision/assess.js';
import type { ActivityFact } from '../decision/facts.js';
import { gate } from '../decision/gates.js';
import { ToolError } from '../errors.js';
import { apiPath } from '../posthog/path.js';
import type { Claim } from '../schema/claim.js';
import type { Experiment } from '../schema/experiment.js';
import { type FlagFilters, flagFiltersWire } from '../schema/flag.js';
import { wireTime } from '../schema/wire.js';
import { servesAlike } from '../serving/shipping.js';
import type { CallContext } from '../tool.js';
import type { Gate } from '../writes/pipeline/consent.js';
import { gatherFacts } from './assess.js';
import { readActivity } from './assess-activity.js';

/**
 * Holds claims against the stored results of an experiment. Two kinds need no evidence, if the activity log bears them out: a
 * call that puts back what stood there before the last change, as an undo does, and the baseline at a first launch.
 */
export async function judgeClaims(
  claims: readonly Claim[],
  experiment: Experiment,
  context: CallContext,
): Promise<Gate> {
  const assessment = assess(await gatherFacts(experiment, context));
  const results = claims.map((claim) => ({ claim, ...gate(assessment, claim) }));
  const failed = results.filter(({ passes }) => !passes);
  const isExcused = failed.length > 0 && (await excusedByLog(failed, experiment, context));
  const { recommendation, variant_key, findings, evidence_comment } = assessment;
  const because = isExcused ? [] : failed.flatMap(({ because: sentence }) => sentence ?? []);
  return { passes: because.length === 0, because, recommendation, variant_key, findings, evidence_comment };
}

async function excusedByLog(
  failed: readonly { claim: Claim }[],
  experiment: Experiment,
  context: CallContext,
): Promise<boolean> {
  try {
    const { entries, cut } = await readActivity(experiment.id, 0, context);
    const isFirstLaunch =
      !cut && !experiment.start_date && !wasLaunched(entries) && (await madeItsFlag(experiment, context));
    const last = lastServed(entries, experiment);
    return failed.every(({ claim }) => {
      if (claim.kind === 'end') return stoodBefore(claim, entries, experiment);
      // Its users had the baseline before there was an experiment; after a reset, some of them had another variant.
      if (claim.kind === 'ship' && claim.isFirst && isFirstLaunch) return true;
      // Its log does not tell what a call on another experiment did to their flag, nor why.
      if (claim.isShared || last === undefined || !servesAlike(last.filters, claim.filters)) return false;
      return [...last.comments].every((comment) => comment === claim.comment);
    });
  } catch (error) {
    // Without the log nothing tells of an undo; the claim then needs its reason.
    if (error instanceof ToolError && error.code !== 'cancelled') return false;
    throw error;
  }
}

/** A flag that is clearly older than its experiment may have served the users of another one. Milliseconds. */
const MADE_TOGETHER_MS = 60_000;

async function madeItsFlag(
  { created_at, feature_flag: flag }: Experiment,
  { api, project }: CallContext,
): Promise<boolean> {
  if (!flag || !created_at) return false;
  const whole = await api.get(apiPath`/api/projects/${project}/feature_flags/${flag.id}/`, flagAge);
  return Date.parse(created_at) - Date.parse(whole.created_at) < MADE_TOGETHER_MS;
}

const flagAge = z.looseObject({ created_at: wireTime });

/** Whether an experiment that is a draft now was launched before: a reset clears its start. */
function wasLaunched(entries: readonly ActivityFact[]): boolean {
  return entries.some(({ changes }) => changes.some(({ field, before }) => field === 'start_date' && Boolean(before)));
}

/**
 * Whether the conclusion before the newest change of it was this one, with this comment: without the comment, a reason that
 * once overrode a gate would be dropped and its verdict kept.
 */
function stoodBefore(
  { conclusion, comment: stored }: Extract<Claim, { kind: 'end' }>,
  entries: readonly ActivityFact[],
  experiment: Experiment,
): boolean {
  let comment = experiment.conclusion_comment ?? '';
  for (const { changes } of entries) {
    const of = changes.find(({ field }) => field === 'conclusion_comment');
    if (of) comment = textOf(of.before);
    const changed = changes.find(({ field }) => field === 'conclusion');
    if (changed) return changed.before === conclusion && comment === stored;
  }
  return false;
}

const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');

interface Served {
  filters: FlagFilters;
  /** Every comment that the conclusion had since these filters were set: one of them may hold the reason of an override. */
  comments: ReadonlySet<string>;
}

/**
 * What the flag served before its newest change: other filters, or the same ones where it has only been turned off since.
 * Undefined where the log does not tell, and where the experiment was no run then: a split that a draft once had was never
 * tried.
 */
function lastServed(entries: readonly ActivityFact[], experiment: Experiment): Served | undefined {
  const { feature_flag: flag, start_date, conclusion_comment } = experiment;
  // The state as it was before each entry, from now backwards.
  let launched = Boolean(start_date);
  let comment = conclusion_comment ?? '';
  for (const [index, { changes }] of entries.entries()) {
    const before = new Map(changes.map((change) => [change.field, change.before]));
    if (before.has('start_date')) launched = Boolean(before.get('start_date'));
    if (before.has('conclusion_comment')) comment = textOf(before.get('conclusion_comment'));
    const changed = changes.find(({ field }) => FLAG_FIELDS.includes(field));
    if (!changed && before.get('active') !== true) continue;
    const filters = changed ? flagFiltersWire.safeParse(changed.before).data : flag?.filters;
    if (!filters || !launched) return undefined;
    return { filters, comments: new Set([comment, ...commentsSet(entries.slice(index + 1))]) };
  }
  return undefined;
}

/** Comments that were set since the newest change of the filters among these entries, that change and its neighbour included. */
function commentsSet(entries: readonly ActivityFact[]): string[] {
  const set = entries.findIndex(({ changes }) => changes.some(({ field }) => FLAG_FIELDS.includes(field)));
  // PostHog logs what one call does to the flag and to the experiment apart, in either order.
  const since = set < 0 ? entries : entries.slice(0, set + 2);
  return since.flatMap(({ changes }) =>
    changes.filter(({ field }) => field === 'conclusion_comment').map(({ after }) => textOf(after)),
  );
}

const FLAG_FIELDS: readonly string[] = ['filters', 'feature_flag'];
