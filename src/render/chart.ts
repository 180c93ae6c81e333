import { paddedTo } from './width.js';

/** A point with its interval, both on the same scale. */
export interface ChartRow {
  label: string;
  low: number;
  point: number;
  high: number;
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
    const effect = `${signed(row.point, decimalsFor(row.low, row.high))}${unit}`;
    return `${paddedTo(row.label, LABEL_WIDTH)} ${interval(row, column)} ${effect}`;
  });
  const left = `${signed(least, decimalsFor(least, most))}${unit}`;
  const right = `${signed(most, decimalsFor(least, most))}${unit}`;
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

/** More than this an interval of any real size does not need, and `toFixed` turns to powers of ten above 1e21. */
const MAX_DECIMALS = 6;

/** Decimals that an interval supports: two digits of its width, so an effect of −1.1 to 7.5 reads +3.2. */
export function decimalsFor(low: number, high: number): number {
  const width = Math.abs(high - low);
  if (!Number.isFinite(width) || width === 0) return 2;
  return Math.min(MAX_DECIMALS, Math.max(0, 1 - Math.floor(Math.log10(width))));
}

function signed(value: number, decimals: number): string {
  const digits = value.toFixed(decimals);
  if (Number(digits) === 0) return '0';
  return value > 0 ? `+${digits}` : digits;
}
