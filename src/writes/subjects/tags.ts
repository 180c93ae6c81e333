import { ToolError } from '../../errors.js';
import { apiPath } from '../../posthog/path.js';
import { allRows } from '../../reads/pages.js';
import { experimentWire } from '../../schema/experiment.js';
import { pageWire } from '../../schema/page.js';
import { plainOrQuoted } from '../../schema/quote.js';
import { storedTag } from '../../schema/stripped.js';
import { areGivable } from '../../schema/tag.js';
import type { CallContext, Change, Subject, Undo, Warning } from '../../tool.js';
import { ODD_TAGS } from './undo.js';

export interface Tagged {
  id: number;
  tags: string[];
}

const experimentPage = pageWire(experimentWire);

/** Tags of the experiments with these ids, archived ones too; an id that is not found is left out. */
async function readTags(ids: readonly number[], context: CallContext): Promise<Tagged[]> {
  const wanted = new Set(ids);
  const found = new Map<number, Tagged>();
  const path = apiPath`/api/projects/${context.project}/experiments/`;
  for (const archived of [false, true]) {
    for await (const { id, tags } of allRows(context, { path, page: experimentPage, query: { archived } })) {
      if (wanted.has(id)) found.set(id, { id, tags: tags ?? [] });
      if (found.size === wanted.size) break;
    }
    if (found.size === wanted.size) break;
  }
  return [...found.values()].sort((a, b) => a.id - b.id);
}

function changes(before: readonly Tagged[] | null, after: readonly Tagged[]): Change[] {
  const was = new Map((before ?? []).map(({ id, tags }) => [id, tags]));
  return after.flatMap(({ id, tags }) =>
    JSON.stringify(was.get(id)) === JSON.stringify(tags)
      ? []
      : [{ path: `tags of experiment ${id}`, before: was.get(id) ?? null, after: tags }],
  );
}

/** The same before a write, which has to have something to act on. */
async function readTagsBefore(ids: readonly number[], context: CallContext): Promise<Tagged[]> {
  const found = await readTags(ids, context);
  if (found.length > 0) return found;
  throw new ToolError(
    'not_found',
    `None of these experiments was found in project ${context.project}; nothing was sent.`,
    'Find the right ids with experiment-list. Deleted ones cannot be tagged.',
    { field: 'ids', next_tool: 'experiment-list' },
  );
}

/** Tags of several experiments at once, as writes see them. */
export const TAGGED: Subject<Tagged[], Tagged[], number[]> = {
  field: 'tagged',
  readTool: 'experiment-get',
  listTool: 'experiment-list',
  readBefore: readTagsBefore,
  of: (tagged) => tagged,
  readAgain: (tagged, context) =>
    readTags(
      tagged.map(({ id }) => id),
      context,
    ),
  view: (tagged) => tagged,
  shown: (tagged) => Object.fromEntries(tagged.map(({ id, tags }) => [`tags of experiment ${id}`, tags])),
  changes,
  unchanged: () => 'Unchanged.',
};

export interface TagChange {
  ids: number[];
  action: 'add' | 'remove' | 'set';
  tags: string[];
}

/** The tags that a change leaves an experiment with. PostHog lower-cases them. */
export function tagsAfter({ tags }: Tagged, { action, tags: given }: TagChange): { tags: string[]; changed: boolean } {
  const wanted = given.map(storedTag);
  const after =
    action === 'set'
      ? [...new Set(wanted)]
      : action === 'add'
        ? [...new Set([...tags, ...wanted])]
        : tags.filter((tag) => !wanted.includes(tag));
  return { tags: after, changed: [...after].sort().join('\n') !== [...tags].sort().join('\n') };
}

/** One call can only restore what it can say: the same tags for all, or exactly the added or removed ones back. */
export function undoOfTags({ action, tags }: TagChange, before: readonly Tagged[], after: readonly Tagged[]): Undo {
  const touched = before.filter(({ id }) => after.some((one) => one.id === id));
  const ids = touched.map(({ id }) => id);
  const given = tags.map(storedTag);
  const call = (back: TagChange['action'], restored: string[]): Undo => ({
    tool: 'experiments-bulk-update-tags-create',
    arguments: { ids, action: back, tags: restored },
  });
  const [first] = touched;
  if (!first) return { not_reversible_because: 'no experiment was changed' };
  const isSame = touched.every((one) => JSON.stringify(one.tags) === JSON.stringify(first.tags));
  if (isSame) return areGivable(first.tags) ? call('set', first.tags) : { not_reversible_because: ODD_TAGS };
  if (action === 'add' && touched.every((one) => !one.tags.some((tag) => given.includes(tag))))
    return call('remove', given);
  if (action === 'remove' && touched.every((one) => given.every((tag) => one.tags.includes(tag))))
    return call('add', given);
  return {
    not_reversible_because:
      'the experiments had different tags; changes hold them, to set one by one with experiment-update',
  };
}

export function skippedWarnings(skipped: readonly { id: number; reason?: string | null | undefined }[]): Warning[] {
  if (skipped.length === 0) return [];
  const names = skipped.map(({ id, reason }) => `${id} (${plainOrQuoted(reason ?? 'no reason given')})`).join(', ');
  return [{ code: 'skipped', message: `PostHog skipped ${names}.` }];
}
