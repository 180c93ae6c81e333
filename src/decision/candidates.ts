import type { Evidence, GuardEvidence } from './evidence.js';

/** One variant over all metrics. */
export interface Candidate {
  variant: string;
  /** Clearly better on a primary metric and worse on none. */
  gains: boolean;
  /** Clearly worse on a primary metric and better on none. */
  loses: boolean;
  isOpen: boolean;
  guards: readonly GuardEvidence[];
  harms: boolean;
  gained: number;
  gain: number;
}

export function candidate(
  variant: string,
  primary: readonly Evidence[],
  secondary: readonly GuardEvidence[],
): Candidate {
  const own = primary.filter(({ comparison }) => comparison.variant === variant);
  const guards = secondary.filter(({ comparison }) => comparison.variant === variant);
  const gained = own.filter(({ standing }) => standing === 'gain').length;
  return {
    variant,
    gains: gained > 0 && own.every(({ alone }) => alone !== 'worse'),
    loses: own.some(({ standing }) => standing === 'loss') && own.every(({ alone }) => alone !== 'better'),
    isOpen: own.some(({ standing }) => standing === 'unresolved'),
    guards,
    harms: guards.some(({ guard }) => guard === 'harm'),
    gained,
    gain: own.reduce((sum, { comparison }) => sum + (comparison.gain ?? 0), 0),
  };
}

/** Most metrics gained, then the largest gain, then the key: any order of facts gives the same one. */
export function bestOf(candidates: readonly Candidate[]): Candidate[] {
  return candidates.toSorted((a, b) => b.gained - a.gained || b.gain - a.gain || (a.variant < b.variant ? -1 : 1));
}
