import { CATALOGUE } from '../../generated/tools.js';
import { type Role, reaches } from '../../mcp/calls/caller.js';
import type { CatalogueEntry } from '../../mcp/listing/catalogue.js';
import type { ServedTools } from '../../mcp/listing/select-tools.js';
import type { View } from '../../transports/http/view.js';

/** More combinations of roles and toolsets than any set of clients asks for. */
const MAX_LISTS = 100;

/** The least role that some call of a tool needs; calls that need more are refused one by one. */
export function roleFor({ access, varies }: Pick<CatalogueEntry, 'access' | 'varies'>): Role {
  if (access === 'read') return 'read';
  return access === 'write' || varies ? 'write' : 'live';
}

const ROLE_BY_TOOL: ReadonlyMap<string, Role> = new Map(CATALOGUE.map((entry) => [entry.name, roleFor(entry)]));

export function roleOf(tool: string): Role | undefined {
  return ROLE_BY_TOOL.get(tool);
}

/** What a view is served: never more than is configured. The lists are few, so each is made once. */
export function createViews(configured: ServedTools): (view: View) => ServedTools {
  const made = new Map<string, ServedTools>();
  return ({ caller, readOnly, toolsets }) => {
    const role = readOnly ? 'read' : caller.role;
    const key = JSON.stringify([role, toolsets?.toSorted()]);
    const served = made.get(key) ?? narrowed(configured, role, toolsets);
    if (made.size < MAX_LISTS) made.set(key, served);
    return served;
  };
}

/** May serve nothing at all, where a request asks for nothing that is configured. */
function narrowed({ list, unknown }: ServedTools, role: Role, toolsets: View['toolsets']): ServedTools {
  const byName = new Map(list.map((entry) => [entry.name, entry]));
  const isAsked = ({ toolset }: CatalogueEntry) =>
    toolsets === undefined || toolsets.includes('all') || toolsets.includes(toolset);
  const wanted = new Set(list.filter(isAsked).map(({ name }) => name));
  // What takes a change back stays beside what makes it. A Set visits what is added to it while it is walked.
  for (const name of wanted) for (const undoTool of byName.get(name)?.undoTools ?? []) wanted.add(undoTool);
  return {
    list: list.filter((entry) => wanted.has(entry.name) && reaches(role, roleFor(entry))),
    unknown: (name) =>
      byName.has(name)
        ? `Unknown tool: ${name} (it exists but is not served: X-MCP-Toolsets or X-MCP-Read-Only of this request, or the caller's role, leaves it out)`
        : unknown(name),
  };
}
