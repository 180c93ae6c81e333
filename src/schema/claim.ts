import type { FlagFilters } from './flag.js';

/** What a call says about the evidence: that an experiment was won or lost, or that a variant deserves to be shipped. */
export type Claim =
  /** `comment`: what the conclusion would be stored with; '' for none. */
  | { kind: 'end'; conclusion: string; comment: string }
  /** `isFirst`: the flag served nobody before, and this is its baseline. */
  | ({ kind: 'ship'; variant: string; isFirst?: true } & Leaving)
  /** Everybody is to get what no results can speak for. */
  | ({ kind: 'unproven'; because: string } & Leaving);

interface Leaving {
  /** Other experiments use the flag. */
  isShared: boolean;
  /** The flag as the call leaves it. */
  filters: FlagFilters;
  /** The conclusion's comment as the call leaves it, which holds the reason of an override; '' for none. */
  comment: string;
}
