import { columnsOf } from './width.js';

/** Of a terminal. */
const COLUMNS = 80;
const SEPARATOR = ' | ';
/** What a row begins with; the head stands above the cells. */
const BULLET = '- ';
const ABOVE = '  ';

export interface Table {
  head: readonly string[];
  rows: readonly (readonly string[])[];
  /** Whether all that a column holds are numbers: these stand to the right. */
  numeric: readonly boolean[];
}

/**
 * Rows whose columns line up in a monospace font. A head that is too wide for 80 columns stands beside the label, and where
 * the cells themselves are too wide, nothing is padded: a line that wraps does not line up, and its spaces would only cost.
 */
export function tableLines(label: string, table: Table, indent: string): string[] {
  const room = COLUMNS - indent.length - BULLET.length;
  const withHead = widthsOf([table.head, ...table.rows]);
  if (isWithin(withHead, room)) {
    const line = (cells: readonly string[]) => aligned(cells, withHead, table.numeric);
    return [
      label,
      `${indent}${ABOVE}${line(table.head)}`,
      ...table.rows.map((row) => `${indent}${BULLET}${line(row)}`),
    ];
  }
  const ofRows = widthsOf(table.rows);
  const line = (cells: readonly string[]) =>
    isWithin(ofRows, room) ? aligned(cells, ofRows, table.numeric) : cells.join(SEPARATOR);
  return [`${label} ${table.head.join(SEPARATOR)}`, ...table.rows.map((row) => `${indent}${BULLET}${line(row)}`)];
}

function widthsOf(lines: readonly (readonly string[])[]): number[] {
  const widths: number[] = [];
  for (const cells of lines)
    for (const [at, cell] of cells.entries()) widths[at] = Math.max(widths[at] ?? 0, columnsOf(cell));
  return widths;
}

function isWithin(widths: readonly number[], room: number): boolean {
  return widths.reduce((sum, width) => sum + width, SEPARATOR.length * (widths.length - 1)) <= room;
}

/** The last column is not filled: nothing stands behind it. */
function aligned(cells: readonly string[], widths: readonly number[], numeric: readonly boolean[]): string {
  const last = cells.length - 1;
  return cells
    .map((cell, at) => {
      const gap = ' '.repeat((widths[at] ?? 0) - columnsOf(cell));
      if (numeric[at]) return `${gap}${cell}`;
      return at === last ? cell : `${cell}${gap}`;
    })
    .join(SEPARATOR);
}
