import type { Answer, Context } from '../http/router.js';
import type { ExperimentRow } from '../store/model.js';
import { recordWrite } from '../store/record.js';
import { parseTagsBody, type TagsBody } from '../validation/actions.js';

function nextTags(stored: readonly string[], { action, tags }: TagsBody): string[] {
  if (action === 'set') return [...tags];
  if (action === 'add') return [...new Set([...stored, ...tags])];
  return stored.filter((tag) => !tags.includes(tag));
}

/** Tags many experiments at once and answers their tags in order; ids that do not exist are told apart and stop nothing. */
export function bulkUpdateTags(context: Context): Answer {
  const { store, project } = context;
  const body = parseTagsBody(context.body);
  const ids = [...new Set(body.ids)];
  const own = (row: ExperimentRow | undefined) => row?.project_id === project.id && !row.deleted;
  const rows = ids.map((id) => store.experiments.get(id)).filter((row) => row !== undefined);
  const updated = rows.filter(own).map((row) => {
    const before = { ...row };
    row.tags = nextTags(row.tags, body).sort();
    recordWrite(row, store, { activity: 'updated', before });
    return { id: row.id, tags: row.tags };
  });
  const skipped = ids
    .filter((id) => !own(store.experiments.get(id)))
    .map((id) => ({ id, reason: 'Not found or no edit access' }));
  return { status: 200, body: { updated, skipped } };
}
