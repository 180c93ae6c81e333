import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { measureOwn } from './own.js';
import { print } from './report.js';
import { measureRounds } from './rounds.js';
import { makeSubjects } from './subjects.js';
import { reportOf } from './table.js';

const DOCUMENT = 'docs/proof/performance.md';
const MARKED = /(<!-- measured:start -->\n)[\s\S]*?(<!-- measured:end -->)/;

/** Compares this server with others, prints what was measured and, where asked to, puts it into the documentation. */
export async function benchAll({ rounds, write }: { rounds: number; write: boolean }): Promise<void> {
  const scratch = await mkdtemp(join(tmpdir(), 'bench-'));
  try {
    const before = loadNow();
    const made = await makeSubjects(scratch);
    const measured = await measureRounds(made.subjects, rounds);
    const missing = [...made.missing, ...measured.missing];
    const own = await measureOwn(scratch);
    const report = reportOf({ rounds, rows: measured.rows, missing, own, load: [before, loadNow()] });
    print(report);
    if (write) await put(report);
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

function loadNow(): number {
  return loadavg()[0] ?? Number.NaN;
}

async function put(report: string): Promise<void> {
  const text = await readFile(DOCUMENT, 'utf8');
  if (!MARKED.test(text)) throw new Error(`${DOCUMENT} has lost the marks between which the report goes`);
  await writeFile(
    DOCUMENT,
    text.replace(MARKED, (_, start: string, end: string) => `${start}\n${report}\n\n${end}`),
  );
}
