import { existsSync } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { z } from 'zod';
import { reportFile } from './run.js';

const place = z.object({ line: z.number(), column: z.number() });
const mutant = z.object({
  mutatorName: z.string(),
  replacement: z.string().default(''),
  status: z.enum(['Killed', 'Survived', 'NoCoverage', 'Timeout', 'CompileError', 'RuntimeError', 'Ignored', 'Pending']),
  location: z.object({ start: place, end: place }),
});
const report = z.object({
  framework: z.object({ version: z.string() }),
  files: z.record(z.string(), z.object({ source: z.string(), mutants: z.array(mutant) })),
});

/** A mutant that no test noticed. */
export interface Survivor {
  file: string;
  line: number;
  /** The whole line that the code stands in. */
  source: string;
  /** The code as it is, and as it would be; only the first line of either. */
  code: string;
  instead: string;
  covered: boolean;
}

export interface Result {
  name: string;
  counts: Readonly<Record<z.output<typeof mutant>['status'], number>>;
  /** Of a hundred mutants that could be noticed, those that were. */
  score: number;
  survivors: readonly Survivor[];
  /** Day of the run, and the version of Stryker. */
  date: string;
  stryker: string;
}

const firstLine = (text: string): string => {
  const [line = '', ...more] = text.split('\n');
  return more.length > 0 ? `${line} …` : line;
};

function codeAt(source: string, { start, end }: z.output<typeof mutant>['location']): string {
  const [first = ''] = source.split('\n').slice(start.line - 1);
  return start.line === end.line ? first.slice(start.column - 1, end.column - 1) : `${first.slice(start.column - 1)} …`;
}

/** What the last run of a part found; null where there was none on this machine. */
export async function resultOf(name: string): Promise<Result | null> {
  const path = reportFile(name);
  if (!existsSync(path)) return null;
  const { framework, files } = report.parse(JSON.parse(await readFile(path, 'utf8')));
  const all = Object.entries(files).flatMap(([file, { source, mutants }]) =>
    mutants.map((one) => ({ file, source, ...one })),
  );
  const counts = {
    Killed: 0,
    Survived: 0,
    NoCoverage: 0,
    Timeout: 0,
    CompileError: 0,
    RuntimeError: 0,
    Ignored: 0,
    Pending: 0,
  };
  for (const { status } of all) counts[status] += 1;
  const noticed = counts.Killed + counts.Timeout;
  const survivors = all
    .filter(({ status }) => status === 'Survived' || status === 'NoCoverage')
    .map(({ file, source, location, replacement, status }) => ({
      file,
      line: location.start.line,
      source: source.split('\n')[location.start.line - 1] ?? '',
      code: codeAt(source, location),
      instead: firstLine(replacement),
      covered: status === 'Survived',
    }));
  return {
    name,
    counts,
    score: (100 * noticed) / (noticed + survivors.length),
    survivors,
    date: (await stat(path)).mtime.toISOString().slice(0, 10),
    stryker: framework.version,
  };
}
