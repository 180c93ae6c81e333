/**
 * `npm run simulate [-- --runs N] [--only text] [--write]`: thousands of experiments with a known truth through the functions
 * that decide, and a sample of them through experiment-assess on the sandbox. Exits with 1 where a mark is missed.
 */
import { parseArgs } from 'node:util';
import { missesOf, tableOf, writeReport } from './simulate/report.js';
import { type Outcome, simulate } from './simulate/run.js';
import { SITUATIONS } from './simulate/situations.js';
import { throughTheTool } from './simulate/tool.js';

const { values } = parseArgs({
  options: {
    runs: { type: 'string', default: '2000' },
    only: { type: 'string', default: '' },
    write: { type: 'boolean', default: false },
  },
});
const runs = Number(values.runs);
if (!Number.isInteger(runs) || runs < 1) throw new Error('--runs takes a whole number');
if (values.write && values.only !== '') throw new Error('--write is for all situations, without --only');
const chosen = SITUATIONS.filter(({ group, name }) => `${group}, ${name}`.includes(values.only));
const outcomes: Outcome[] = [];
for (const [at, situation] of chosen.entries()) {
  process.stderr.write(`${at + 1} of ${chosen.length}: ${situation.group}, ${situation.name}\n`);
  outcomes.push(simulate(situation, runs));
}
const sample = await throughTheTool();
process.stdout.write(`${tableOf(outcomes)}\n\n`);
const problems = [...missesOf(outcomes), ...sample.problems];
for (const problem of problems) process.stdout.write(`MISSED ${problem}\n`);
process.stdout.write(`${sample.assessed} experiments went through the tool as well.\n`);
if (values.write) await writeReport({ outcomes, sample, runs });
process.exitCode = problems.length === 0 ? 0 : 1;
