import type { Claim } from '../../schema/claim.js';
import type { Experiment } from '../../schema/experiment.js';
import { type FlagFilters, type ReleaseGroup, variantsOf } from '../../schema/flag.js';

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

/**
 * Other filters that give one variant the whole split ship it, by whatever call; a draft has nothing to ship while its
 * flag is off.
 */
export function shippingClaim(filters: FlagFilters, { start_date, feature_flag }: Experiment): Claim[] {
  const variant = servedToAll(filters);
  const shipped = feature_flag ? servedToAll(feature_flag.filters) : undefined;
  const isServed = Boolean(start_date) || feature_flag?.active === true;
  return !isServed || variant === undefined || variant === shipped ? [] : [{ kind: 'ship', variant }];
}

/**
 * The variant that everybody inside gets, whatever few are forced on another one: by the split, by a release group that
 * lets everyone in and forces it on them, or because every group that lets somebody in does.
 */
export function servedToAll(filters: FlagFilters): string | undefined {
  const groups = (filters.groups ?? []).filter(({ rollout_percentage }) => rollout_percentage !== 0);
  const forced = groups.find(letsAllIn)?.variant ?? sameVariant(groups);
  return forced || variantsOf(filters).find(({ split_percent }) => split_percent === 100)?.key;
}

function letsAllIn({ properties, rollout_percentage }: ReleaseGroup): boolean {
  return !properties?.length && (rollout_percentage ?? 100) === 100;
}

function sameVariant([first, ...others]: readonly ReleaseGroup[]): string | undefined {
  const isSame = others.every(({ variant }) => variant === first?.variant);
  return (isSame && first?.variant) || undefined;
}
