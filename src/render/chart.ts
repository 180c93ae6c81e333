import { effectDigits } from './digits.js';
import { paddedTo } from './width.js';

/** A point with its interval, both on the same scale. */
export interface ChartRow {
  label: string;
  low: number;
  point: number;
  high: number;
  /** The effect as texts say it. */
  text: string;
}

/** Characters between the ends of the scale. */
const PLOT_WIDTH = 41;
const LABEL_WIDTH = 18;

/**
 * Intervals as aligned text in a monospace font, within 80 columns: `├──●──┤` with `│` where zero is. All rows share one
 * scale, whose ends stand below.
 */
export function intervalPlot(rows: readonly ChartRow[], unit: string): string[] {
  const finite = rows.filter((row) => [row.low, row.point, row.high].every(Number.isFinite));
  if (finite.length === 0) return [];
  const least = Math.min(0, ...finite.map((row) => row.low));
  const most = Math.max(0, ...finite.map((row) => row.high));
  if (least === most) return [];
  const column = (value: number) => Math.round(((value - least) / (most - least)) * (PLOT_WIDTH - 1));
  const lines = finite.map((row) => {
    return `${paddedTo(row.label, LABEL_WIDTH)} ${interval(row, column)} ${row.text}`;
  });
  const end = (value: number) => `${effectDigits(value, [least, most])}${unit}`;
  const [left, right] = [end(least), end(most)];
  const gap = Math.max(1, PLOT_WIDTH - left.length - right.length);
  return [...lines, `${' '.repeat(LABEL_WIDTH)} ${left}${' '.repeat(gap)}${right}`];
}

function interval(row: ChartRow, column: (value: number) => number): string {
  const cells = Array<string>(PLOT_WIDTH).fill(' ');
  for (let at = column(row.low); at <= column(row.high); at += 1) cells[at] = '─';
  cells[column(0)] = '│';
  cells[column(row.low)] = '├';
  cells[column(row.high)] = '┤';
  cells[column(row.point)] = '●';
  return cells.join('');
}
