import type { Timing } from './measure.js';

export function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

export function head(): void {
  print(`${'what'.padEnd(46)} ${['calls/s', 'p50 ms', 'p95 ms', 'p99 ms'].map((name) => name.padStart(9)).join('')}`);
}

export function row(what: string, { rate, p50, p95, p99 }: Timing): void {
  const cells = [rate.toFixed(0), p50.toFixed(2), p95.toFixed(2), p99.toFixed(2)];
  print(`${what.padEnd(46)} ${cells.map((cell) => cell.padStart(9)).join('')}`);
}

/** A bar is what was aimed at; missing it is told, and fails nothing. */
export function overhead(what: string, { direct, served, bar }: { direct: Timing; served: Timing; bar: number }): void {
  const cost = served.p50 - direct.p50;
  const verdict = cost <= bar ? 'within' : 'ABOVE';
  const ratio = (served.p50 / direct.p50).toFixed(2);
  print(
    `${what}: ${cost.toFixed(2)} ms at the median over a direct call (x ${ratio}), ${verdict} the bar of ${bar} ms`,
  );
}

export function memory(warm: number, over: ReadonlyMap<number, number>): void {
  const later = [...over].map(([calls, mb]) => `${calls}: ${mb.toFixed(1)}`).join('  ');
  print(`memory in MB after warm-up: ${warm.toFixed(1)}; after so many calls more: ${later}`);
}
