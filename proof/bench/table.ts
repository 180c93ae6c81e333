import { cpus, release, totalmem, type } from 'node:os';
import { HTTP_BAR_MS } from './http.js';
import type { Own } from './own.js';
import { median, type Row } from './rounds.js';
import { STDIO_BAR_MS } from './stdio.js';
import { HELLO, type Missing, OURS, versionOf } from './subjects.js';

const START_RATIO = 1.25;
const MEMORY_RATIO = 1.3;
const TOKENS_PER_TOOL = 250;
/** A page is a page, and a collection does not hit the same byte twice. */
const PAGE_RATIO = 1.05;
const HEAP_GROWTH_MB = 1;
const MEGABYTE = 1_000_000;

export interface Findings {
  rounds: number;
  rows: readonly Row[];
  missing: readonly Missing[];
  own: Own;
  /** One-minute load of the machine before and after. */
  load: readonly [before: number, after: number];
}

/** The whole report, as Markdown. */
export function reportOf(findings: Findings): string {
  return [machine(findings), comparison(findings), goals(findings), ownNumbers(findings.own)].join('\n\n');
}

function machine({ rounds, load: [before, after] }: Findings): string {
  const [cpu] = cpus();
  const parts = [
    `${cpus().length} × ${cpu?.model.trim() ?? 'unknown CPU'}, ${(totalmem() / 1024 ** 3).toFixed(0)} GiB, ${type()} ${release()}`,
    `Node ${process.version}, @modelcontextprotocol/server ${versionOf('@modelcontextprotocol/server')}`,
    `${new Date().toISOString().slice(0, 10)}, medians of ${rounds} rounds, load ${before.toFixed(1)} before and ${after.toFixed(1)} after`,
  ];
  return `Measured on ${parts.join('; ')}.`;
}

function comparison({ rows, missing }: Findings): string {
  const lines = rows.map(({ subject, startMs, memoryMb, tools, tokens, unknownMs }) => [
    subject.name,
    startMs.toFixed(0),
    memoryMb.toFixed(0),
    tools.toFixed(0),
    tokens.toFixed(0),
    (tokens / tools).toFixed(0),
    (subject.installedBytes / MEGABYTE).toFixed(1),
    unknownMs.toFixed(2),
  ]);
  const head = [
    'Server',
    'Start ms',
    'Memory MB',
    'Tools',
    'Tokens',
    'Tokens per tool',
    'Installed MB',
    'Unknown tool ms',
  ];
  return [head, head.map((_, column) => (column === 0 ? '---' : '---:')), ...lines]
    .map((cells) => `| ${cells.join(' | ')} |`)
    .concat(
      missing.map(({ name, reason }) => `| ${name} | did not start: ${reason.replaceAll('|', '/')} | | | | | | |`),
    )
    .join('\n');
}

/** A goal is what is aimed at; missing it is told, and fails nothing. */
function goals({ rows }: Findings): string {
  const find = (name: string) => rows.find(({ subject }) => subject.name === name);
  const [ours, hello] = [find(OURS), find(HELLO)];
  if (!ours || !hello) return `No goals: ${ours ? HELLO : OURS} did not start.`;
  const rivals = rows.filter((row) => row !== ours && row !== hello);
  const nearest = rivals
    .map((rival) => ({ name: rival.subject.name, ratio: pairedRatio(ours, rival, 'startMs') }))
    .toSorted((one, other) => other.ratio - one.ratio)[0];
  const start = pairedRatio(ours, hello, 'startMs');
  const memory = pairedRatio(ours, hello, 'memoryMb');
  const perTool = ours.tokens / ours.tools;
  return [
    goal(`start × ${start.toFixed(2)} of ${HELLO}`, start <= START_RATIO, `× ${START_RATIO}`),
    nearest
      ? goal(
          `start × ${nearest.ratio.toFixed(2)} of ${nearest.name}, the fastest rival`,
          nearest.ratio < 1,
          'less than × 1',
        )
      : '- no rival started, so there is none to be faster than',
    goal(`memory × ${memory.toFixed(2)} of ${HELLO}`, memory <= MEMORY_RATIO, `× ${MEMORY_RATIO}`),
    goal(`${perTool.toFixed(0)} tokens per tool`, perTool <= TOKENS_PER_TOOL, `${TOKENS_PER_TOOL}`),
  ].join('\n');
}

function ownNumbers({ stdioMs, httpMs, list, results, heap, listAmongFew, listAmongThousand }: Own): string {
  const [before, after] = heap;
  const pages = listAmongThousand.text / listAmongFew.text;
  const heaps = listAmongThousand.heapMb / listAmongFew.heapMb;
  const answer = ({ text, data }: Own['list']) => `${text.toFixed(0)} tokens as text, ${data.toFixed(0)} as data`;
  return [
    goal(
      `a read over stdio ${stdioMs.toFixed(2)} ms over a direct call`,
      stdioMs <= STDIO_BAR_MS,
      `${STDIO_BAR_MS} ms`,
    ),
    goal(`a read over HTTP ${httpMs.toFixed(2)} ms over a direct call`, httpMs <= HTTP_BAR_MS, `${HTTP_BAR_MS} ms`),
    `- answer of experiment-list on the demo data: ${answer(list)}`,
    `- answer of experiment-results on the demo data: ${answer(results)}`,
    goal(
      `a page of experiment-list among 1,000 experiments × ${pages.toFixed(2)} of the tokens and × ${heaps.toFixed(2)} of the heap among 20`,
      pages <= PAGE_RATIO && heaps <= PAGE_RATIO,
      `× ${PAGE_RATIO}`,
    ),
    goal(
      `heap ${before.toFixed(1)} MB after 10,000 calls and ${after.toFixed(1)} MB after 10,000 more`,
      after - before <= HEAP_GROWTH_MB,
      `${HEAP_GROWTH_MB} MB of growth`,
    ),
  ].join('\n');
}

function goal(measured: string, within: boolean, bar: string): string {
  return `- ${measured}: ${within ? 'within' : '**ABOVE**'} the goal of ${bar}`;
}

/** Ratio within each round, so that a slow moment of the machine weighs on both sides. */
function pairedRatio(one: Row, other: Row, what: 'startMs' | 'memoryMb'): number {
  return median(one.samples.map((sample, round) => sample[what] / (other.samples[round]?.[what] ?? Number.NaN)));
}
