import { createHash } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import type { ReportSubject } from '../config/command.js';
import { REPORT_STYLE } from '../generated/ui.js';
import type { Session } from '../mcp/calls/session.js';
import type { AssessmentOutput } from '../schema/assessment.js';
import type { ExperimentView } from '../schema/experiment.js';
import { experimentReport, programmeReport, reportPage } from '../ui/report.js';
import type { Tree } from '../ui/tree.js';
import { VERSION } from '../version.js';
import { print } from './print.js';

export interface ReportRequest {
  about: ReportSubject;
  signal: AbortSignal;
  now: Date;
}

export interface ReportCommand extends ReportRequest {
  /** The file to write; undefined: a name of its own in the current folder. */
  out: string | undefined;
}

interface Report {
  title: string;
  file: string;
  body: Tree[];
}

/** As many as one answer holds; the page says where there are more. */
const REVIEWED_AT_MOST = 100;

/** Writes the page and prints its path. What cannot be read or written ends with an error of one line. */
export async function runReport({ out, ...request }: ReportCommand, session: Session): Promise<0> {
  const { file, page } = await reportOf(request, session);
  const path = out ?? file;
  try {
    await writeFile(path, page);
  } catch (error) {
    throw new Error(`The report was not written to ${path}: ${reasonOf(error)}. Name another file with --out.`);
  }
  await print(`${path}\n`);
  return 0;
}

/** The page as HTML, and the name for its file where none is given. */
export async function reportOf(
  { about, signal, now }: ReportRequest,
  session: Session,
): Promise<{ file: string; page: string }> {
  const ask: Ask = async (name, args) => factsOf(await session.call({ name, arguments: args, signal }));
  const { title, file, body } = about === 'all' ? await programme(ask) : await oneExperiment(about.id, ask);
  const styleHash = `sha256-${createHash('sha256').update(REPORT_STYLE).digest('base64')}`;
  const page = reportPage(body, { title, style: REPORT_STYLE, styleHash, made: now, version: VERSION });
  return { file, page };
}

type Ask = (tool: string, args: Record<string, unknown>) => Promise<Record<string, unknown>>;

async function oneExperiment(id: number, ask: Ask): Promise<Report> {
  const [read, assessment]: [Partial<ExperimentView>, Partial<AssessmentOutput>] = await Promise.all([
    ask('experiment-get', { id }),
    ask('experiment-assess', { id, detail: 'full' }),
  ]);
  // A key comes from the server and becomes part of a file's name.
  const key = (read.feature_flag_key ?? '').replaceAll(/[^A-Za-z0-9_-]+/g, '-').slice(0, 80);
  return {
    title: `${read.name ?? 'Experiment'} (${id})`,
    file: `experiment-${id}${key === '' ? '' : `-${key}`}.html`,
    body: experimentReport(read, assessment),
  };
}

async function programme(ask: Ask): Promise<Report> {
  const review = await ask('experiment-review', { include_results: true, limit: REVIEWED_AT_MOST });
  return { title: 'Review of all experiments', file: 'experiments-review.html', body: programmeReport(review) };
}

function factsOf({
  isError,
  structuredContent,
  content,
}: Awaited<ReturnType<Session['call']>>): Record<string, unknown> {
  if (isError) throw new Error(content.map(({ text }) => text).join('\n'));
  return structuredContent;
}

function reasonOf(error: unknown): string {
  const code: unknown = Object(error).code;
  if (code === 'ENOENT') return 'there is no such folder';
  if (code === 'EISDIR') return 'that is a folder';
  if (code === 'EACCES' || code === 'EPERM' || code === 'EROFS') return 'writing there is not permitted';
  return error instanceof Error ? error.message : String(error);
}
