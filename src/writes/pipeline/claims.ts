import { z } from 'zod';
import type { Claim } from '../../schema/claim.js';
import type { Experiment } from '../../schema/experiment.js';
import { type FlagFilters, flagWire } from '../../schema/flag.js';
import { newlyShipped } from '../../serving/shipping.js';
import type { AnyWriteTool, Plan } from '../../tool.js';

/** What a conclusion claims where it is a new one; nothing where it stands already or none is given. */
export function claimOf({ conclusion }: Concluding, experiment: Experiment): Claim[] {
  return !conclusion || conclusion === experiment.conclusion ? [] : [{ kind: 'end', conclusion }];
}

interface Concluding {
  conclusion?: string | null | undefined;
}

/** Conclusions that say how the variants compare. */
const VERDICTS: readonly string[] = ['won', 'lost'];

/** The same for calls that put a conclusion right or back: those that say nothing of the variants need no assessment. */
export function verdictClaimOf(input: Concluding, experiment: Experiment): Claim[] {
  return VERDICTS.includes(input.conclusion ?? '') ? claimOf(input, experiment) : [];
}

/** What a state must say for its flag to be judged. A prediction has `NOW` where PostHog will set a time. */
const serving = z.looseObject({ start_date: z.string().nullish(), feature_flag: flagWire.nullish() });
type Serving = z.output<typeof serving>;

const stateBefore = z.looseObject({
  experiment: serving,
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
  if (tool.gated === undefined || before === null || plan.after === undefined) return [...said];
  // What cannot be parsed ends the call: passed over, it would take the gate away.
  const shipped = shippingClaims(stateBefore.parse(before), serving.parse(plan.after));
  const isSaid = (claim: Claim) =>
    said.some((one) => one.kind === 'ship' && claim.kind === 'ship' && one.variant === claim.variant);
  return [...said, ...shipped.filter((claim) => !isSaid(claim))];
}

function shippingClaims({ experiment, sharers }: z.output<typeof stateBefore>, after: Serving): Claim[] {
  const isShared = sharers.some(({ status }) => status !== 'draft');
  const [was, is] = [servedBy(experiment, isShared), servedBy(after, isShared)];
  if (is === null) return [];
  return newlyShipped(was, is).map(
    (one): Claim =>
      one.variant === null ? { kind: 'unproven', because: one.because } : { kind: 'ship', variant: one.variant },
  );
}

/**
 * What the flag serves; null where it serves nobody. Once an experiment on it was launched the flag counts as on, so that
 * a change that is made while it is off, and a resume after that, are judged when the change is made.
 */
function servedBy({ start_date, feature_flag: flag }: Serving, isShared: boolean): FlagFilters | null {
  if (!flag || flag.deleted) return null;
  return flag.active || start_date || isShared ? flag.filters : null;
}
