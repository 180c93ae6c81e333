import { idAndName, plainOrQuoted } from '../schema/quote.js';
import {
  type Facts,
  isIdle,
  isLaunched,
  isOver,
  reachedVariants,
  servedSplit,
  wholeSplit,
  whyNobody,
} from './facts.js';
import { dayOf, type Finding, type Rule, shown } from './finding.js';
import { comparedVariants, splitsOfRun } from './run-split.js';

function isSplit(facts: Facts): boolean {
  return reachedVariants(facts).length > 1;
}

/** Whether enrolment goes by a split, so that arms can be compared; unknown flags do not. */
export function splitsNow(facts: Facts): boolean {
  return isSplit(facts) && Object.keys(servedSplit(facts)).length > 1;
}

export const notLaunched: Rule = (facts) =>
  isLaunched(facts)
    ? []
    : [
        {
          code: 'not_launched',
          severity: 'info',
          title: 'It is a draft: nobody has been exposed.',
          evidence: { status: facts.experiment.status },
          advice: 'Launch it with experiment-launch.',
        },
      ];

export const alreadyEnded: Rule = ({ experiment: { end, conclusion } }) =>
  end === null
    ? []
    : [
        {
          code: 'already_ended',
          severity: 'info',
          title: `It ended on ${dayOf(end)}${conclusion === null ? ' without a conclusion' : `, concluded as ${plainOrQuoted(conclusion)}`}.`,
          evidence: { ended_on: dayOf(end), ...(conclusion === null ? {} : { conclusion }) },
          advice: 'No data comes in any more; judge what there is.',
        },
      ];

export const flagInactive: Rule = (facts) => {
  const why = whyNobody(facts);
  if (!isIdle(facts) || why === undefined) return [];
  return [
    {
      code: 'flag_inactive',
      severity: 'blocker',
      title: `Nobody is enrolled and everybody sees the default, since ${why}.`,
      evidence: { flag: facts.flag?.key ?? '' },
      advice: `${reopeningOf(why)}, or finish with experiment-end.`,
    },
  ];
};

function reopeningOf(why: string): string {
  if (why === 'the flag is off') return 'Turn it on again with experiment-resume';
  if (why === 'the flag is deleted') return 'Restore the flag in PostHog';
  return 'Let people in: raise rollout_percentage with experiment-update, or change the release conditions in PostHog';
}

/** After the end such a condition may be how a variant was shipped. */
function isForcedNow(facts: Facts): boolean {
  return facts.flag?.isForced === true && !isOver(facts);
}

const FORCED: Finding = {
  code: 'flag_not_split',
  severity: 'blocker',
  title: 'Every release condition names the variant that its users get, so the split deals out nothing.',
  evidence: { conditions_without_a_variant: 0 },
  advice:
    'Release conditions decide who gets what, so the arms differ by more than the variant. Clear the variant of a condition in PostHog, then reset and start over.',
};

/** Some users get a variant by what they are; the sample ratio tells where they are many. */
function partlyForced({ flag }: Facts): Finding[] {
  const forced = flag?.forced ?? [];
  if (forced.length === 0) return [];
  const groups = forced.length > 1 ? `Release groups ${forced.join(', ')} force` : `Release group ${forced[0]} forces`;
  return [
    {
      code: 'flag_not_split',
      severity: 'warning',
      title: `${groups} a variant, so the people in it are not randomized.`,
      evidence: { release_groups_that_force: [...forced] },
      advice:
        'They count among the exposed. Unless they are few, or left out as test users, clear the variant in PostHog.',
    },
  ];
}

const NO_BASELINE =
  'Give it a share with experiment-update, or choose another baseline: without new people in it nothing can be compared.';

function withoutBaseline(facts: Facts): Finding[] {
  const { baseline, flag } = facts;
  if (isOver(facts) || isIdle(facts) || !splitsNow(facts) || comparedVariants(facts).includes(baseline)) return [];
  return [
    {
      code: 'flag_not_split',
      severity: 'blocker',
      title: `The baseline ${plainOrQuoted(baseline)} gets nobody, so there is nothing to compare the other variants with.`,
      evidence: { split: splitWords(flag?.split ?? []) },
      advice: NO_BASELINE,
    },
  ];
}

/** The split of the run, after it; undefined where the log does not have it. */
function splitBefore(facts: Facts): string[] | undefined {
  const last = splitsOfRun(facts)?.at(-1)?.split;
  return last && splitWords(Object.entries(last).map(([key, percent]) => ({ key, percent })));
}

export const flagNotSplit: Rule = (facts) => {
  const { flag } = facts;
  if (!isLaunched(facts) || flag === null) return [];
  if (isForcedNow(facts)) return [FORCED];
  if (isSplit(facts)) return [...withoutBaseline(facts), ...(isOver(facts) ? [] : partlyForced(facts))];
  const whole = wholeSplit(facts);
  const over = isOver(facts);
  const before = splitBefore(facts);
  const title =
    whole === undefined
      ? 'The flag does not split users between variants any more.'
      : `The flag gives everybody inside ${plainOrQuoted(whole)}.`;
  const was = before ? `Its split in the run was ${before.join(', ')}.` : 'Its split in the run is not in the log.';
  return [
    {
      code: 'flag_not_split',
      severity: 'info',
      title: over ? `${title} ${was}` : title,
      evidence: { split: splitWords(flag.split), ...(over ? { split_in_the_run: before ?? 'not in the log' } : {}) },
      advice: over
        ? `The comparison holds only for the time of the split.${before ? '' : ' As the log lacks it, the sample ratio was not tested.'}`
        : 'Put the split back with experiment-update, or end the experiment: new data compares nothing.',
    },
  ];
};

function splitWords(split: readonly { key: string; percent: number }[]): string[] {
  return split.map(({ key, percent }) => `${plainOrQuoted(key)} ${shown(percent)}%`);
}

export const alreadyShipped: Rule = (facts) => {
  const whole = wholeSplit(facts);
  const why = whyNobody(facts);
  if (!isOver(facts) || whole === undefined || !facts.flag) return [];
  return [
    {
      code: 'already_shipped',
      severity: 'info',
      title: `${plainOrQuoted(whole)} is shipped${why === undefined ? '' : `, yet ${why}, so nobody gets it`}.`,
      evidence: { variant: whole, flag_active: facts.flag.active ? 'yes' : 'no' },
      advice: 'Nothing is left to ship; remove the losing code and archive with experiment-archive.',
    },
  ];
};

export const endedStillSplit: Rule = (facts) =>
  isOver(facts) && facts.flag && whyNobody(facts) === undefined && isSplit(facts)
    ? [
        {
          code: 'ended_still_split',
          severity: 'info',
          title: 'It is over, yet the flag still splits users between the variants.',
          evidence: { split: splitWords(facts.flag.split) },
          advice: 'Settle what users see: experiment-ship-variant with the variant that is to stay.',
        },
      ]
    : [];

export const sharedFlag: Rule = ({ others }) =>
  others === null || others.length === 0
    ? []
    : [
        {
          code: 'shared_flag',
          severity: 'info',
          title: `Its flag also runs ${others.map(idAndName).join(', ')}.`,
          evidence: { live_experiments: others.map(({ id }) => id) },
          advice: 'Pausing or shipping one does it to all; settle them together.',
        },
      ];

export const LIFECYCLE_RULES: readonly Rule[] = [
  notLaunched,
  alreadyEnded,
  flagInactive,
  flagNotSplit,
  alreadyShipped,
  endedStillSplit,
  sharedFlag,
];
