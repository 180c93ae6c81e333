import { idAndName, plainOrQuoted } from '../schema/quote.js';
import { type Facts, isIdle, isLaunched, isOver, servedSplit } from './facts.js';
import { dayOf, type Finding, type Rule, shown } from './finding.js';

function isSplit(facts: Facts): boolean {
  const { flag } = facts;
  return (flag?.split ?? []).filter(({ percent }) => percent > 0).length > 1;
}

/** The variant that has the whole split. */
function wholeSplit({ flag }: Facts): string | undefined {
  return (flag?.split.length ?? 0) > 1 ? flag?.split.find(({ percent }) => percent === 100)?.key : undefined;
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

export const flagInactive: Rule = (facts) =>
  isIdle(facts)
    ? [
        {
          code: 'flag_inactive',
          severity: 'blocker',
          title: 'Its flag is off: nobody is enrolled and everybody sees the default.',
          evidence: { flag: facts.flag?.key ?? '' },
          advice: 'Turn it on again with experiment-resume, or finish with experiment-end.',
        },
      ]
    : [];

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

export const flagNotSplit: Rule = (facts) => {
  const { flag } = facts;
  if (!isLaunched(facts) || flag === null) return [];
  if (isForcedNow(facts)) return [FORCED];
  if (isSplit(facts)) return [];
  const whole = wholeSplit(facts);
  return [
    {
      code: 'flag_not_split',
      severity: 'info',
      title:
        whole === undefined
          ? 'The flag does not split users between variants any more.'
          : `The flag gives everybody inside ${plainOrQuoted(whole)}.`,
      evidence: { split: splitWords(flag) },
      advice: isOver(facts)
        ? 'The comparison holds only for the time of the split.'
        : 'Put the split back with experiment-update, or end the experiment: new data compares nothing.',
    },
  ];
};

function splitWords({ split }: NonNullable<Facts['flag']>): string[] {
  return split.map(({ key, percent }) => `${plainOrQuoted(key)} ${shown(percent)}%`);
}

export const alreadyShipped: Rule = (facts) => {
  const whole = wholeSplit(facts);
  if (!isOver(facts) || whole === undefined || !facts.flag) return [];
  return [
    {
      code: 'already_shipped',
      severity: 'info',
      title: `${plainOrQuoted(whole)} is shipped${facts.flag.active ? '' : ', yet the flag is off, so nobody gets it'}.`,
      evidence: { variant: whole, flag_active: facts.flag.active ? 'yes' : 'no' },
      advice: 'Nothing is left to ship; remove the losing code and archive with experiment-archive.',
    },
  ];
};

export const endedStillSplit: Rule = (facts) =>
  isOver(facts) && facts.flag?.active && isSplit(facts)
    ? [
        {
          code: 'ended_still_split',
          severity: 'info',
          title: 'It is over, yet the flag still splits users between the variants.',
          evidence: { split: splitWords(facts.flag) },
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
