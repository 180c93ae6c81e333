/** The table of tools in README.md. */
import type { CatalogueEntry } from '../../src/mcp/listing/catalogue.js';
import { TOOLSETS } from '../../src/tool.js';
import { cell, table } from './markdown.js';

export function toolsTable(entries: readonly CatalogueEntry[]): string {
  const rows = TOOLSETS.flatMap((toolset) => entries.filter((entry) => entry.toolset === toolset)).map(
    ({ name, toolset, access, definition }) => [
      `[\`${name}\`](docs/tools.md#${name})`,
      toolset,
      access,
      cell((definition.description ?? '').split('\n')[0] ?? ''),
    ],
  );
  return table(['Tool', 'Toolset', 'Access', 'Does'], rows);
}
