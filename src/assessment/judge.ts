import { assess } from '../decision/assess.js';
import { gate } from '../decision/gates.js';
import type { Claim } from '../schema/claim.js';
import type { Experiment } from '../schema/experiment.js';
import type { CallContext } from '../tool.js';
import type { Gate } from '../writes/pipeline/consent.js';
import { gatherFacts } from './assess.js';

/** Holds claims against the stored results of an experiment. */
export async function judgeClaims(
  claims: readonly Claim[],
  experiment: Experiment,
  context: CallContext,
): Promise<Gate> {
  const assessment = assess(await gatherFacts(experiment, context));
  const { recommendation, variant_key, findings, evidence_comment } = assessment;
  const because = claims.flatMap((claim) => gate(assessment, claim).because ?? []);
  return { passes: because.length === 0, because, recommendation, variant_key, findings, evidence_comment };
}
