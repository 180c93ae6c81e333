import type { Experiment } from '../schema/experiment.js';
import {
  type Flag,
  flagHoldout,
  flagProblem,
  hasEarlyAccess,
  type ReleaseGroup,
  rolloutOf,
  shippedVariant,
  targetedGroups,
  variantsOf,
} from '../schema/flag.js';
import { idAndName, plainOrQuoted, quoted } from '../schema/quote.js';
import type { FlagSharer, Warning } from '../tool.js';

/** Statuses of an experiment that needs its flag. */
export const LIVE_STATUSES: readonly string[] = ['running', 'paused', 'exposure_frozen'];

export const FLAG_GOES_OFF = 'The flag goes off: everybody falls back to the default of the code.';

/** "control 50%, test 50%". */
export function splitText(flag: Flag): string {
  return variantsOf(flag.filters)
    .map((variant) => `${plainOrQuoted(variant.key)} ${variant.split_percent}%`)
    .join(', ');
}

/** Whom PostHog keeps or takes before it asks any release group: " outside the 20% holdout". */
function outsideHoldout({ filters }: Flag): string {
  const holdout = flagHoldout(filters);
  if (!holdout || holdout.exclusion_percentage === 0) return '';
  const { id, exclusion_percentage: share } = holdout;
  return share === undefined ? ` outside holdout ${id}` : ` outside the ${share}% holdout`;
}

function earlyAccess({ filters }: Flag): string {
  return hasEarlyAccess(filters) ? ' (but early access decides first for users who chose)' : '';
}

/** All whom a release to everybody reaches, in words. */
export function everyoneText(flag: Flag): string {
  return `all users${outsideHoldout(flag)}${earlyAccess(flag)}`;
}

/** Who can enter, in words. */
export function audienceText(flag: Flag): string {
  const groups = flag.filters.groups?.length ?? 0;
  const outside = outsideHoldout(flag);
  const early = earlyAccess(flag);
  if (groups > 1) return `users${outside} who match one of the flag's ${groups} release groups${early}`;
  const rollout = rolloutOf(flag.filters);
  const share = `${rollout === 100 ? 'all users' : `${rollout}% of users`}${outside}`;
  return `${share}${targetedGroups(flag.filters) > 0 ? " who match the flag's release conditions" : ''}${early}`;
}

/** "all users" at the start of a sentence. */
export function sentence(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** For one that is over, or will be: nothing else would say that its users are still split. */
export function stillSplitWarnings({ feature_flag: flag }: Experiment): Warning[] {
  if (!flag?.active || flag.deleted || rolloutOf(flag.filters) === 0) return [];
  const served = variantsOf(flag.filters).filter(({ split_percent: percent }) => percent > 0);
  const message =
    'Its users stay split between the variants. experiment-ship-variant gives all of them the one that is to stay.';
  return served.length > 1 ? [{ code: 'still_split', message }] : [];
}

/** What users get while the flag is on. */
export function servedText(flag: Flag): string {
  const problem = flagProblem(flag);
  if (problem !== undefined) return `unknown who gets what: the flag is ${problem}`;
  const groups = flag.filters.groups ?? [];
  if (groups.length === 0) return 'nobody enters, since the flag has no release group';
  if (groups.length === 1 && rolloutOf(flag.filters) === 0) return 'nobody enters, since the rollout is 0%';
  const shipped = shippedVariant(flag.filters);
  const split = variantsOf(flag.filters).length > 0 ? `are split ${splitText(flag)}` : 'get the flag without a variant';
  const served = shipped ? `see ${quoted(shipped)}` : split;
  const forced = groups.flatMap(({ variant }, index) =>
    variant && variant !== shipped ? [`release group ${index + 1} always gets ${quoted(variant)}`] : [],
  );
  return `${audienceText(flag)} ${served}${forced.length > 0 ? `, except that ${forced.join(' and ')}` : ''}`;
}

/** "group 2 (20% of users who match its conditions, always "test")". */
export function groupText({ properties, rollout_percentage, variant }: ReleaseGroup, number: number): string {
  const share = (rollout_percentage ?? 100) === 100 ? 'all users' : `${rollout_percentage}% of users`;
  const matching = properties?.length ? `${share} who match its conditions` : share;
  return `group ${number} (${matching}${variant ? `, always ${quoted(variant)}` : ''})`;
}

/** What users see now, given the flag as it stands. */
export function nowSeen(experiment: Experiment): string {
  const flag = experiment.feature_flag;
  if (!flag) return 'Unknown: the experiment has no feature flag.';
  if (flag.deleted) return 'Nobody is in a variant: the flag is deleted, everyone gets the default of the code.';
  if (!flag.active) return 'Nobody is in a variant: the flag is off, everyone gets the default of the code.';
  return `The flag is on: ${servedText(flag)}.`;
}

/** Warns that an experiment that starts or opens again does so out of sight. */
export function archivedWarnings({ archived }: Experiment): Warning[] {
  if (!archived) return [];
  const message = 'It is archived, so it runs hidden from the default list: experiment-unarchive brings it back there.';
  return [{ code: 'archived', message }];
}

/** Warns that a change of the flag reaches other experiments. */
export function sharedFlagWarnings(sharers: readonly FlagSharer[]): Warning[] {
  if (sharers.length === 0) return [];
  const names = sharers
    .map((other) => `${idAndName(other)} (${other.status}${other.archived ? ', archived' : ''})`)
    .join(', ');
  return [
    {
      code: 'shared_flag',
      message: `The same feature flag serves ${names}: a change of the flag reaches them too.`,
      experiments: sharers.map(({ id }) => id),
    },
  ];
}
