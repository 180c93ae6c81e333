import { assess } from '../decision/assess.js';
import type { ActivityFact } from '../decision/facts.js';
import { gate } from '../decision/gates.js';
import { ToolError } from '../errors.js';
import type { Claim } from '../schema/claim.js';
import type { Experiment } from '../schema/experiment.js';
import { type FlagFilters, flagFiltersWire } from '../schema/flag.js';
import { newlyShipped } from '../serving/shipping.js';
import type { CallContext } from '../tool.js';
import type { Gate } from '../writes/pipeline/consent.js';
import { gatherFacts } from './assess.js';
import { readActivity } from './assess-activity.js';

/**
 * Holds claims against the stored results of an experiment. A claim that only puts back what stood there before the last
 * change of it, as an undo does, is no new claim and passes: the activity log tells.
 */
export async function judgeClaims(
  claims: readonly Claim[],
  experiment: Experiment,
  context: CallContext,
): Promise<Gate> {
  const assessment = assess(await gatherFacts(experiment, context));
  const results = claims.map((claim) => ({ claim, ...gate(assessment, claim) }));
  const failed = results.filter(({ passes }) => !passes);
  const restores = failed.length > 0 && (await putsBack(failed, experiment, context));
  const { recommendation, variant_key, findings, evidence_comment } = assessment;
  const because = restores ? [] : failed.flatMap(({ because: sentence }) => sentence ?? []);
  return { passes: because.length === 0, because, recommendation, variant_key, findings, evidence_comment };
}

async function putsBack(
  failed: readonly { claim: Claim }[],
  experiment: Experiment,
  context: CallContext,
): Promise<boolean> {
  try {
    const { entries } = await readActivity(experiment.id, 0, context);
    const last = lastServed(entries, experiment);
    return failed.every(({ claim }) =>
      claim.kind === 'end'
        ? stoodBefore(claim, entries, experiment)
        : last !== undefined && newlyShipped(last, claim.filters).length === 0,
    );
  } catch (error) {
    // Without the log nothing tells of an undo; the claim then needs its reason.
    if (error instanceof ToolError && error.code !== 'cancelled') return false;
    throw error;
  }
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

/**
 * What the flag served before its newest change: other filters, or the same ones where it has only been turned off since.
 * Undefined where the log does not tell.
 */
function lastServed(entries: readonly ActivityFact[], { feature_flag: flag }: Experiment): FlagFilters | undefined {
  for (const { changes } of entries) {
    const changed = changes.find(({ field }) => FLAG_FIELDS.includes(field));
    if (changed) return flagFiltersWire.safeParse(changed.before).data;
    if (changes.some(({ field, before }) => field === 'active' && before === true)) return flag?.filters;
  }
  return undefined;
}

const FLAG_FIELDS: readonly string[] = ['filters', 'feature_flag'];
