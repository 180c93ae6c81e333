import { apiPath } from '../posthog/path.js';
import { type Experiment, experimentWire, statusOf } from '../schema/experiment.js';
import { exclusionOf, type Holdout, holdoutWire, viewHoldout } from '../schema/holdout.js';
import { pageWire } from '../schema/page.js';
import type { CallContext, Change, FlagSharer, Subject } from '../tool.js';

const experimentPage = pageWire(experimentWire);
const PAGE = 100;

export interface HoldoutBefore {
  holdout: Holdout;
  /** Experiments that use it and are not archived. */
  linked: readonly FlagSharer[];
}

export function readHoldout(id: number, { api, project }: CallContext): Promise<Holdout> {
  return api.get(apiPath`/api/projects/${project}/experiment_holdouts/${id}/`, holdoutWire);
}

/** PostHog has no filter for it, so all rows are looked through. */
export async function experimentsOnHoldout(id: number, { api, project }: CallContext): Promise<FlagSharer[]> {
  const found: Experiment[] = [];
  for (let offset = 0; ; offset += PAGE) {
    const page = await api.get(apiPath`/api/projects/${project}/experiments/`, experimentPage, { limit: PAGE, offset });
    found.push(...page.results.filter((row) => row.holdout?.id === id));
    if (!page.next || page.results.length === 0) break;
  }
  return found.map((row) => ({ id: row.id, name: row.name, status: statusOf(row) }));
}

function changes(before: Holdout | null, after: Holdout): Change[] {
  if (before?.id !== after.id) return [{ path: 'holdout', before: null, after: { id: after.id, name: after.name } }];
  const fields = (holdout: Holdout) => ({
    name: holdout.name,
    description: holdout.description || null,
    exclusion_percent: exclusionOf(holdout),
  });
  const [was, is]: Record<string, unknown>[] = [fields(before), fields(after)];
  return Object.keys(is ?? {}).flatMap((path) =>
    was?.[path] === is?.[path] ? [] : [{ path, before: was?.[path], after: is?.[path] }],
  );
}

/** Holdouts as writes see them. */
export const HOLDOUTS: Subject<Holdout, HoldoutBefore> = {
  field: 'holdout',
  readBefore: async (id, context) => {
    const [holdout, linked] = await Promise.all([readHoldout(id, context), experimentsOnHoldout(id, context)]);
    return { holdout, linked };
  },
  of: ({ holdout }) => holdout,
  readAgain: ({ id }, context) => readHoldout(id, context),
  view: viewHoldout,
  changes,
  unchanged: () => 'Unchanged.',
};
