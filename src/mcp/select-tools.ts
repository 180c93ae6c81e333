import { ConfigError } from '../errors.js';
import { DEFAULT_TOOLSETS, type Toolset } from '../tool.js';
import type { CatalogueEntry } from './catalogue.js';
import { nearest } from './nearest.js';

export interface Selection {
  /** Undefined where not configured: the default toolsets, or none where `tools` names some. */
  toolsets?: readonly (Toolset | 'all')[] | undefined;
  /** Single tools, on top of the toolsets. */
  tools?: readonly string[] | undefined;
  /** Leaves only reads, whatever else is asked for. */
  readOnly: boolean;
}

/** The tools that a configuration serves, in the catalogue's order. */
export function selectTools(catalogue: readonly CatalogueEntry[], selection: Selection): CatalogueEntry[] {
  const { tools = [], readOnly } = selection;
  const toolsets: readonly string[] = selection.toolsets ?? (tools.length > 0 ? [] : DEFAULT_TOOLSETS);
  const byName = new Map(catalogue.map((entry) => [entry.name, entry]));
  const wanted = new Set(tools);
  for (const name of tools) if (!byName.has(name)) throw unknownTool(name, [...byName.keys()]);
  for (const entry of catalogue)
    if (toolsets.includes('all') || toolsets.includes(entry.toolset)) wanted.add(entry.name);
  if (readOnly) return catalogue.filter((entry) => wanted.has(entry.name) && entry.access === 'read');
  // A Set visits what is added to it while it is walked, so undo tools of undo tools come along.
  for (const name of wanted) for (const undoTool of byName.get(name)?.undoTools ?? []) wanted.add(undoTool);
  return catalogue.filter((entry) => wanted.has(entry.name));
}

function unknownTool(name: string, names: readonly string[]): ConfigError {
  const meant = nearest(name, names);
  const help = meant ? `did you mean ${meant}?` : 'run the command "tools" with --toolsets all for the list.';
  return new ConfigError(`--tools names an unknown tool, "${name.slice(0, 80)}": ${help}`);
}
