import type { ServedTools } from '../mcp/listing/select-tools.js';

/** The served tools as a table for people, or as MCP definitions in JSON. */
export function toolsText({ list }: ServedTools, asJson: boolean): string {
  if (asJson)
    return `${JSON.stringify(
      list.map((entry) => entry.definition),
      null,
      2,
    )}\n`;
  const rows = [
    ['TOOL', 'TOOLSET', 'ACCESS', 'TITLE'],
    ...list.map(({ name, toolset, access, definition }) => [name, toolset, access, definition.title ?? '']),
  ];
  const widths = [0, 1, 2].map((column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows.map((row) => `${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  ')}\n`).join('');
}
