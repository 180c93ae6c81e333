import { canonical } from '../schema/canonical.js';
import { type Experiment, isLive } from '../schema/experiment.js';
import { type Flag, type FlagFilters, flagHoldout, rolloutOf, variantsOf } from '../schema/flag.js';
import type { Warning } from '../tool.js';
import { closedBecause, DRIFT, insideRange, whyNobody } from './served.js';
import { groupText, nowSeen, servedText } from './serving.js';

/** What a change of the flag does to users. */
export interface FlagShift {
  /** Some users get another variant: PostHog deals variants out by their percentages in their order. */
  rebuckets: boolean;
  /** Share of users that enter by the first release group, in percent, where it moves. */
  rollout?: { before: number; after: number };
  /** Who is held out changes; the ids of the holdouts, where there is one. */
  holdout?: { before: number | undefined; after: number | undefined };
  /** Who enters changes: the conditions of the release groups, or whether they are about persons. */
  audience: boolean;
  /** What the variants bring along changes. */
  payloads: boolean;
  /** Whether users keep their variant when they log in, where it changes. */
  continuity?: boolean;
}

export function flagShift(before: Flag, after: Flag): FlagShift {
  const dealt = (flag: Flag) => variantsOf(flag.filters).map(({ key, split_percent }) => [key, split_percent]);
  const rollout = { before: rolloutOf(before.filters), after: rolloutOf(after.filters) };
  const held = [flagHoldout(before.filters), flagHoldout(after.filters)] as const;
  const differs = (part: (flag: Flag) => unknown) => canonical(part(before)) !== canonical(part(after));
  const { ensure_experience_continuity: continuity } = after;
  return {
    audience: differs(audienceOf),
    payloads: differs(({ filters }) => filters.payloads ?? {}),
    ...(differs((flag) => flag.ensure_experience_continuity === true) ? { continuity: continuity === true } : {}),
    rebuckets: JSON.stringify(dealt(before)) !== JSON.stringify(dealt(after)),
    ...(rollout.before === rollout.after ? {} : { rollout }),
    ...(JSON.stringify(held[0]) === JSON.stringify(held[1])
      ? {}
      : { holdout: { before: held[0]?.id, after: held[1]?.id } }),
  };
}

function audienceOf({ filters }: Flag): unknown {
  const { groups, aggregation_group_type_index: aggregation } = filters;
  return (groups ?? []).map(({ properties, aggregation_group_type_index: own }) => [
    properties ?? [],
    own ?? aggregation ?? null,
  ]);
}

/**
 * Share of the users inside, in percent, whose variant is another one afterwards. PostHog gives each user a place between 0
 * and 1 that stays, and each variant a stretch of it as long as its percentage, in the order of the variants.
 */
export function movedPercent(before: FlagFilters, after: FlagFilters): number {
  const [was, is] = [stretches(before), stretches(after)];
  const kept = [...was].reduce((sum, [key, [from, to]]) => {
    const [start, end] = is.get(key) ?? [0, 0];
    return sum + Math.max(0, Math.min(to, end) - Math.max(from, start));
  }, 0);
  const inside = [...was.values()].reduce((sum, [from, to]) => sum + to - from, 0);
  return inside - kept;
}

function stretches(filters: FlagFilters): Map<string, [from: number, to: number]> {
  let at = 0;
  return new Map(
    variantsOf(filters).map(({ key, split_percent }) => {
      const from = at;
      at += split_percent;
      return [key, [from, at]];
    }),
  );
}

/** "about 30%"; a share of a percent is told as such. */
export function shareText(percent: number): string {
  return percent > 0 && percent < 1 ? 'under 1%' : `about ${Math.round(percent)}%`;
}

/** Whether no user notices, e.g. where only the label of a variant changes. */
export function isUnnoticed({ rebuckets, rollout, holdout, audience, payloads, continuity }: FlagShift): boolean {
  const dealt = rebuckets || audience || payloads;
  return !dealt && [rollout, holdout, continuity].every((part) => part === undefined);
}

/** Who sees what once the flag of the experiment is changed to `wanted`. */
export function usersAfterShift(experiment: Experiment, flag: Flag, wanted: Flag): string {
  const shift = flagShift(flag, wanted);
  if (isUnnoticed(shift)) return `Unchanged. ${nowSeen(experiment)}`;
  if (flag.deleted) return `Nobody, ${whyNobody(flag)}.`;
  if (!flag.active) return `Nobody yet, the flag is off. Once it is on, ${servedText(wanted)}.`;
  if (closedBecause(wanted.filters) !== undefined)
    return `Nobody enters any more, since ${closedBecause(wanted.filters)}: everyone gets the default of the code.`;
  const { rebuckets, holdout } = shift;
  const inside = insideShift(flag.filters, wanted.filters);
  const leave = inside === 'fewer' ? ' The others get the default of the code.' : '';
  const enter = inside === 'more' && !rebuckets ? ' Those inside keep their variant.' : '';
  return `From now on ${servedText(wanted)}.${leave}${enter}${heldOutText(holdout)}${broughtText(shift)}`;
}

function broughtText({ payloads, continuity }: FlagShift): string {
  const kept = continuity ? 'keep their variant' : 'may get another variant';
  return `${payloads ? ' They get the new payloads.' : ''}${continuity === undefined ? '' : ` Users who log in ${kept}.`}`;
}

/** Whether more or fewer users are inside afterwards, whoever matches the conditions. */
function insideShift(before: FlagFilters, after: FlagFilters): 'more' | 'fewer' | 'as many' {
  const [was, is] = [insideRange(before), insideRange(after)];
  const change = was && is ? is.max - was.max || is.min - was.min : rolloutOf(after) - rolloutOf(before);
  if (Math.abs(change) < DRIFT) return 'as many';
  return change > 0 ? 'more' : 'fewer';
}

function heldOutText(holdout: FlagShift['holdout']): string {
  if (!holdout) return '';
  const { before, after } = holdout;
  if (after === undefined) return ' Users who were held out can enter.';
  const instead = before === undefined || before === after ? '' : `, those in holdout ${before} can enter`;
  return ` Users in holdout ${after} get the default of the code${instead}.`;
}

/** What the change of a flag means for an experiment that measures. */
export function shiftWarnings(experiment: Experiment, flag: Flag, wanted: Flag): Warning[] {
  const { rebuckets, rollout, payloads } = flagShift(flag, wanted);
  const live = isLive(experiment);
  const kept = (flag.filters.groups ?? []).slice(1).map((group, index) => groupText(group, index + 2));
  return [
    ...(rebuckets && live ? [{ code: 'rebucketing', message: rebucketingMessage(flag, wanted) }] : []),
    ...(payloads && live ? [{ code: 'payloads_changed', message: PAYLOADS_CHANGED }] : []),
    ...(rollout && live && insideShift(flag.filters, wanted.filters) !== 'as many'
      ? [{ code: 'rollout_changed', message: rolloutMessage(rollout) }]
      : []),
    ...(rollout && kept.length > 0
      ? [
          {
            code: 'other_release_groups',
            message: `Only the first release group gets the new rollout. Unchanged: ${kept.join('; ')}.`,
          },
        ]
      : []),
  ];
}

const PAYLOADS_CHANGED =
  'Users get other payloads from now on, so results mix two versions of a variant; a copy (experiment-duplicate) gives a clean run.';

function rebucketingMessage(flag: Flag, wanted: Flag): string {
  const share = shareText(movedPercent(flag.filters, wanted.filters));
  return `Some users change variant and will have seen both: ${share} of those inside. Exposures so far followed the old split, so the sample ratio check is likely to fail from now on; a copy (experiment-duplicate) or a reset gives a clean run.`;
}

function rolloutMessage({ before, after }: { before: number; after: number }): string {
  const moved = shareText(Math.abs(after - before));
  return after < before
    ? `Fewer users are inside, ${after}% instead of ${before}%: ${moved} of all users fall out, who have seen a variant.`
    : `More users enter, ${after}% instead of ${before}%: ${moved} of all users are new and measured for a shorter time.`;
}
