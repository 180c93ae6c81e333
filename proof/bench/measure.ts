import { execFileSync } from 'node:child_process';

export type Call = () => Promise<void>;

export interface Timing {
  /** Calls a second. */
  rate: number;
  /** Milliseconds. */
  p50: number;
  p95: number;
  p99: number;
}

/** Makes `calls` calls, `callers` of them at once. */
export async function measure(call: Call, { calls, callers }: { calls: number; callers: number }): Promise<Timing> {
  const times: number[] = [];
  let begun = 0;
  const caller = async () => {
    while (begun < calls) {
      begun += 1;
      times.push(await timed(call));
    }
  };
  const startedAt = performance.now();
  await Promise.all(Array.from({ length: callers }, caller));
  return timingOf(times, performance.now() - startedAt);
}

/** Makes calls of two kinds in turn, so that whatever else the machine does slows both alike. */
export async function measureInTurn(one: Call, other: Call, calls: number): Promise<[Timing, Timing]> {
  const times: [number[], number[]] = [[], []];
  for (let index = 0; index < calls; index += 1) {
    times[0].push(await timed(one));
    times[1].push(await timed(other));
  }
  const sum = (list: readonly number[]) => list.reduce((total, time) => total + time, 0);
  return [timingOf(times[0], sum(times[0])), timingOf(times[1], sum(times[1]))];
}

async function timed(call: Call): Promise<number> {
  const startedAt = performance.now();
  await call();
  return performance.now() - startedAt;
}

function timingOf(times: number[], elapsed: number): Timing {
  const sorted = times.toSorted((a, b) => a - b);
  const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
  return { rate: (times.length / elapsed) * 1000, p50: at(0.5), p95: at(0.95), p99: at(0.99) };
}

/** Resident memory of a process in MB. */
export function memoryOf(pid: number): number {
  return Number(execFileSync('ps', ['-o', 'rss=', '-p', String(pid)], { encoding: 'utf8' })) / 1024;
}

/** How memory moves over many calls: `{ 10000: 98.2, … }` by the number of calls so far. */
export async function memoryOver(pid: number, calls: number, call: Call): Promise<Map<number, number>> {
  const step = Math.max(1, Math.floor(calls / 5));
  const seen = new Map<number, number>();
  for (let done = 0; done < calls; done += step) {
    await measure(call, { calls: step, callers: 16 });
    seen.set(done + step, memoryOf(pid));
  }
  return seen;
}
