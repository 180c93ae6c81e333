import { writeFile } from 'node:fs/promises';
import { cpus, release, type } from 'node:os';
import type { Result } from './run.js';

const REPORT = 'docs/faults.md';

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
and over both transports. A tool that writes meets it three times: on all requests of its call, on the write alone, and on the
write and all that follows. A cell passes where

- the answer is a typed error that a network can be the cause of, or true: a read equals the read without a fault, or says which parts are missing; the
  status of a write is held against the requests that the emulator carried out;
- it came within the call's deadline (for a write with the time for reading back), with a tolerance of 10%;
- no write arrived more than once, and no request reached another host;
- the same call works once the fault is gone, after the wait that the error told, if it told one;
- the key, plain or encoded, is neither in an answer nor in what the server printed;
- sockets that the fault held are closed.

The last row looks at each server at the end: timers, sockets, open files and memory are what they were before.

The server is the bundle that \`npm run build\` makes, with one module in place of \`src/posthog/limits.ts\`: the same waits,
but shorter. None of this was tried against the live PostHog cloud.

${passed} of ${results.length} cells passed in ${seconds} s (${repeated} of them when repeated alone, after the others) on ${new Date().toISOString().slice(0, 10)}: Node ${process.version}, ${type()}
${release()}, ${cpus().length} × ${cpu?.model ?? 'unknown processor'}.

${tableOf(results)}
${failures.length === 0 ? '' : `\nFailed:\n\n${failures.map((line) => `- ${line}`).join('\n')}\n`}`;
  await writeFile(REPORT, text);
}
