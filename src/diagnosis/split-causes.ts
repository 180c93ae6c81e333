import { roundedP } from '../render/digits.js';
import { plainOrQuoted } from '../schema/quote.js';
import { chiSquareUpperTail } from '../stats/distributions.js';
import { MIN_SRM_EXPOSURES, SRM_ALARM, testSplit } from '../stats/srm.js';
import { type Cause, type DiagnosisFacts, partsOf, type Segment, sum } from './facts.js';

/** Of segments with the same people the one that tells most comes first. */
const KINDS: readonly string[] = ['bot', 'lib', 'since', 'day', 'browser', 'device', 'country', 'page'];
/** A split without the segment is whole again from this p on. Source: our choice, far from the alarm. */
const HEALED_P = 0.01;

type Counts = Record<string, number>;

interface Candidate {
  kind: string;
  value: string;
  counts: Counts;
  people: number;
  /** Of its own split, corrected for the number of segments looked at. */
  pInside: number;
  /** Of the split of all others. */
  pWithout: number;
}

const USUALLY: Readonly<Record<string, string>> = {
  lib: 'one SDK assigns or records variants otherwise: stale local definitions, or a call that is sent for one variant only',
  browser: 'in this browser one variant breaks, or its events are blocked, before the exposure is sent',
  device: 'on these devices one variant breaks or loads too slowly, before the exposure is sent',
  country: 'in this country another path, cache or consent banner serves one variant',
  page: 'on this entry page the code asks for, or sends, one variant only',
  bot: 'programs ask for the flag; one variant keeps them, or they ask without keeping their id',
  day: 'on this day something was released or changed',
  since: 'from this day on the split, a release condition or the code was changed (experiment-activity)',
};

function counted(facts: DiagnosisFacts): Segment[] {
  const { counting, segments } = facts;
  return (segments ?? []).filter(({ several }) => !several || !counting.severalExcluded);
}

function countsOf(rows: readonly Segment[]): Counts {
  const counts: Counts = {};
  for (const { variant, people } of rows) counts[variant] = (counts[variant] ?? 0) + people;
  return counts;
}

function pOf(counts: Counts, split: DiagnosisFacts['split']): number {
  return testSplit(counts, split)?.pValue ?? 1;
}

function without(all: Counts, part: Counts): Counts {
  return Object.fromEntries(Object.entries(all).map(([key, count]) => [key, count - (part[key] ?? 0)]));
}

/** Each value of each kind, and every time from a day on. */
function parts(rows: readonly Segment[]): { kind: string; value: string; counts: Counts }[] {
  const names = [...new Set(rows.map(({ segment }) => segment))].filter((segment) => segment !== 'all:');
  const own = names.map((segment) => ({
    ...partsOf(segment),
    counts: countsOf(rows.filter((row) => row.segment === segment)),
  }));
  const days = own
    .filter(({ kind }) => kind === 'day')
    .map(({ value }) => value)
    .sort();
  const since = days.slice(1).map((from) => ({
    kind: 'since',
    value: from,
    counts: countsOf(rows.filter(({ segment }) => segment.startsWith('day:') && partsOf(segment).value >= from)),
  }));
  return [...own, ...since];
}

function candidates(rows: readonly Segment[], split: DiagnosisFacts['split']): Candidate[] {
  const all = countsOf(rows.filter(({ segment }) => segment === 'all:'));
  const whole = sum(Object.values(all));
  const looked = parts(rows).filter(({ counts }) => {
    const people = sum(Object.values(counts));
    return people >= MIN_SRM_EXPOSURES && whole - people >= MIN_SRM_EXPOSURES;
  });
  const tested = looked.map(({ kind, value, counts }) => ({
    kind,
    value,
    counts,
    people: sum(Object.values(counts)),
    pInside: Math.min(1, pOf(counts, split) * looked.length),
    pWithout: pOf(without(all, counts), split),
  }));
  // Days after the change would heal nearly as well: the change is where the rest differs most.
  const since = tested.filter(({ kind }) => kind === 'since').sort((a, b) => a.pInside - b.pInside);
  return [...tested.filter(({ kind }) => kind !== 'since'), ...since.slice(0, 1)];
}

/** Whether the others differ from the split in the same way, so that the segment is only a part of the whole fault. */
function alike(rows: readonly Segment[], split: DiagnosisFacts['split']): boolean {
  const libs = parts(rows).filter(({ kind }) => kind === 'lib');
  const tested = libs.flatMap(({ counts }) => testSplit(counts, split) ?? []);
  const together = sum(tested.map(({ chiSquare }) => chiSquare));
  return tested.length > 1 && chiSquareUpperTail(together, tested.length) < SRM_ALARM;
}

/** Where a sample ratio mismatch sits: the segment whose removal heals it. */
export function mismatch(facts: DiagnosisFacts): Cause[] {
  const { split, segments } = facts;
  if (segments === null) return [];
  const rows = counted(facts);
  const all = countsOf(rows.filter(({ segment }) => segment === 'all:'));
  const test = testSplit(all, split);
  if (!test?.mismatch) return [];
  const healing = candidates(rows, split)
    .filter(({ pInside, pWithout }) => pInside < SRM_ALARM && pWithout >= HEALED_P)
    // The smallest part that explains it all: what is larger holds people who are split as they should be.
    .sort((a, b) => a.people - b.people || KINDS.indexOf(a.kind) - KINDS.indexOf(b.kind));
  const [found, ...others] = healing;
  if (!found)
    return [
      {
        code: 'mismatch_not_located',
        confidence: 'certain',
        title:
          'The split of exposures does not fit, and no day, library, browser, device, country or entry page explains it alone.',
        evidence: { p_value: roundedP(test.pValue), exposed: all, alike_in_libraries: alike(rows, split) },
        next: 'Not found in the data. Compare the split, its changes and forced variants (experiment-activity, feature-flag-get) with what the code does before it asks.',
      },
    ];
  const { kind, value, counts, people, pInside, pWithout } = found;
  const where = kind === 'since' ? `since ${value}` : `${kind} ${plainOrQuoted(value === '' ? '(none)' : value)}`;
  return [
    {
      code: 'mismatch_in_segment',
      confidence: 'likely',
      title: `The sample ratio mismatch sits in ${where}: without its ${people} people the split fits.`,
      evidence: {
        segment: `${kind}:${value}`,
        exposed_in_segment: counts,
        p_in_segment_corrected: roundedP(pInside),
        p_without_segment: roundedP(pWithout),
        p_value: roundedP(test.pValue),
        ...(others.length > 0 ? { also_heals: others.slice(0, 3).map((one) => `${one.kind}:${one.value}`) } : {}),
      },
      next: `Usually: ${USUALLY[kind] ?? 'this part is served otherwise'}. Mend that and start over; results so far cannot be trusted.`,
    },
  ];
}
