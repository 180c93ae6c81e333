import { ConfigError } from '../../errors.js';
import { DEFAULT_TOOLSETS, presentName, TOOLSETS, type Toolset } from '../../tool.js';
import { nearest } from '../../words/nearest.js';
import type { CatalogueEntry } from './catalogue.js';

const MAX_NAME_SHOWN = 80;

export interface Selection {
  /** Undefined where not configured: the default toolsets, or none where `tools` names some. */
  toolsets?: readonly (Toolset | 'all')[] | undefined;
  /** Single tools, on top of the toolsets. */
  tools?: readonly string[] | undefined;
  /** The flag or variable that `tools` came from, for errors; `--tools` where absent. */
  toolsFrom?: string | undefined;
  /** Leaves only reads, whatever else is asked for. */
  readOnly: boolean;
}

export interface ServedTools {
  /** In the catalogue's order; never empty. */
  list: readonly CatalogueEntry[];
  /** What to say of a name that is not served: why, and how to get the tool. Starts with "Unknown tool". */
  unknown(name: string): string;
}

/**
 * The tools that a configuration serves.
 * @throws ConfigError for a name that is no tool, and where nothing would be served.
 */
export function selectTools(catalogue: readonly CatalogueEntry[], selection: Selection): ServedTools {
  const { toolsFrom = '--tools', readOnly } = selection;
  const tools = (selection.tools ?? []).map(presentName);
  const toolsets: readonly string[] = selection.toolsets ?? (tools.length > 0 ? [] : DEFAULT_TOOLSETS);
  const byName = new Map(catalogue.map((entry) => [entry.name, entry]));
  for (const name of tools) if (!byName.has(name)) throw unknownTool(name, toolsFrom, [...byName.keys()]);
  const inToolset = (entry: CatalogueEntry) => toolsets.includes('all') || toolsets.includes(entry.toolset);
  const wanted = new Set([...tools, ...catalogue.filter(inToolset).map((entry) => entry.name)]);
  // A Set visits what is added to it while it is walked, so undo tools of undo tools come along.
  if (!readOnly)
    for (const name of wanted) for (const undoTool of byName.get(name)?.undoTools ?? []) wanted.add(undoTool);
  const list = catalogue.filter((entry) => wanted.has(entry.name) && (!readOnly || entry.access === 'read'));
  if (list.length === 0) throw nothingServed(catalogue, toolsets, readOnly);
  return { list, unknown: (name) => explainUnknown(name, byName, { toolsets, readOnly }) };
}

function explainUnknown(
  name: string,
  byName: ReadonlyMap<string, CatalogueEntry>,
  { toolsets, readOnly }: { toolsets: readonly string[]; readOnly: boolean },
): string {
  const unknown = `Unknown tool: ${name.slice(0, MAX_NAME_SHOWN)}`;
  const entry = byName.get(presentName(name));
  if (!entry) {
    const meant = nearest(name, [...byName.keys()]);
    return meant === null ? unknown : `${unknown} (did you mean ${meant}?)`;
  }
  const exists = `${unknown} (it exists but is not served:`;
  if (readOnly && entry.access !== 'read')
    return `${exists} it makes changes and this server runs with --read-only or POSTHOG_MCP_READ_ONLY; start it without)`;
  const enough = [...toolsets, entry.toolset].join(',');
  return `${exists} it belongs to the toolset ${entry.toolset}; start with --toolsets ${enough})`;
}

function nothingServed(catalogue: readonly CatalogueEntry[], asked: readonly string[], readOnly: boolean): ConfigError {
  const usable = catalogue.filter((entry) => !readOnly || entry.access === 'read');
  const toolsets = TOOLSETS.filter((toolset) => usable.some((entry) => entry.toolset === toolset)).join(', ');
  const what = asked.length === 0 ? 'The selected tools' : `The selected toolsets (${asked.join(', ')})`;
  const when = readOnly ? ' with --read-only' : '';
  return new ConfigError(`${what} would serve no tool${when}; toolsets that have tools${when}: ${toolsets}.`);
}

function unknownTool(name: string, source: string, names: readonly string[]): ConfigError {
  const meant = nearest(name, names);
  const help = meant ? `did you mean ${meant}?` : 'run "tools" with --toolsets all for the list.';
  return new ConfigError(`${source} names an unknown tool, "${name.slice(0, MAX_NAME_SHOWN)}": ${help}`);
}
