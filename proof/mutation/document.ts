import { writeFile } from 'node:fs/promises';
import { cpus } from 'node:os';
import { version as vitest } from 'vitest/node';
import { EXPLAINED } from './explained.js';
import { PARTS } from './parts.js';
import { type Result, resultOf, type Survivor } from './report.js';
import { LEAST_SCORE } from './run.js';

const DOCUMENT = 'docs/proof/mutation.md';

const INTRODUCTION = `# Mutation tests

Written by \`npm run mutation -- --write\`; do not edit.

A mutation test breaks the code in many small ways, one at a time (a condition turned round, a text emptied, a call left out),
and looks whether a test fails. A break that no test notices is a survivor: either a test is missing, or the code is not needed,
or the two are the same. The score is the share that was noticed; below ${LEAST_SCORE}% the command fails.

\`npm run mutation -- stats\` runs one part, without a name all of them in turn. Two idle cores test about one mutant a second, so
a part takes from minutes to an hour; it runs at the lowest priority. On a machine that others keep busy it takes many times as
long, and tests that run out of time count as having noticed, which flatters the score. Only what changed since the last run is tested again
(\`--force\` tests all). Reports, one page of HTML for each part, are in \`.stryker/\`, which is not committed.
Only the quick tests that \`proof/mutation/parts.ts\` names are run, so a survivor here may be noticed by the whole suite.
Texts and tables that are worked out once when a file is loaded are left out (ignored).
`;

const cell = (text: string): string => text.replaceAll('|', '\\|').replaceAll('\n', ' ');
const code = (text: string): string => `\`\` ${cell(text)} \`\``;

function row({ name, counts, score, survivors, date }: Result): string {
  const all = counts.Killed + counts.Timeout + survivors.length;
  const cells = [all, counts.Killed, counts.Timeout, counts.Survived, counts.NoCoverage, counts.Ignored];
  return `| ${[name, ...cells, `${score.toFixed(1)}%`, date].join(' | ')} |`;
}

function reasonFor({ file, code: original, instead, source }: Survivor): string | undefined {
  return EXPLAINED.find(
    (one) =>
      one.file === file &&
      one.code === original &&
      (one.instead === undefined || one.instead === instead) &&
      source.includes(one.within ?? ''),
  )?.because;
}

function survivorLines({ name, survivors }: Result): string[] {
  if (survivors.length === 0) return [];
  const lines = survivors.map((one) => {
    const reason = reasonFor(one) ?? (one.covered ? '' : 'Not run by these tests.');
    return `| ${one.file}:${one.line} | ${code(one.code)} | ${code(one.instead)} | ${cell(reason)} |`;
  });
  return [`### ${name}`, '', '| Where | Code | Instead | Why it stays |', '|---|---|---|---|', ...lines, ''];
}

/** Writes docs/proof/mutation.md from the last run of each part on this machine; a part that was never run is said to be so. */
export async function writeDocument(): Promise<void> {
  const names = Object.keys(PARTS);
  const results = (await Promise.all(names.map(resultOf))).filter((result) => result !== null);
  const missing = names.filter((name) => !results.some((result) => result.name === name));
  const [{ stryker } = { stryker: '' }] = results;
  const [{ model } = { model: 'unknown' }] = cpus();
  const text = [
    INTRODUCTION,
    `Run with Stryker ${stryker}, vitest ${vitest} and Node ${process.versions.node} on ${cpus().length} cores (${model}).`,
    '',
    '| Part | Mutants | Killed | Timeout | Survived | Not covered | Ignored | Score | Date |',
    '|---|---|---|---|---|---|---|---|---|',
    ...results.map(row),
    '',
    ...(missing.length > 0 ? [`Not run yet: ${missing.join(', ')}.`, ''] : []),
    '## Survivors',
    '',
    'A survivor without a reason is one that no test noticed in that run; many have got tests since, which the next run will show.',
    '',
    ...results.flatMap(survivorLines),
  ];
  await writeFile(DOCUMENT, `${text.join('\n').trimEnd()}\n`);
}
