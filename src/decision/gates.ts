import type { Finding } from '../schema/assessment.js';
import { plainOrQuoted } from '../schema/quote.js';
import type { Assessment } from './assess.js';

/** What somebody is about to do with an experiment. A conclusion that is left out claims nothing. */
export type Intent = { kind: 'end'; conclusion: string | undefined } | { kind: 'ship'; variant: string };

export interface GateResult {
  passes: boolean;
  /** Why it does not pass, in one sentence; absent where it does. */
  because?: string;
  /** What stands in the way, and what a careful reader should know: warnings and blockers first. */
  findings: readonly Finding[];
}

type Judgeable = Pick<Assessment, 'recommendation' | 'variant_key' | 'baseline' | 'findings'>;

/** The recommendation that an intent needs; null where it needs none. */
function needed(intent: Intent, { baseline }: Judgeable): { recommendation: string; variant?: string } | null {
  if (intent.kind === 'ship') {
    return intent.variant === baseline
      ? { recommendation: 'keep_control' }
      : { recommendation: 'ship', variant: intent.variant };
  }
  if (intent.conclusion === 'won') return { recommendation: 'ship' };
  return intent.conclusion === 'lost' ? { recommendation: 'keep_control' } : null;
}

function phrase(recommendation: string, variant: string | null | undefined): string {
  return variant ? `${recommendation} ${plainOrQuoted(variant)}` : recommendation;
}

/**
 * Whether the evidence carries an intent. `won` and shipping a variant pass only where the assessment says to ship (that
 * variant); `lost` and shipping the baseline only where it says to keep control. Every other conclusion passes.
 */
export function gate(assessment: Judgeable, intent: Intent): GateResult {
  const { recommendation, variant_key, findings } = assessment;
  const need = needed(intent, assessment);
  const fits =
    need === null ||
    (need.recommendation === recommendation && (need.variant === undefined || need.variant === variant_key));
  if (fits) return { passes: true, findings };
  const wanted = intent.kind === 'ship' ? `Shipping ${plainOrQuoted(intent.variant)}` : `"${intent.conclusion}"`;
  return {
    passes: false,
    because: `${wanted} needs the assessment ${phrase(need.recommendation, need.variant)}; it is ${phrase(recommendation, variant_key)}.`,
    findings,
  };
}
