import { multipleVariantBias } from '../../stats/bias-risk.js';
import { SRM_ALARM, testSplit } from '../../stats/srm.js';
import type { ExperimentRow, FlagRow, JsonObject } from '../store/model.js';
import type { Store } from '../store/store.js';
import { variantsOf } from './guards.js';
import { exposedTotals } from './measuring.js';

/** One finding of PostHog's health checks; codes, severities and actions are PostHog's, titles and details are not. */
interface Finding {
  code: string;
  subcode: string | null;
  severity: 'critical' | 'warning' | 'info';
  title: string;
  detail: string;
  evidence: JsonObject;
  actions: string[];
  diagnostic_ref: string | null;
}

interface Facts {
  row: ExperimentRow;
  flag: FlagRow;
  /** Milliseconds since 1970. */
  now: number;
  /** People by variant. */
  exposures: Record<string, number>;
}

const MS_PER_HOUR = 3_600_000;
/** Hours after the launch in which no exposure is expected yet. Source: PostHog behaviour. */
const GRACE_HOURS = 24;
const EVERYONE = 100;

type Told = Pick<Finding, 'code' | 'title' | 'detail'> & Partial<Finding>;

function warning(told: Told): Finding {
  return { subcode: null, severity: 'warning', evidence: {}, actions: [], diagnostic_ref: null, ...told };
}

function flagWarning(told: Told): Finding {
  return warning({ actions: ['open_feature_flag'], diagnostic_ref: 'A5', ...told });
}

const isLaunched = ({ row }: Facts) => row.start_date !== null;
const hasEnded = ({ row }: Facts) => row.end_date !== null;

/** True only where every group says 0; a group that says nothing serves everyone. */
function servesNobody({ filters }: FlagRow): boolean {
  return filters.groups.length > 0 && filters.groups.every((group) => group.rollout_percentage === 0);
}

function servesSeveral(flag: FlagRow): boolean {
  return variantsOf(flag).filter((variant) => variant.rollout_percentage !== 0).length > 1;
}

/** The variant that everyone gets; undefined where there is none. */
function shippedVariant(flag: FlagRow): string | undefined {
  const [first] = flag.filters.groups;
  const toAll = flag.active && first?.properties.length === 0 && first.rollout_percentage === EVERYONE;
  return toAll ? variantsOf(flag).find((variant) => variant.rollout_percentage === EVERYONE)?.key : undefined;
}

function whileRunning({ flag }: Facts): Finding | null {
  const off = { code: 'flag_off_while_running' };
  if (!flag.active) {
    const told = { title: 'The flag is off', detail: 'The experiment runs, but its flag is disabled.' };
    return flagWarning({ ...off, ...told, subcode: 'running_but_flag_disabled' });
  }
  if (servesNobody(flag)) {
    const told = { title: 'The flag serves nobody', detail: 'Every release condition of the flag is at 0%.' };
    return flagWarning({ ...off, ...told, subcode: 'running_but_no_rollout' });
  }
  const shipped = shippedVariant(flag);
  if (shipped === undefined) return null;
  return flagWarning({
    code: 'variant_shipped_while_running',
    subcode: 'running_but_single_variant_shipped',
    title: 'Everyone gets one variant',
    detail: `The experiment runs, but its flag serves ${shipped} to everyone.`,
    evidence: { variant_key: shipped },
  });
}

function whileNotRunning(facts: Facts): Finding | null {
  const { row, flag } = facts;
  if (!flag.active || !servesSeveral(flag) || servesNobody(flag)) return null;
  const title = 'The flag serves several variants';
  if (!hasEnded(facts)) {
    if (row.archived) return null;
    const detail = 'The experiment has not been launched, but its flag is on.';
    const subcode = 'not_started_but_multiple_variants_rolled_out';
    return flagWarning({ code: 'flag_live_before_launch', subcode, title, detail });
  }
  if (shippedVariant(flag) !== undefined) return null;
  const subcode = 'ended_but_multiple_variants_rolled_out';
  return flagWarning({
    code: 'flag_live_after_end',
    subcode,
    title,
    detail: 'The experiment has ended, but its flag is on.',
  });
}

function flagState(facts: Facts): Finding | null {
  if (facts.flag.deleted) return null;
  return isLaunched(facts) && !hasEnded(facts) ? whileRunning(facts) : whileNotRunning(facts);
}

function noMetric(facts: Facts): Finding | null {
  const { metrics, metrics_secondary: secondary, saved_metrics: linked } = facts.row;
  if (!isLaunched(facts) || metrics.length + secondary.length + linked.length > 0) return null;
  const actions = ['add_primary_metric', 'add_secondary_metric'];
  return warning({ code: 'no_metric', title: 'No metrics', detail: 'There is nothing to show results of.', actions });
}

function biasRisk(facts: Facts): Finding | null {
  const { row, flag, exposures } = facts;
  if (hasEnded(facts)) return null;
  const handling = row.exposure_criteria?.multiple_variant_handling === 'first_seen' ? 'first_seen' : 'exclude';
  const split = variantsOf(flag).map((variant) => variant.rollout_percentage);
  const share = multipleVariantBias(split, handling, exposures);
  if (share === null) return null;
  return warning({
    code: 'bias_risk_multiple_excluded',
    title: 'Excluding people skews the variants',
    detail: `The split is uneven, and ${share.toFixed(1)}% of the people saw several variants and are left out.`,
    evidence: { multiple_variant_percentage: share },
    actions: ['adjust_distribution', 'use_first_seen_variant'],
    diagnostic_ref: 'A1',
  });
}

function sampleRatio({ row, flag, exposures }: Facts): Finding | null {
  const counted = variantsOf(flag).filter(({ key }) => !row.excluded_variants?.includes(key));
  const split = Object.fromEntries(counted.map((variant) => [variant.key, variant.rollout_percentage]));
  const test = testSplit(exposures, split);
  if (!test?.mismatch) return null;
  const detail = `The exposures do not match the configured split (p < ${SRM_ALARM}).`;
  return warning({
    ...{ code: 'srm', title: 'Sample ratio mismatch', detail },
    ...{ evidence: { p_value: test.pValue }, diagnostic_ref: 'A2' },
  });
}

function zeroExposures({ row, now, exposures }: Facts): Finding | null {
  if (row.start_date === null) return null;
  const hours = (now - Date.parse(row.start_date)) / MS_PER_HOUR;
  const exposed = Object.values(exposures).reduce((sum, count) => sum + count, 0);
  if (hours < GRACE_HOURS || exposed > 0) return null;
  const told = {
    code: 'zero_exposures',
    title: 'Nobody was exposed',
    detail: 'Check the code and the exposure criteria.',
  };
  return warning({
    ...told,
    evidence: { hours_since_launch: Math.floor(hours) },
    actions: ['edit_exposure_criteria'],
  });
}

interface Condition {
  /** From 1, as PostHog's page numbers them. */
  number: number;
  /** The variant that it gives to whoever meets it; undefined where chance decides. */
  pinned: string | undefined;
}

/** The release conditions that somebody can meet: at more than 0%, and not after one that everybody of their kind meets. */
function reachableConditions(flag: FlagRow): Condition[] {
  const keys = variantsOf(flag).map(({ key }) => key);
  const taken = new Set<unknown>();
  return flag.filters.groups.flatMap((group, index) => {
    const { properties, rollout_percentage: rollout, aggregation_group_type_index: kind = null } = group;
    if (taken.has(kind) || rollout === 0) return [];
    if (properties.length === 0 && (rollout === null || rollout === EVERYONE)) taken.add(kind);
    return [{ number: index + 1, pinned: keys.find((key) => key === group.variant) }];
  });
}

function forcedVariant(facts: Facts): Finding | null {
  const { row, flag } = facts;
  if (flag.deleted || hasEnded(facts) || row.archived) return null;
  const conditions = reachableConditions(flag);
  const pinned = conditions.filter((condition) => condition.pinned !== undefined);
  if (pinned.length === 0) return null;
  const keys = [...new Set(pinned.map((condition) => condition.pinned))];
  const all = pinned.length === conditions.length;
  const known = isLaunched(facts) && keys.length === 1 && keys[0] === shippedVariant(flag);
  if (all && known) return null;
  return warning({
    code: 'forced_variant_release_condition',
    ...(all
      ? { subcode: 'all_conditions_pinned', diagnostic_ref: 'A7b' }
      : { subcode: 'some_conditions_pinned', diagnostic_ref: 'A7', severity: 'info' }),
    title: all ? 'Nobody gets a variant at random' : 'Some people do not get a variant at random',
    detail: `Release conditions of the flag name the variant (${keys.join(', ')}).`,
    evidence: {
      pinned_condition_sets: pinned.map(({ number }) => number).join(', '),
      pinned_variant_keys: keys.join(', '),
    },
    actions: ['edit_release_conditions'],
  });
}

const CHECKS = [flagState, noMetric, biasRisk, sampleRatio, zeroExposures, forcedVariant];

/** What PostHog's checks find of an experiment as it stands. */
export function healthFindings(row: ExperimentRow, flag: FlagRow, store: Store): Finding[] {
  const facts = { row, flag, now: store.now().getTime(), exposures: exposedTotals(row, flag, store) };
  return CHECKS.flatMap((check) => check(facts) ?? []);
}
