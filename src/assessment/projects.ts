import { z } from 'zod';
import { ToolError } from '../errors.js';
import { apiPath } from '../posthog/path.js';
import { allRows } from '../reads/pages.js';
import { readRows } from '../schema/odd-rows.js';
import { pageWire } from '../schema/page.js';
import { wireId } from '../schema/wire.js';
import type { CallContext } from '../tool.js';

const projectWire = z.looseObject({ id: wireId, name: z.string() });
const projectPage = pageWire(z.unknown());

/** All projects; only the current one where the key is restricted to projects, which PostHog then does not list. */
export async function listProjects(context: CallContext) {
  const { api, project } = context;
  const shown = ({ id, name }: { id: number; name: string }) => ({ id, name, current: id === project });
  try {
    const { rows, unreadable } = await allProjects(context);
    const total = rows.length + unreadable.length;
    return { items: rows.map(shown), total, ...(unreadable.length > 0 ? { unreadable } : {}) };
  } catch (error) {
    if (!(error instanceof ToolError) || error.fields.status !== 403) throw error;
    const only = await api.get(apiPath`/api/projects/${project}/`, projectWire);
    const note = `The key cannot list projects (${error.fields.detail ?? error.message}), so only the current one is shown.`;
    return { items: [shown(only)], total: 1, note };
  }
}

async function allProjects(context: CallContext) {
  const found: unknown[] = [];
  for await (const row of allRows(context, { path: apiPath`/api/projects/`, page: projectPage })) found.push(row);
  return readRows(found, projectWire);
}
