/** What a call says about the evidence: that an experiment was won or lost, or that a variant deserves to be shipped. */
export type Claim = { kind: 'end'; conclusion: string } | { kind: 'ship'; variant: string };
