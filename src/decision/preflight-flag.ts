import type { Experiment } from '../schema/experiment.js';
import { type Flag, flagProblem, isFrozen, rolloutOf, targetedGroups, variantsOf } from '../schema/flag.js';
import { exclusionOf, holdoutWire } from '../schema/holdout.js';
import { idAndName, plainOrQuoted, quoted } from '../schema/quote.js';
import { closedBecause, entriesOf, isForced, soleVariant } from '../serving/served.js';
import type { Check, PreflightFacts } from './preflight-facts.js';

/** Float drift that a sum of splits may have, percent. Source: arithmetic. */
const SUM_TOLERANCE = 0.01;
/** Splits that differ by more are uneven; 34/33/33 is even. Percentage points. Source: PostHog behaviour. */
const EVEN_WITHIN = 1;

export function flagChecks(facts: PreflightFacts): Check[] {
  const flag = facts.experiment.feature_flag;
  if (!flag) return [noFlag('The experiment has no feature flag', facts.experiment)];
  if (flag.deleted) return [noFlag('Its feature flag is deleted, so PostHog refuses the launch', facts.experiment)];
  const problem = flagProblem(flag);
  if (problem !== undefined) return [unreadableFlag(problem), sharedCheck(facts)];
  return [
    variantsCheck(flag, facts.experiment),
    enrolmentCheck(flag, facts),
    stateCheck(flag, facts),
    sharedCheck(facts),
  ];
}

/** Half of the variants or conditions would make checks that pass or fail for no reason. */
function unreadableFlag(problem: string): Check {
  const advice = 'Look at variants and release conditions in PostHog; a launch from here would be refused.';
  return { code: 'variants', status: 'unknown', title: `The flag is ${problem}`, advice };
}

function noFlag(title: string, { id }: Experiment): Check {
  const advice = 'Restore the flag in PostHog, or make a new experiment with experiment-duplicate and a new key.';
  return { code: 'flag', status: 'blocker', title, advice, fix: { tool: 'experiment-get', arguments: { id } } };
}

/** What keeps the variants from being compared, if anything. */
function splitProblem(flag: Flag, { type }: Experiment): string | undefined {
  const variants = variantsOf(flag.filters);
  const sole = soleVariant(flag.filters);
  const sum = variants.reduce((total, { split_percent: split }) => total + split, 0);
  if (variants.length < 2) return `${variants.length === 1 ? 'Only one variant' : 'No variants'}: nothing to compare`;
  if (sole !== undefined) return `Everybody inside would get ${quoted(sole)}: nothing to compare`;
  if (isForced(flag.filters)) return 'Every release condition names its variant, so nobody gets one by chance';
  if (Math.abs(sum - 100) > SUM_TOLERANCE) return `The split sums to ${sum}%, not to 100%`;
  if (type === 'web' && !variants.some(({ key }) => key === 'control'))
    return 'A web experiment needs a variant with the key control';
  return undefined;
}

function variantsCheck(flag: Flag, experiment: Experiment): Check {
  const code = 'variants';
  const variants = variantsOf(flag.filters);
  const words = variants.map(({ key, split_percent: split }) => `${plainOrQuoted(key)} ${split}%`).join(', ');
  const evidence = { split: words };
  const problem = splitProblem(flag, experiment);
  if (problem !== undefined) {
    const advice = entriesOf(flag.filters).some(({ forced }) => forced !== undefined)
      ? 'Clear the variant of the release conditions in PostHog, so that the split deals variants out.'
      : 'Set variants that split 100% between at least two, with experiment-update.';
    const fix = { tool: 'experiment-get', arguments: { id: experiment.id, detail: 'full' } };
    return { code, status: 'blocker', title: problem, evidence, advice, fix };
  }
  const empty = variants.filter(({ split_percent: split }) => split === 0);
  if (empty.length > 0) {
    const names = empty.map(({ key }) => plainOrQuoted(key)).join(', ');
    const share = empty.length === 1 ? 'its split is 0%' : 'their splits are 0%';
    return { code, status: 'warning', title: `Nobody will get ${names}: ${share}`, evidence };
  }
  const shares = variants.map(({ split_percent: split }) => split);
  const uneven = Math.max(...shares) - Math.min(...shares) > EVEN_WITHIN;
  if (uneven && experiment.exposure_criteria?.multiple_variant_handling !== 'first_seen') {
    return {
      code,
      status: 'warning',
      title: `Uneven split: ${words}`,
      evidence,
      advice:
        'Is that meant? Precision falls with the smallest variant, and leaving out people seen in several variants biases an uneven split.',
    };
  }
  return { code, status: 'ok', title: `Split ${words}` };
}

/** Who enters: rollout, conditions, holdout, a freeze left behind. */
function enrolmentCheck(flag: Flag, { experiment, served }: PreflightFacts): Check {
  const code = 'enrolment';
  const groups = flag.filters.groups ?? [];
  const evidence = {
    rollout_percentage: rolloutOf(flag.filters),
    release_groups: groups.length,
    groups_with_conditions: targetedGroups(flag.filters),
    ...(experiment.holdout ? { holdout: experiment.holdout.id } : {}),
  };
  // PostHog lets in whom a release group lets in, so nobody where there is none.
  const closed = closedBecause(flag.filters);
  if (closed !== undefined) {
    const advice =
      groups.length === 0
        ? 'Add a release condition to the flag in PostHog.'
        : groups.length === 1 && rolloutOf(flag.filters) === 0
          ? 'Raise rollout_percentage with experiment-update.'
          : 'Change the release conditions or the holdout of the flag in PostHog.';
    const fix = { tool: 'experiment-get', arguments: { id: experiment.id } };
    return { code, status: 'blocker', title: `Nobody would enter: ${closed}`, evidence, advice, fix };
  }
  const who = isFrozen(flag.filters) ? 'Nobody new enters' : served;
  const title = `Once launched: ${who}${flag.filters.holdout ? holdoutWords(experiment) : ''}`;
  const concerns = enrolmentConcerns(flag, experiment);
  if (concerns.length > 0) return { code, status: 'warning', title, evidence, advice: concerns.join(' ') };
  return { code, status: 'ok', title };
}

function holdoutWords({ holdout }: Experiment): string {
  const known = holdoutWire.safeParse(holdout).data;
  return known ? `; holdout ${idAndName(known)} keeps ${exclusionOf(known)}% of users out` : '';
}

function enrolmentConcerns(flag: Flag, { holdout }: Experiment): string[] {
  const forced = entriesOf(flag.filters).some((entry) => entry.forced !== undefined && entry.hasConditions);
  return [
    ...(forced ? ['A release group forces a variant: the people in it are not randomized.'] : []),
    ...(isFrozen(flag.filters)
      ? ['The flag is still frozen from an earlier run; after the launch experiment-unfreeze-exposure opens it.']
      : []),
    ...(holdout && !flag.filters.holdout
      ? [
          `Holdout ${idAndName({ ...holdout, name: holdout.name ?? '' })} is set here but not on the flag, so it keeps nobody out.`,
        ]
      : []),
  ];
}

function stateCheck(flag: Flag, { experiment, served, sharers }: PreflightFacts): Check {
  const code = 'flag_state';
  if (!flag.active) return { code, status: 'ok', title: 'The flag is off; the launch turns it on' };
  const liveToo = 'value' in sharers && sharers.value.some(({ live }) => live);
  return {
    code,
    status: 'warning',
    title: `The flag is on already: ${served}`,
    advice: liveToo
      ? 'It serves another live experiment, so it cannot be turned off for this one; people already have their variant when it starts.'
      : `People already have their variant when it starts. For a clean start turn it off first: experiment-reset with id ${experiment.id} and disable_feature_flag: true.`,
  };
}

function sharedCheck({ sharers, experiment }: PreflightFacts): Check {
  const code = 'shared_flag';
  if ('problem' in sharers) {
    return { code, status: 'unknown', title: `Whether others use the flag was not checked: ${sharers.problem}` };
  }
  const rows = sharers.value.map(({ id, name, status }) => ({ id, name, status }));
  const live = sharers.value.filter((other) => other.live);
  if (live.length > 0) {
    return {
      code,
      status: 'warning',
      title: `Shares its flag with ${live.map((other) => `${idAndName(other)} (${other.status})`).join(', ')}`,
      evidence: { experiments: rows },
      advice:
        'Pausing, shipping or editing one then acts on both. Unless that is meant, use experiment-duplicate with a new feature_flag_key.',
    };
  }
  if (rows.length > 0) {
    const title = `No live experiment shares the flag ${plainOrQuoted(experiment.feature_flag_key)}; ${rows.length} other not live`;
    return { code, status: 'ok', title, evidence: { experiments: rows } };
  }
  return { code, status: 'ok', title: 'No other experiment uses the flag' };
}
