import { describe, expect, it } from 'vitest';
import { createProgress, type ProgressUpdate } from '../../src/mcp/calls/progress.js';

function play(reports: [at: number, done: number][], stopAt = Number.POSITIVE_INFINITY): number[] {
  const sent: ProgressUpdate[] = [];
  let time = 0;
  const { report, stop } = createProgress(
    (update) => sent.push(update),
    () => time,
  );
  for (const [at, done] of reports) {
    time = at;
    if (at >= stopAt) stop();
    report(done, 10, 'step');
  }
  return sent.map((update) => update.progress);
}

describe('progress', () => {
  it('only rises', () => {
    expect(
      play([
        [0, 1],
        [1000, 1],
        [2000, 0],
        [3000, 2],
      ]),
    ).toEqual([1, 2]);
  });

  it('is not told more often than four times a second, but for the last step', () => {
    expect(
      play([
        [0, 1],
        [100, 2],
        [249, 3],
        [250, 4],
        [260, 10],
      ]),
    ).toEqual([1, 4, 10]);
  });

  it('ends with the call', () => {
    expect(
      play(
        [
          [0, 1],
          [1000, 2],
          [2000, 3],
        ],
        1500,
      ),
    ).toEqual([1, 2]);
  });
});
