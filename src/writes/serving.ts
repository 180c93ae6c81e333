import type { Experiment } from '../schema/experiment.js';
import { type Flag, rolloutOf, shippedVariant, targetedGroups, variantsOf } from '../schema/flag.js';
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

/** Who can enter, in words. */
export function audienceText(flag: Flag): string {
  const groups = flag.filters.groups?.length ?? 0;
  if (groups > 1) return `users who match one of the flag's ${groups} release groups`;
  const rollout = rolloutOf(flag.filters);
  const share = rollout === 100 ? 'all users' : `${rollout}% of users`;
  return targetedGroups(flag.filters) > 0 ? `${share} who match the flag's release conditions` : share;
}

/** "all users" at the start of a sentence. */
export function sentence(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** What users get while the flag is on. */
export function servedText(flag: Flag): string {
  const shipped = shippedVariant(flag.filters);
  return shipped
    ? `${audienceText(flag)} see ${quoted(shipped)}`
    : `${audienceText(flag)} are split ${splitText(flag)}`;
}

/** What users see now, given the flag as it stands. */
export function nowSeen(experiment: Experiment): string {
  const flag = experiment.feature_flag;
  if (!flag) return 'Unknown: the experiment has no feature flag.';
  if (flag.deleted) return 'Nobody is in a variant: the flag is deleted, everyone gets the default of the code.';
  if (!flag.active) return 'Nobody is in a variant: the flag is off, everyone gets the default of the code.';
  return `The flag is on: ${servedText(flag)}.`;
}

/** Warns that a change of the flag reaches other experiments. */
export function sharedFlagWarnings(sharers: readonly FlagSharer[]): Warning[] {
  if (sharers.length === 0) return [];
  const names = sharers.map((other) => `${idAndName(other)} (${other.status})`).join(', ');
  return [
    { code: 'shared_flag', message: `The same feature flag serves ${names}: a change of the flag reaches them too.` },
  ];
}
