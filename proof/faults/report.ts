import { writeFile } from 'node:fs/promises';
import { cpus, release, type } from 'node:os';
import type { Result } from './run.js';

const REPORT = 'docs/proof/faults.md';

/** A line for each cell that failed, with its reasons. */
export function failuresOf(results: readonly Result[]): string[] {
  return results
    .filter(({ problems }) => problems.length > 0)
    .map(
      ({ fault, tool, place, transport, problems }) =>
        `${fault}, ${tool}, ${place}, ${transport}: ${problems.join('; ')}`,
    );
}

/** Cells passed of all, by fault and transport. */
export function tableOf(results: readonly Result[]): string {
  const unique = (values: readonly string[]) => [...new Set(values)];
  const transports = unique(results.map(({ transport }) => transport))
    .sort()
    .reverse();
  const rows = unique(results.map(({ fault }) => fault)).map((fault) => {
    const cells = transports.map((transport) => {
      const mine = results.filter((one) => one.fault === fault && one.transport === transport);
      return `${mine.filter(({ problems }) => problems.length === 0).length} / ${mine.length}`;
    });
    return [fault, ...cells];
  });
  const lines = [['fault', ...transports], ['---', ...transports.map(() => '---')], ...rows];
  return lines.map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

export async function writeReport(results: readonly Result[], seconds: number): Promise<void> {
  const passed = results.filter(({ problems }) => problems.length === 0).length;
  const repeated = results.filter((one) => one.repeated).length;
  const [cpu] = cpus();
  const failures = failuresOf(results);
  const text = `# Faults

Written by \`npm run faults -- --write\`. Every fault below stands between the server and PostHog's emulator, for every tool
and over both transports. A tool that writes meets most of them three times: on all requests of its call, on the write alone, and
on the write and all that follows. Faults that concern the connection alone (refused, closed while idle, closed on reuse) and
\`500_after_first\` are met once, by all requests of the call. A cell passes where

- the answer is a typed error that a network can be the cause of, or true. A read equals the read without a fault but for times,
  or says which parts are missing and tells the others as they are; the status of a write is held against the requests that the
  emulator carried out, and may be unknown only where the state could not be read either;
- a fault that may be overcome is: one 503 or one broken connection by reads, one 429 and an idle socket that was closed by all;
- it came within the call's deadline (for a write with the time for reading back), with a tolerance of 10%, and no sooner than
  what was waited for could be given up, with the same;
- no write arrived at the proxy more than once, whether it was carried out or not (but for those refused with 429, which never
  ran), and no request reached another host;
- the same call works once the fault is gone, after the wait that the error told, if it told one;
- the key, plain or encoded, is neither in an answer nor in what the server printed;
- sockets that the fault held are closed.

The last row looks at each server at the end: timers, sockets, open files and memory are what they were before. Over HTTP one
more lane has the cells of \`429_day_long\`, each of which uses up its server; there every server is looked at before it is
replaced.

The server is the bundle that \`npm run build\` makes, with one module in place of \`src/posthog/limits.ts\`: the same waits, but
shorter, and 1 MiB in place of 16 as the largest body of a success. None of this was tried against the live PostHog cloud.

${passed} of ${results.length} cells passed in ${seconds} s (${repeated} of them came too late or too soon beside others and passed when repeated alone) on ${new Date().toISOString().slice(0, 10)}: Node ${process.version}, ${type()}
${release()}, ${cpus().length} × ${cpu?.model ?? 'unknown processor'}.

${tableOf(results)}
${failures.length === 0 ? '' : `\nFailed:\n\n${failures.map((line) => `- ${line}`).join('\n')}\n`}`;
  await writeFile(REPORT, text);
}
