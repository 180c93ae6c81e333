import type { Experiment } from '../schema/experiment.js';
import {
  type Flag,
  type FlagFilters,
  flagHoldout,
  flagProblem,
  hasEarlyAccess,
  isFrozen,
  type ReleaseGroup,
  shippedVariant,
} from '../schema/flag.js';
import { idAndName, plainOrQuoted, quoted } from '../schema/quote.js';
import type { FlagSharer, Warning } from '../tool.js';
import {
  closedBecause,
  DRIFT,
  entriesOf,
  insideRange,
  isForced,
  isOn,
  reachedVariants,
  servedShares,
  soleVariant,
  whyNobody,
} from './served.js';
import { splitOf, unitOf } from './shares.js';

/** Statuses of an experiment that needs its flag. */
export const LIVE_STATUSES: readonly string[] = ['running', 'paused', 'exposure_frozen'];

export const FLAG_GOES_OFF = 'The flag goes off: everybody falls back to the default of the code.';

/** "control 50%, test 50%"; of splits that do not sum to 100% what PostHog makes of them. */
export function splitText({ filters }: Flag): string {
  const parts = splitOf(filters).map(([key, part]) => ({ key, percent: percentOf(part) }));
  const variants = parts.slice(0, -1).map(({ key, percent }) => `${plainOrQuoted(key)} ${percent}%`);
  const rest = parts.at(-1)?.percent ?? 0;
  return `${variants.join(', ')}${rest > 0 ? `, and ${rest}% get the flag without a variant` : ''}`;
}

/** A share of 0 to 1 in per cent, without the drift of floats. */
function percentOf(share: number): number {
  return Number((share * 100).toFixed(2));
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

/** "users", or what the flag goes by in their place. */
function nounOf({ filters }: Flag): string {
  const types = new Set((filters.groups ?? []).map((group) => unitOf(group, filters)));
  const [type] = types;
  return types.size === 1 && typeof type === 'number' ? `groups of type ${type}` : 'users';
}

/** All whom a release to everybody reaches, in words. */
export function everyoneText(flag: Flag): string {
  return `all ${nounOf(flag)}${outsideHoldout(flag)}${earlyAccess(flag)}`;
}

/** Who can enter, in words. */
export function audienceText(flag: Flag): string {
  return `${insideText(flag)}${earlyAccess(flag)}`;
}

function insideText(flag: Flag): string {
  const { filters } = flag;
  const outside = outsideHoldout(flag);
  const entries = entriesOf(filters);
  const some = (share: number) => `${share === 1 ? 'all' : `${percentOf(share)}% of`} ${nounOf(flag)}${outside}`;
  const [only, ...more] = entries;
  if (isFrozen(filters)) return `${nounOf(flag)}${outside} who were enrolled before exposure was frozen`;
  const inside = insideRange(filters);
  const isSame = inside !== null && inside.max - inside.min < DRIFT;
  if (only && more.length === 0) {
    if (only.hasConditions) return `${some(only.share)} who match the flag's release conditions`;
    // A user without a group is not one of those whom a release group keeps out.
    const isAlone = nounOf(flag) !== 'users' && filters.groups?.length === 1;
    const keptOut =
      isSame || isAlone ? '' : ` ${nounOf(flag) === 'users' ? 'whom' : 'that'} no earlier release group keeps out`;
    return `${some(only.share)}${keptOut}`;
  }
  if (isSame) return some(inside.max);
  const least = inside && inside.min > 0 ? `, at least ${percentOf(inside.min)}% of all` : '';
  return `${nounOf(flag)}${outside} who match one of the flag's ${entries.length} release groups${least}`;
}

/** "all users" at the start of a sentence. */
export function sentence(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** For one that is over, or will be: nothing else would say that its users are still split. */
export function stillSplitWarnings({ feature_flag: flag }: Experiment): Warning[] {
  if (!flag || whyNobody(flag) !== undefined) return [];
  const message =
    'Its users stay split between the variants. experiment-ship-variant gives all of them the one that is to stay.';
  return reachedVariants(flag.filters).length > 1 ? [{ code: 'still_split', message }] : [];
}

/** What users get while the flag is on. */
export function servedText(flag: Flag): string {
  const problem = flagProblem(flag);
  if (problem !== undefined) return `unknown who gets what: the flag is ${problem}`;
  const { filters } = flag;
  const closed = closedBecause(filters);
  if (closed !== undefined) return `nobody enters, since ${closed}${earlyAccess(flag)}`;
  const kept = flag.ensure_experience_continuity === true ? ', the same before and after login' : '';
  return `${audienceText(flag)} ${dealtText(flag)}${kept}${unreachedText(filters)}`;
}

/** Which variants those inside get. */
function dealtText(flag: Flag): string {
  const { filters } = flag;
  const entries = entriesOf(filters);
  const sole = soleVariant(filters);
  const shipped = shippedVariant(filters);
  if (sole !== undefined) {
    const forced = sole === shipped ? '' : ', which the release conditions force whatever the split';
    return `see ${quoted(sole)}${forced}`;
  }
  const forced = entries.flatMap((entry) =>
    entry.forced !== undefined && entry.forced !== shipped
      ? [`release group ${entry.number} always gets ${quoted(entry.forced)}`]
      : [],
  );
  if (isForced(filters))
    return `get what their release group names, and the split deals out nothing: ${forced.join(', ')}`;
  const hasVariants = reachedVariants(filters).length > 0;
  const split = hasVariants ? `are split ${splitText(flag)}` : 'get the flag without a variant';
  const rest = shipped === undefined ? split : `see ${quoted(shipped)}`;
  return forced.length === 0 ? rest : `${rest}, except that ${forced.join(' and ')}${inAllText(filters)}`;
}

/** What split and forced variants come to together, where no property decides. */
function inAllText(filters: FlagFilters): string {
  const served = servedShares({ filters: { ...filters, holdout: null }, active: true });
  if (!served?.exact) return '';
  const inside = insideRange(filters)?.max ?? 1;
  const parts = reachedVariants(filters).map(
    (key) => `${plainOrQuoted(key)} ${percentOf((served.values[key]?.max ?? 0) / inside)}%`,
  );
  return `, which makes ${parts.join(', ')} in all`;
}

/** Release groups with a rollout that let in nobody whom an earlier one has not let in, or stopped. */
function unreachedText(filters: FlagFilters): string {
  const reached = entriesOf(filters).map(({ number }) => number);
  const idle = (filters.groups ?? []).flatMap(({ rollout_percentage: rollout }, at) =>
    rollout === 0 || reached.includes(at + 1) ? [] : [at + 1],
  );
  if (idle.length === 0) return '';
  return ` (release group${idle.length > 1 ? 's' : ''} ${idle.join(', ')} let${idle.length > 1 ? '' : 's'} in nobody: an earlier one decides for all)`;
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
  if (!isOn(flag)) return `Nobody is in a variant: ${whyNobody(flag)}, everyone gets the default of the code.`;
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
