import type { FlagFilters } from './flag.js';

/** What a call says about the evidence: that an experiment was won or lost, or that a variant deserves to be shipped. */
export type Claim =
  /** `comment`: what the conclusion would be stored with; '' for none. */
  | { kind: 'end'; conclusion: string; comment: string }
  /** `filters`: the flag as the call leaves it. */
  | { kind: 'ship'; variant: string; filters: FlagFilters }
  /** Everybody is to get what no results can speak for. */
  | { kind: 'unproven'; because: string; filters: FlagFilters };
