import { roundedP } from '../render/digits.js';
import { plainOrQuoted, quoted } from '../schema/quote.js';
import { isEvenSplit, MULTIPLE_SHARE_LIMIT_PERCENT, multipleVariantBias } from '../stats/bias-risk.js';
import { testSplit } from '../stats/srm.js';
import { MIN_EXPOSURES } from '../stats/validity.js';
import { calendarDays, exposedPeople, type Facts, isIdle, isLaunched, isOver, whyNobody } from './facts.js';
import { type Rule, shown } from './finding.js';
import { timesEven } from './rate.js';
import { comparedSplit, comparedVariants, splitsOfRun } from './run-split.js';
import {
  FRAGMENTATION_PERCENT,
  MULTIPLE_BROKEN_PERCENT,
  MULTIPLE_DOUBT_PERCENT,
  SETTLING_DAYS,
  SRM_DOUBT,
} from './thresholds.js';

const MULTIPLE = '$multiple';
const HOURS_PER_DAY = 24;

/** The split of exposures against the one of their time; null where there is too little to test, or no split is known. */
export function splitTest(facts: Facts) {
  const split = comparedSplit(facts);
  return facts.exposures && split && testSplit(facts.exposures.counts, split);
}

export const sampleRatioMismatch: Rule = (facts) => {
  const test = splitTest(facts);
  if (!test || test.pValue >= SRM_DOUBT) return [];
  const counts = facts.exposures?.counts ?? {};
  const arms = Object.entries(test.expected);
  return [
    {
      code: 'sample_ratio_mismatch',
      severity: test.mismatch ? 'blocker' : 'warning',
      title: test.mismatch
        ? 'Exposures do not match the configured split (sample ratio mismatch), so the arms are not alike.'
        : 'Exposures hardly match the configured split, which leaves a doubt that the arms are alike.',
      evidence: {
        p_value: roundedP(test.pValue),
        exposed: arms.map(([key]) => `${plainOrQuoted(key)} ${counts[key] ?? 0}`),
        expected: arms.map(([key, expected]) => `${plainOrQuoted(key)} ${Math.round(expected)}`),
      },
      advice: test.mismatch
        ? 'Find the cause before reading any metric: experiment-diagnose looks where the mismatch sits. Then reset and start over.'
        : `Of 200 sound experiments one looks like this by chance. ${isOver(facts) ? 'Look for a cause with experiment-diagnose.' : 'More people tell: a real mismatch grows.'}`,
    },
  ];
};

/** Launched so lately that neither people nor results can be asked for yet. */
export function isYoung(facts: Facts): boolean {
  return isLaunched(facts) && !isOver(facts) && !isIdle(facts) && calendarDays(facts) < SETTLING_DAYS;
}

/** Nobody has come, which says nothing yet. */
function isSettling(facts: Facts): boolean {
  return isYoung(facts) && exposedPeople(facts) === 0;
}

export const noExposures: Rule = (facts) =>
  isLaunched(facts) && exposedPeople(facts) === 0 && !isSettling(facts)
    ? [
        {
          code: 'no_exposures',
          severity: 'blocker',
          title: 'Nobody has been exposed.',
          evidence: { exposed: 0 },
          advice: isIdle(facts)
            ? `Nobody can be exposed, since ${whyNobody(facts)}.`
            : 'experiment-diagnose tells from the events where users are lost: code that does not ask for the flag, release conditions, or exposure events that do not arrive.',
        },
      ]
    : [];

/** Variants that are served to people and have fewer of them than statistics need. */
function thinVariants(facts: Facts): [key: string, exposed: number][] {
  const counts = facts.exposures?.counts;
  if (!counts || !isLaunched(facts) || (exposedPeople(facts) === 0 && !isSettling(facts))) return [];
  return comparedVariants(facts)
    .map((key): [string, number] => [key, counts[key] ?? 0])
    .filter(([, exposed]) => exposed < MIN_EXPOSURES);
}

export const notEnoughExposures: Rule = (facts) => {
  const thin = thinVariants(facts);
  if (thin.length === 0) return [];
  const settling = isSettling(facts);
  return [
    {
      code: 'not_enough_exposures',
      severity: 'warning',
      title: settling
        ? `Nobody has been exposed yet, ${Math.floor(calendarDays(facts) * HOURS_PER_DAY)} hours after the launch.`
        : `Fewer than ${MIN_EXPOSURES} people saw ${thin.map(([key]) => plainOrQuoted(key)).join(', ')}.`,
      evidence: {
        exposed: thin.map(([key, exposed]) => `${plainOrQuoted(key)} ${exposed}`),
        needed_each: MIN_EXPOSURES,
      },
      advice: settling
        ? 'So soon after the launch that means nothing. Look again after a day; if still nobody is in, check code, release conditions and exposure events.'
        : 'Wait for more people; PostHog gives no statistics below that.',
    },
  ];
};

function severalShare(facts: Facts): number | null {
  const several = facts.exposures?.counts[MULTIPLE] ?? 0;
  const people = exposedPeople(facts);
  return people === null || several === 0 ? null : (several / (several + people)) * 100;
}

/** PostHog's own check: of the people in the analysis, and for each split that the run has had. */
function multipleBias(facts: Facts): number | null {
  const people = exposedPeople(facts);
  const counts = facts.exposures?.counts ?? {};
  if (people === null) return null;
  const seen = { people, [MULTIPLE]: counts[MULTIPLE] ?? 0 };
  const splits = splitsOfRun(facts) ?? [];
  const found = splits.map(({ split }) =>
    multipleVariantBias(Object.values(split), facts.exposureSettings.handling, seen),
  );
  return found.find((bias) => bias !== null) ?? null;
}

export const multipleVariantExposures: Rule = (facts) => {
  const share = severalShare(facts);
  if (share === null || share <= MULTIPLE_SHARE_LIMIT_PERCENT) return [];
  const excluded = facts.exposureSettings.handling === 'exclude';
  const bias = multipleBias(facts);
  return [
    {
      code: 'multiple_variant_exposures',
      severity:
        share >= MULTIPLE_BROKEN_PERCENT ? 'blocker' : share >= MULTIPLE_DOUBT_PERCENT || bias ? 'warning' : 'info',
      title: `${shown(share)}% of people were seen in several variants and are ${excluded ? 'left out' : 'counted for the first'}.`,
      evidence: { people: facts.exposures?.counts[MULTIPLE] ?? 0, share_percent: shown(share) },
      advice: bias
        ? 'With an uneven split, leaving them out skews the arms: count them for the first variant (multiple_variant_handling first_seen).'
        : 'experiment-diagnose tells why variants change: splits edited while running, or ids that change at login.',
    },
  ];
};

export const identityFragmentation: Rule = (facts) => {
  const share = severalShare(facts);
  if (share === null || share < FRAGMENTATION_PERCENT) return [];
  return [
    {
      code: 'identity_fragmentation',
      severity: 'info',
      title: 'So many people in several variants suggest that one person has many ids.',
      evidence: { share_percent: shown(share), limit_percent: FRAGMENTATION_PERCENT },
      advice: 'Identify users before the flag is evaluated, or keep variants across login (experience continuity).',
    },
  ];
};

export const unevenSplit: Rule = (facts) => {
  const latest = splitsOfRun(facts)?.at(-1)?.split ?? {};
  const split = Object.entries(latest).sort(([, a], [, b]) => b - a);
  const percents = split.map(([, percent]) => percent);
  if (percents.length < 2 || isEvenSplit(percents)) return [];
  const times = timesEven(facts);
  const bias = multipleBias(facts);
  return [
    {
      code: 'uneven_split',
      severity: 'info',
      title: `The split is uneven: ${split.map(([key, percent]) => `${plainOrQuoted(key)} ${percent}%`).join(', ')}.`,
      evidence: {
        ...(times === null ? {} : { variance_times_even: shown(times) }),
        ...(bias === null ? {} : { excluded_share_percent: shown(bias) }),
      },
      advice:
        bias === null
          ? `${times !== null && times > 1 ? `It needs ${shown(times)} times the people of an even split.` : 'Comparing each variant with the baseline takes no more people than an even split.'} PostHog plans sample sizes for even splits.`
          : 'People seen in several variants are left out, and with an uneven split that skews the arms: count them for the first variant (multiple_variant_handling first_seen).',
    },
  ];
};

export const testAccountsFiltered: Rule = (facts) => {
  if (!isLaunched(facts) || !facts.exposureSettings.filtersTestAccounts) return [];
  const people = exposedPeople(facts);
  if (people !== 0 && thinVariants(facts).length === 0) return [];
  return [
    {
      code: 'test_accounts_filtered',
      severity: 'info',
      title: 'Internal and test users are left out, which can explain missing people.',
      evidence: { exposed: people ?? 0 },
      advice: 'If you look for your own visits, they do not count; check the filter in the project settings.',
    },
  ];
};

/** An own exposure event that shows nobody while the flag serves carries no variant. */
export const exposurePropertyMissing: Rule = (facts) => {
  const { customEvent } = facts.exposureSettings;
  const silent = isLaunched(facts) && !isIdle(facts) && exposedPeople(facts) === 0 && !isSettling(facts);
  if (customEvent === null || !silent) return [];
  const property = `$feature/${facts.flag?.key ?? ''}`;
  return [
    {
      code: 'exposure_property_missing',
      severity: 'blocker',
      title: `No ${quoted(customEvent)} event names a variant in its property ${plainOrQuoted(property)}.`,
      evidence: { exposure_event: customEvent, property },
      advice: `Send the property ${plainOrQuoted(property)} with each such event, or clear exposure_event with experiment-update.`,
    },
  ];
};

export const EXPOSURE_RULES: readonly Rule[] = [
  sampleRatioMismatch,
  noExposures,
  exposurePropertyMissing,
  notEnoughExposures,
  multipleVariantExposures,
  identityFragmentation,
  unevenSplit,
  testAccountsFiltered,
];
