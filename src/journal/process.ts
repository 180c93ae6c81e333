import { readFileSync } from 'node:fs';
import { hostname } from 'node:os';

/** Which process wrote a line. Numbers are used again, so the start tells two processes of one number apart. */
export interface ProcessMark {
  pid: number;
  host: string;
  /** As the system counts it, comparable only on the same host; null where it does not tell (not Linux). */
  start: string | null;
}

export function ownMark(): ProcessMark {
  return { pid: process.pid, host: hostname(), start: startOf(process.pid) };
}

/** Whether the process that wrote a line still lives; `unknown` on another host, or where its number may be used again. */
export function lifeOf(mark: ProcessMark): 'alive' | 'gone' | 'unknown' {
  if (mark.host !== hostname()) return 'unknown';
  if (!exists(mark.pid)) return 'gone';
  const start = startOf(mark.pid);
  if (mark.start === null || start === null) return mark.pid === process.pid ? 'alive' : 'unknown';
  return mark.start === start ? 'alive' : 'gone';
}

function exists(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    // Anything but "no such process" is a process of somebody else.
    return !(error instanceof Error && 'code' in error && error.code === 'ESRCH');
  }
}

/** Field 22 of proc(5)'s stat: ticks from boot to start. The second field, a name, may hold spaces and brackets. */
function startOf(pid: number): string | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? null;
  } catch {
    return null;
  }
}
