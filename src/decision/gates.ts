import type { Finding } from '../schema/assessment.js';
import type { Claim } from '../schema/claim.js';
import { plainOrQuoted } from '../schema/quote.js';
import type { Assessment } from './assess.js';

export interface GateResult {
  passes: boolean;
  /** Why it does not pass, in one sentence; absent where it does. */
  because?: string;
  /** What stands in the way, and what a careful reader should know: warnings and blockers first. */
  findings: readonly Finding[];
}

type Judgeable = Pick<Assessment, 'recommendation' | 'variant_key' | 'baseline' | 'findings' | 'step'>;

/** The recommendation that a claim needs; null where it needs none. */
function needed(
  claim: Exclude<Claim, { kind: 'unproven' }>,
  { baseline }: Judgeable,
): { recommendation: string; variant?: string } | null {
  if (claim.kind === 'ship') {
    return claim.variant === baseline
      ? { recommendation: 'keep_control' }
      : { recommendation: 'ship', variant: claim.variant };
  }
  if (claim.conclusion === 'won') return { recommendation: 'ship' };
  return claim.conclusion === 'lost' ? { recommendation: 'keep_control' } : null;
}

function phrase(recommendation: string, variant: string | null | undefined): string {
  return variant ? `${recommendation} ${plainOrQuoted(variant)}` : recommendation;
}

/**
 * Whether the evidence carries a claim. `won` and shipping a variant pass only where the assessment says to ship (that
 * variant); `lost` and shipping the baseline only where it says to keep control. Every other conclusion passes, and what
 * was never compared never does.
 */
export function gate(assessment: Judgeable, claim: Claim): GateResult {
  const { recommendation, variant_key, findings, step } = assessment;
  if (claim.kind === 'unproven') return { passes: false, because: claim.because, findings };
  const need = needed(claim, assessment);
  const fits =
    need === null ||
    (need.recommendation === recommendation && (need.variant === undefined || need.variant === variant_key));
  if (fits) return { passes: true, findings };
  const wanted = claim.kind === 'ship' ? `Shipping ${plainOrQuoted(claim.variant)}` : `"${claim.conclusion}"`;
  return {
    passes: false,
    because: `${wanted} needs the assessment ${phrase(need.recommendation, need.variant)}; it is ${phrase(recommendation, variant_key)} (${step}).`,
    findings,
  };
}
