import type { HealthFinding } from '../schema/health.js';

/** One of our own findings. */
interface Ours {
  code: string;
  severity: string;
  evidence: Readonly<Record<string, unknown>>;
}

type Same = (ours: Ours, theirs: HealthFinding) => boolean;

const is =
  (code: string): Same =>
  (ours) =>
    ours.code === code;

/** Two facts share the code: everybody gets one variant, or release conditions name the variant. Only the second has this. */
const isForced = ({ code, evidence }: Ours) => code === 'flag_not_split' && 'conditions_without_a_variant' in evidence;

/** Which of our findings states the same as one of PostHog's. Source of the codes: PostHog behaviour. */
const SAME: Readonly<Record<string, Same>> = {
  flag_off_while_running: is('flag_inactive'),
  variant_shipped_while_running: (ours) => ours.code === 'flag_not_split' && !isForced(ours),
  flag_live_after_end: is('ended_still_split'),
  flag_live_before_launch: is('draft_serving'),
  no_metric: is('no_metrics'),
  bias_risk_multiple_excluded: ({ code, evidence }) => code === 'uneven_split' && 'excluded_share_percent' in evidence,
  // Ours also warns of a doubt, which is less than what PostHog states.
  srm: ({ code, severity }) => code === 'sample_ratio_mismatch' && severity === 'blocker',
  zero_exposures: is('no_exposures'),
  forced_variant_release_condition: (ours, { subcode }) => subcode === 'all_conditions_pinned' && isForced(ours),
};

/** What PostHog's checks find and ours do not say already. A code that is not known here is always shown. */
export function onlyPostHogs(theirs: readonly HealthFinding[], ours: readonly Ours[]): HealthFinding[] {
  return theirs.filter((finding) => {
    const same = Object.hasOwn(SAME, finding.code) ? SAME[finding.code] : undefined;
    return !ours.some((own) => same?.(own, finding));
  });
}
