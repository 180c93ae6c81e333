import type { Tool as ToolDefinition } from '@modelcontextprotocol/server';
import type { Access, Toolset } from '../../tool.js';

/** What is known of a tool without loading it; made by `npm run generate`. */
export interface CatalogueEntry {
  name: string;
  toolset: Toolset;
  access: Access;
  /** Whether a call can have a lower level than `access`. */
  varies: boolean;
  /** Tools that its `undo` may name. */
  undoTools: readonly string[];
  /** As `tools/list` sends it. */
  definition: ToolDefinition;
}
