import { originalKey } from '../rows/flag-key.js';
import type { ExperimentRow, HoldoutRow } from '../store/model.js';
import { flagOf, type Store } from '../store/store.js';
import { askApproval } from './gate.js';
import { type NewRequest, needsApproval } from './requests.js';

interface HoldoutChange {
  kind: 'update' | 'delete';
  /** Excluded share after the change, in per cent; absent for a deletion. */
  share?: unknown;
  apply: () => void;
}

function shareOf({ filters }: HoldoutRow): unknown {
  return filters[0]?.rollout_percentage;
}

function describe(holdout: HoldoutRow, { kind, share }: HoldoutChange, linked: readonly ExperimentRow[]) {
  const [name, was, many] = [holdout.name, shareOf(holdout), `${linked.length} experiments`];
  return kind === 'delete'
    ? { description: `Delete holdout '${name}', releasing its users into ${many}`, after: { deleted: true } }
    : {
        description: `Change holdout '${name}' exclusion from ${was}% to ${share}%, affecting ${many}`,
        after: { exclusion_percentage: share },
      };
}

function holdoutRequest(
  holdout: HoldoutRow,
  { change, linked }: { change: HoldoutChange; linked: readonly ExperimentRow[] },
  store: Store,
): NewRequest {
  const { id, name, project_id } = holdout;
  const was = shareOf(holdout);
  const before = { exclusion_percentage: was };
  const { description, after } = describe(holdout, change, linked);
  const affected_experiments = linked.map((row) => ({
    id: row.id,
    name: row.name,
    flag_key: originalKey(flagOf(row, store)),
  }));
  return {
    project_id,
    action_key: `experiment_holdout.${change.kind}`,
    resource_type: 'experiment_holdout',
    resource_id: String(id),
    intent: {
      ...{ holdout_id: id, holdout_name: name, current_state: before, gated_changes: after },
      affected_experiments,
    },
    intent_display: { description, before, after },
    stale: () => {
      if (!store.holdouts.has(id)) return 'The holdout no longer exists';
      return shareOf(holdout) === was ? null : 'The holdout changed after this request was created';
    },
    apply: () => {
      change.apply();
      return { resource_id: id, resource_version: null };
    },
  };
}

/**
 * Makes a change to a holdout. Where it rewrites flags it needs approval as a whole: one request, not one for each flag.
 * Throws 409. Source: PostHog's approvals.
 */
export function changeHoldout(holdout: HoldoutRow, change: HoldoutChange, store: Store): void {
  const linked = [...store.experiments.values()].filter((row) => row.holdout_id === holdout.id);
  const rewrites = linked.length > 0 && (change.kind === 'delete' || change.share !== shareOf(holdout));
  if (rewrites && needsApproval(store.projects.get(holdout.project_id), 'feature_flag.update')) {
    askApproval(holdoutRequest(holdout, { change, linked }, store), store);
  }
  change.apply();
}
