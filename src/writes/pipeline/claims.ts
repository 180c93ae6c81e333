import { z } from 'zod';
import type { Claim } from '../../schema/claim.js';
import { type Experiment, experimentWire } from '../../schema/experiment.js';
import type { FlagFilters } from '../../schema/flag.js';
import { newlyShipped } from '../../serving/shipping.js';
import type { AnyWriteTool, Plan } from '../../tool.js';

/** What a conclusion claims where it is a new one; nothing where it stands already or none is given. */
export function claimOf({ conclusion, conclusion_comment, clear }: Concluding, experiment: Experiment): Claim[] {
  if (conclusion === undefined || conclusion === experiment.conclusion) return [];
  const stored = clear?.includes('conclusion_comment') ? '' : (experiment.conclusion_comment ?? '');
  return [{ kind: 'end', conclusion, comment: conclusion_comment ?? stored }];
}

interface Concluding {
  conclusion?: string | undefined;
  conclusion_comment?: string | undefined;
  clear?: readonly string[] | undefined;
}

/** Conclusions that say how the variants compare. */
const VERDICTS: readonly string[] = ['won', 'lost'];

/** The same for calls that put a conclusion right or back: those that say nothing of the variants need no assessment. */
export function verdictClaimOf(input: Concluding, experiment: Experiment): Claim[] {
  return input.conclusion !== undefined && VERDICTS.includes(input.conclusion) ? claimOf(input, experiment) : [];
}

const stateBefore = z.looseObject({
  experiment: experimentWire,
  sharers: z.array(z.looseObject({ status: z.string() })),
});

interface Claiming {
  tool: Pick<AnyWriteTool, 'gated'>;
  before: unknown;
  plan: Plan<unknown>;
}

/** All that a call claims: what its tool says, and what the flag would serve that it does not serve now. */
export function claimsOf({ tool, before, plan }: Claiming): Claim[] {
  const said = plan.claims ?? [];
  const state = stateBefore.safeParse(before).data;
  const after = experimentWire.safeParse(plan.after).data;
  if (tool.gated === undefined || !state || !after) return [...said];
  const shipped = shippingClaims(state, after);
  const isSaid = (claim: Claim) =>
    said.some((one) => one.kind === 'ship' && claim.kind === 'ship' && one.variant === claim.variant);
  return [...said, ...shipped.filter((claim) => !isSaid(claim))];
}

function shippingClaims({ experiment, sharers }: z.output<typeof stateBefore>, after: Experiment): Claim[] {
  const isShared = sharers.some(({ status }) => status !== 'draft');
  const [was, is] = [servedBy(experiment, isShared), servedBy(after, isShared)];
  if (is === null) return [];
  const found = newlyShipped(was, is);
  // To users of a flag that was off, the baseline is what they had. A first variant that is no `control` is not taken for
  // one: the variants of a draft can be named anew.
  const baseline = after.stats_config?.baseline_variant_key ?? 'control';
  const isNew = (variant: string | null) => was !== null || variant !== baseline;
  return found
    .filter(({ variant }) => isNew(variant))
    .map(
      (one): Claim =>
        one.variant === null
          ? { kind: 'unproven', because: one.because, filters: is }
          : { kind: 'ship', variant: one.variant, filters: is },
    );
}

/**
 * What the flag serves; null where it serves nobody. Once an experiment on it was launched the flag counts as on, so that
 * a change that is made while it is off, and a resume after that, are judged when the change is made.
 */
function servedBy({ start_date, feature_flag: flag }: Experiment, isShared: boolean): FlagFilters | null {
  if (!flag || flag.deleted) return null;
  return flag.active || start_date || isShared ? flag.filters : null;
}
