import { assess } from '../decision/assess.js';
import type { ActivityFact } from '../decision/facts.js';
import { gate } from '../decision/gates.js';
import { ToolError } from '../errors.js';
import type { Claim } from '../schema/claim.js';
import type { Experiment } from '../schema/experiment.js';
import { type FlagFilters, flagFiltersWire } from '../schema/flag.js';
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
    const isFirstLaunch = !cut && !experiment.start_date && !wasLaunched(entries);
    const last = lastServed(entries, experiment);
    return failed.every(({ claim }) => {
      if (claim.kind === 'end') return stoodBefore(claim, entries, experiment);
      // Its users had the baseline before there was an experiment; after a reset, some of them had another variant.
      if (claim.kind === 'ship' && claim.isFirst && isFirstLaunch) return true;
      return last !== undefined && last.comment === claim.comment && servesAlike(last.filters, claim.filters);
    });
  } catch (error) {
    // Without the log nothing tells of an undo; the claim then needs its reason.
    if (error instanceof ToolError && error.code !== 'cancelled') return false;
    throw error;
  }
}

/** Whether an experiment that is a draft now was launched before: a reset clears its start. */
function wasLaunched(entries: readonly ActivityFact[]): boolean {
  return entries.some(({ changes }) => changes.some(({ field, before }) => field === 'start_date' && Boolean(before)));
}

/**
 * Whether the conclusion before the newest change of it was this one, with this comment: without the comment, a reason that
 * once overrode a gate would be dropped and its verdict kept.
 */
function stoodBefore(
  { conclusion, comment }: Extract<Claim, { kind: 'end' }>,
  entries: readonly ActivityFact[],
  experiment: Experiment,
): boolean {
  for (const { changes } of entries) {
    const changed = changes.find(({ field }) => field === 'conclusion');
    if (changed === undefined) continue;
    const of = changes.find(({ field }) => field === 'conclusion_comment');
    const stood = (of ? of.before : experiment.conclusion_comment) ?? '';
    return changed.before === conclusion && stood === comment;
  }
  return false;
}

interface Served {
  filters: FlagFilters;
  /** The conclusion's comment at the time: without it, the reason of an override would be dropped and its ship kept. */
  comment: string;
}

/**
 * What the flag served before its newest change: other filters, or the same ones where it has only been turned off since.
 * Undefined where the log does not tell, and where they served nobody: a split that a draft once had was never tried.
 */
function lastServed(entries: readonly ActivityFact[], experiment: Experiment): Served | undefined {
  const { feature_flag: flag, start_date, conclusion_comment } = experiment;
  // The state as it was before each entry, from now backwards.
  let state = { active: flag?.active === true, launched: Boolean(start_date), comment: conclusion_comment ?? '' };
  for (const { changes } of entries) {
    const before = new Map(changes.map((change) => [change.field, change.before]));
    const comment = before.get('conclusion_comment');
    state = {
      active: before.has('active') ? before.get('active') === true : state.active,
      launched: before.has('start_date') ? Boolean(before.get('start_date')) : state.launched,
      comment: before.has('conclusion_comment') ? (typeof comment === 'string' ? comment : '') : state.comment,
    };
    const changed = changes.find(({ field }) => FLAG_FIELDS.includes(field));
    const wasOff = before.get('active') === true;
    if (!changed && !wasOff) continue;
    const filters = changed ? flagFiltersWire.safeParse(changed.before).data : flag?.filters;
    return filters && (state.active || state.launched) ? { filters, comment: state.comment } : undefined;
  }
  return undefined;
}

const FLAG_FIELDS: readonly string[] = ['filters', 'feature_flag'];
