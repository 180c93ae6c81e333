import { writeFile } from 'node:fs/promises';
import { RECOMMENDATIONS } from '../../src/schema/assessment.js';
import { markResults, type Outcome } from './run.js';
import { MAX_TOKENS, type ToolSample } from './tool.js';

const PAGE = 'docs/advice.md';

const text = (percent: number) => percent.toFixed(1);

/** "2.4 ± 0.3"; a share of none or all has no spread to tell an error from. */
function share(count: number, runs: number): string {
  const part = count / runs;
  const error = 100 * Math.sqrt((part * (1 - part)) / runs);
  if (count === 0) return '0';
  return count === runs ? '100' : `${text(100 * part)} ± ${error < 0.1 ? error.toFixed(2) : text(error)}`;
}

function marksText(outcome: Outcome): string {
  return markResults(outcome)
    .map(({ mark, isHeld }) => {
      const bound = `${mark.of} ${mark.at === 'most' ? '≤' : '≥'} ${mark.percent}`;
      return isHeld ? bound : `**missed:** ${bound}`;
    })
    .join('; ');
}

const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;

export function tableOf(outcomes: readonly Outcome[]): string {
  const head = ['Situation', ...RECOMMENDATIONS, 'Mark, %'];
  const rows = outcomes.map((outcome) => {
    const { situation, runs, counts } = outcome;
    return line([situation.name, ...RECOMMENDATIONS.map((one) => share(counts[one], runs)), marksText(outcome)]);
  });
  return [line(head), line(['---', ...RECOMMENDATIONS.map(() => '---:'), '---']), ...rows].join('\n');
}

function sections(outcomes: readonly Outcome[]): string {
  const groups = [...new Set(outcomes.map(({ situation }) => situation.group))];
  return groups
    .map((group) => {
      const title = group.charAt(0).toUpperCase() + group.slice(1);
      return `## ${title}\n\n${tableOf(outcomes.filter(({ situation }) => situation.group === group))}\n`;
    })
    .join('\n');
}

/** Each mark that was missed, in a line. */
export function missesOf(outcomes: readonly Outcome[]): string[] {
  return outcomes.flatMap((outcome) =>
    markResults(outcome)
      .filter(({ isHeld }) => !isHeld)
      .map(({ mark, found, error }) => {
        const { group, name } = outcome.situation;
        return `${group}, ${name}: ${mark.of} in ${text(found)} ± ${text(error)} %, wanted at ${mark.at} ${mark.percent} %`;
      }),
  );
}

export interface Report {
  outcomes: readonly Outcome[];
  sample: ToolSample;
  runs: number;
}

export async function writeReport({ outcomes, sample, runs }: Report): Promise<void> {
  const marks = outcomes.flatMap(markResults);
  const held = marks.filter(({ isHeld }) => isHeld).length;
  const page = `# How often the advice is right

Written by \`npm run simulate -- --write\`. ${runs} experiments of each situation are drawn from a known truth, with a fixed seed, and
judged by the functions that \`experiment-assess\` uses, from sums that PostHog's formulas turn into results. A number is how many of
100 experiments got that recommendation, with the standard error of the simulation; where somebody looks every day, how many got it at
any look, so that a row sums to more than 100. ${held} of ${marks.length} marks are held, each with two standard errors allowed for.
[How it decides](decisions.md) derives the rules.

A plan is what PostHog's calculator asks for: 80 % power for the smallest effect that matters (MDE), 10 % unless the situation needs
another, in 14 days. Real data has more ways to go wrong than a simulation; nothing here was compared with decisions on the live
PostHog cloud.

${sample.assessed} of these experiments, three of each situation whose data the sandbox can hold, also went through the tool
\`experiment-assess\` itself: ${sample.assessed - sample.problems.length} got the same answer, and the longest had ${Math.round(sample.longest)} tokens of ${MAX_TOKENS}.

${sections(outcomes)}`;
  await writeFile(PAGE, page);
}
