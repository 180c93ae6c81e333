import { writeFile } from 'node:fs/promises';
import { cpus } from 'node:os';
import { version as vitest } from 'vitest/node';
import { EXPLAINED } from './explained.js';
import { PARTS } from './parts.js';
import { type Result, resultOf, type Survivor } from './report.js';
import { LEAST_SCORE } from './run.js';

const DOCUMENT = 'docs/proof/mutation.md';
/** One survivor a line, as JSON; without `because` where nobody has explained it yet. */
const SURVIVORS = 'proof/mutation/survivors.jsonl';

const INTRODUCTION = `# Mutation tests

Written by \`npm run mutation -- --write\`; do not edit.

A mutation test changes the code in many small ways, one at a time: it negates a condition, empties a string, drops a call. A
change that no test notices is a survivor: a test is missing, the code is not needed, or both versions behave alike. The score
is the share of changes that the tests noticed; below ${LEAST_SCORE}% the command fails.

The parts are those where a silent mistake costs most: statistics, decisions, consent, the sandbox's lifecycle, and the API
client. Each part runs only the quick tests named in \`proof/mutation/parts.ts\`, so the whole suite may notice a survivor.
Strings and tables computed once when a file loads are not mutated ("Ignored").

\`npm run mutation -- stats\` runs one part; without a name, all of them. Two idle cores test about one mutant a second, so a part
takes from minutes to an hour. On a busy machine tests time out, which counts as noticed and flatters the score. Only what
changed since the last run is tested again; \`--force\` tests everything.
`;

function row({ name, counts, score, survivors, date }: Result): string {
  const all = counts.Killed + counts.Timeout + survivors.length;
  const cells = [all, counts.Killed, counts.Timeout, counts.Survived, counts.NoCoverage, counts.Ignored];
  return `| ${[name, ...cells, `${score.toFixed(1)}%`, date].join(' | ')} |`;
}

function reasonFor({ file, code, instead, source }: Survivor): string | undefined {
  return EXPLAINED.find(
    (one) =>
      one.file === file &&
      one.code === code &&
      (one.instead === undefined || one.instead === instead) &&
      source.includes(one.within ?? ''),
  )?.because;
}

function survivorLines({ name, survivors }: Result): string[] {
  return survivors.map((one) => {
    const { file, line, code, instead, covered } = one;
    const because = reasonFor(one) ?? (covered ? undefined : 'Not run by these tests.');
    return `${JSON.stringify({ part: name, file, line, code, instead, because })}\n`;
  });
}

/** Writes the scores and the survivors of each part's last run on this machine, and names the parts that never ran. */
export async function writeDocument(): Promise<void> {
  const names = Object.keys(PARTS);
  const results = (await Promise.all(names.map(resultOf))).filter((result) => result !== null);
  const missing = names.filter((name) => !results.some((result) => result.name === name));
  const [{ stryker } = { stryker: '' }] = results;
  const [{ model } = { model: 'unknown' }] = cpus();
  const lines = results.flatMap(survivorLines);
  const explained = lines.filter((line) => line.includes('"because":')).length;
  const text = [
    INTRODUCTION,
    `Run with Stryker ${stryker}, vitest ${vitest} and Node ${process.versions.node} on ${cpus().length} cores (${model}).`,
    '',
    '| Part | Mutants | Killed | Timeout | Survived | Not covered | Ignored | Score | Date |',
    '|---|---|---|---|---|---|---|---|---|',
    ...results.map(row),
    '',
    ...(missing.length > 0 ? [`Not run yet: ${missing.join(', ')}.`, ''] : []),
    `\`${SURVIVORS}\` lists the ${lines.length} survivors of these runs; ${explained} have a reason to stay, the others want a test.`,
  ];
  await writeFile(SURVIVORS, lines.join(''));
  await writeFile(DOCUMENT, `${text.join('\n').trimEnd()}\n`);
}
