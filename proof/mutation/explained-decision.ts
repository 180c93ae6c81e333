import type { Explained } from './explanation.js';

const TYPE_ALONE = 'A default that the type asks for';
const NEVER_NULL = 'Asked for by the type alone';
const PASSED_OVER = 'Whatever stands in for a list that is missing is passed over';
const NOT_DRAWN = 'A row without all three numbers is left out by the plot as well, which draws finite ones alone.';
const REFUSED = 'The computation refuses it as well, and what it refuses is left out.';

const ASSESS = 'src/decision/assess.ts';
const CHART = 'src/decision/pictures.ts';
const COMMENT = 'src/decision/evidence-comment.ts';
const EVIDENCE = 'src/decision/rules-evidence.ts';
const EXPOSURE = 'src/decision/rules-exposure.ts';
const FACTS = 'src/decision/facts.ts';
const LIFECYCLE = 'src/decision/rules-lifecycle.ts';
const MEASURE = 'src/decision/measure.ts';
const RATE = 'src/decision/rate.ts';
const READING = 'src/decision/reading.ts';
const RESULTS = 'src/decision/results.ts';
const RUN_LOG = 'src/decision/run-log.ts';
const SUMMARY = 'src/decision/summary.ts';
const TIME = 'src/decision/rules-time.ts';

/** Of the decision and of what is read for it. */
export const DECISION: readonly Explained[] = [
  {
    file: ASSESS,
    code: 'facts.exposures === null || total === null',
    instead: 'facts.exposures === null && total === null',
    because: 'The total is unknown where exposures or the flag are, and the flag is looked at beside it.',
  },
  {
    file: ASSESS,
    code: 'facts.exposures === null',
    instead: 'false',
    because: 'Without exposures there is no total, which is looked at beside it.',
  },
  {
    file: ASSESS,
    code: 'total === null',
    instead: 'false',
    because: 'The total is unknown where exposures or the flag are, and both are looked at beside it.',
  },
  {
    file: ASSESS,
    code: 'experiment.start === null',
    instead: 'false',
    within: 'daysToSample(facts)',
    because: 'A draft has no rate, so the days that its sample takes are unknown or none: no date is told either way.',
  },
  {
    file: ASSESS,
    code: '[]',
    within: 'exposures?.daily.map',
    because: 'Of a list of one there is no course either.',
  },
  {
    file: RESULTS,
    code: "''",
    within: 'Date.parse(upTo',
    because: `${TYPE_ALONE}: both times were looked at on the same line.`,
  },
  {
    file: RESULTS,
    code: 'endDate && upTo',
    because: 'A time that is missing is read as no number, which is not after any other.',
  },
  {
    file: RESULTS,
    code: '[]',
    within: 'experiment.',
    because: `${PASSED_OVER}: it has no query and no uuid.`,
  },
  {
    file: RESULTS,
    code: '[]',
    within: 'run?.results',
    because: `${PASSED_OVER}: no metric has its uuid.`,
  },
  {
    file: EXPOSURE,
    code: "''",
    within: '$feature/',
    because: `${TYPE_ALONE}: nobody was counted, and without a flag nothing is counted.`,
  },
  {
    file: EXPOSURE,
    code: 'facts.flag?.key',
    because: `${NEVER_NULL}: nobody was counted, and without a flag nothing is counted.`,
  },
  {
    file: EXPOSURE,
    code: 'facts.exposures?.counts',
    within: 'share_percent',
    because: `${NEVER_NULL}: there is a share of people only where they were counted.`,
  },
  {
    file: EXPOSURE,
    code: 'facts.exposures?.counts',
    within: 'const counts = facts.exposures?.counts ?? {}',
    because: `${NEVER_NULL}: a split is tested only where people were counted.`,
  },
  {
    file: EXPOSURE,
    code: 'share === null',
    instead: 'false',
    because: 'In the comparison beside it null counts as 0, which is below the limit.',
  },
  {
    file: LIFECYCLE,
    code: "''",
    within: 'facts.flag?.key',
    because: `${TYPE_ALONE}: only a flag that was read can be off.`,
  },
  {
    file: LIFECYCLE,
    code: 'facts.flag?.key',
    because: `${NEVER_NULL}: only a flag that was read can be off.`,
  },
  {
    file: LIFECYCLE,
    code: '[]',
    within: 'flag?.split ?? []',
    because: `${PASSED_OVER}: it has no share.`,
  },
  {
    file: LIFECYCLE,
    code: 'flag?.split',
    within: '.find(',
    because: `${NEVER_NULL}: the same line has counted its variants before.`,
  },
  {
    file: 'src/decision/verdict.ts',
    code: 'a.variant < b.variant',
    instead: 'a.variant <= b.variant',
    because: 'No two variants of a flag have the same key.',
  },
  {
    file: 'src/decision/exposures.ts',
    code: '[]',
    within: 'variantsOf(filters) : []',
    because: `${PASSED_OVER}: no variant has its key.`,
  },
  {
    file: READING,
    code: '[0, 0]',
    because: 'The width of what is missing is no number, and so not above 0 either.',
  },
  {
    file: READING,
    code: 'widths.length > 0',
    instead: 'true',
    because: 'The least of no widths is infinite, which is rounded as without an interval.',
  },
  {
    file: READING,
    code: 'widths.length > 0',
    instead: 'widths.length >= 0',
    because: 'The least of no widths is infinite, which is rounded as without an interval.',
  },
  {
    file: READING,
    code: 'effect > 0',
    instead: 'effect >= 0',
    because: 'An effect of 0 was answered two lines before.',
  },
  {
    file: EVIDENCE,
    code: 'p !== null',
    instead: 'true',
    because: `${NEVER_NULL}: what has no p-value is not judged.`,
  },
  {
    file: TIME,
    code: 'sampleSize !== null',
    instead: 'true',
    within: 'people < sampleSize',
    because: 'In the comparison beside it null counts as 0, and nobody has fewer people than that.',
  },
  {
    file: TIME,
    code: 'sampleSize === null',
    instead: 'false',
    within: '!isShortOfSample(facts)',
    because: `${NEVER_NULL}: nothing falls short of no sample.`,
  },
  {
    file: TIME,
    code: 'power >= MIN_POWER_PERCENT',
    instead: 'power > MIN_POWER_PERCENT',
    because: 'Differs only where a computed power is 50 to the last bit, which no data brings about.',
  },
  {
    file: TIME,
    code: 'more !== null',
    instead: 'true',
    because: 'In the comparison beside it null counts as 0, which is no long time.',
  },
  {
    file: COMMENT,
    code: 'lines.length - 1',
    instead: 'lines.length + 1',
    because: 'Where the search for what fits starts: from further up it ends at the same line.',
  },
  {
    file: COMMENT,
    code: 'kept > 0',
    because: 'The first line is a day, an answer and two keys, which always fit.',
  },
  {
    file: FACTS,
    code: '[]',
    within: 'const served',
    because: `${PASSED_OVER}: it has no share.`,
  },
  {
    file: FACTS,
    code: 'left < right',
    instead: 'left <= right',
    because: 'Equal ones were passed over on the same line.',
  },
  {
    file: 'src/decision/finding.ts',
    code: '[0, 0]',
    because: 'Ends that are missing are read as 0 in the lines that follow.',
  },
  {
    file: 'src/decision/judge.ts',
    code: 'gain > 0',
    instead: 'gain >= 0',
    because: 'A gain of 0 was answered on the line before.',
  },
  {
    file: MEASURE,
    code: 'better * Math.sign(value)',
    instead: 'better / Math.sign(value)',
    because: 'The sign is 1 or -1, since a value of 0 was answered before.',
  },
  {
    file: MEASURE,
    code: 'entry.result?.baseline',
    because: `${NEVER_NULL}: without a result a metric that did not fail was called absent on the line before.`,
  },
  {
    file: MEASURE,
    code: 'entry?.result',
    because: `${NEVER_NULL}: only what a calculation has was measured.`,
  },
  {
    file: MEASURE,
    code: "'measured'",
    within: 'case ',
    because: 'Without its case it falls through to the end, which has no problem to tell either.',
  },
  {
    file: MEASURE,
    code: 'entry?.error_message',
    because: `${NEVER_NULL}: only what a calculation has can have failed.`,
  },
  { file: CHART, code: '[]', within: 'variant.interval_percent', because: NOT_DRAWN },
  { file: CHART, code: '[]', within: '    ? []', because: NOT_DRAWN },
  { file: CHART, code: 'low === undefined || high === undefined || point === undefined', because: NOT_DRAWN },
  { file: CHART, code: 'low === undefined || high === undefined', because: NOT_DRAWN },
  { file: CHART, code: 'low === undefined', instead: 'false', because: NOT_DRAWN },
  { file: CHART, code: 'high === undefined', instead: 'false', because: NOT_DRAWN },
  { file: CHART, code: 'point === undefined', instead: 'false', because: NOT_DRAWN },
  {
    file: RATE,
    code: 'error instanceof StatsError',
    instead: 'true',
    because: 'Nothing else is thrown there; what would be is a fault of ours, which is to be seen.',
  },
  {
    file: RATE,
    code: 'total === null',
    instead: 'false',
    because: 'A total that is unknown counts as 0, and a rate that is not above 0 is null.',
  },
  {
    file: RATE,
    code: 'facts.exposures === null',
    instead: 'false',
    because: 'Without exposures there is no total, which is looked at beside it.',
  },
  {
    file: RATE,
    code: 'exposed === null',
    instead: 'false',
    because: 'Without exposures there is no rate either, and where there is none the answer is null, too.',
  },
  { file: RATE, code: '!people || variants < 2', instead: 'false', because: REFUSED },
  { file: RATE, code: '!people || variants < 2', instead: '!people && variants < 2', because: REFUSED },
  { file: RATE, code: 'variants < 2', instead: 'false', because: REFUSED },
  { file: RATE, code: 'baselineRow.number_of_samples < 1', instead: 'false', because: REFUSED },
  {
    file: RUN_LOG,
    code: '[]',
    within: 'facts.activity ?? []',
    because: `${PASSED_OVER}: it has no time.`,
  },
  {
    file: RUN_LOG,
    code: '[]',
    within: 'facts.exposures?.daily',
    because: `${TYPE_ALONE}: without exposures nobody is counted, which is answered on the line after.`,
  },
  {
    file: RUN_LOG,
    code: 'span.from <= last.to',
    instead: 'span.from < last.to',
    because: 'Two closures that touch take as long as one of both.',
  },
  {
    file: RUN_LOG,
    code: 'day.until > time',
    instead: 'day.until >= time',
    because: 'At the very end of a day all of it came before, and nothing of the next: both ways give its total.',
  },
  {
    file: SUMMARY,
    code: 'ready === null',
    instead: 'false',
    because: 'In the comparison beside it null counts as 0, which is before any date.',
  },
  {
    file: SUMMARY,
    code: "''",
    within: 'verdict.variant ??',
    because: `${TYPE_ALONE}: the one text that names it is of an answer that has it.`,
  },
];
