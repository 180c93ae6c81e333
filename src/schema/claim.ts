/** What a call says about the evidence: that an experiment was won or lost, or that a variant deserves to be shipped. */
export type Claim =
  /** `comment`: what the conclusion would be stored with; '' for none. */
  { kind: 'end'; conclusion: string; comment: string } | { kind: 'ship'; variant: string };
