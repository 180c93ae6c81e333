/** What a call says about the evidence: that an experiment was won or lost, or that a variant deserves to be shipped. */
export type Claim =
  | { kind: 'end'; conclusion: string }
  | { kind: 'ship'; variant: string }
  /** Everybody is to get what no results can speak for. */
  | { kind: 'unproven'; because: string };
