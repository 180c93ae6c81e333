import { requireScope } from '../http/auth.js';
import { type Answer, type Context, notFound } from '../http/router.js';
import { findExperiment } from '../rows/lookup.js';
import type { CleanupTask, ExperimentRow, JsonObject } from '../store/model.js';
import type { Store } from '../store/store.js';
import type { EndBody } from '../validation/actions.js';
import { cleanupTarget } from './cleanup-target.js';

/** What a task reads at its first, second and every later look. */
const STAGES = ['queued', 'in_progress', 'completed'] as const;

/** Throws the 403 of a key that may not make tasks, where the body asks for one. */
export function assertMayCleanUp({ principal }: Context, body: EndBody): void {
  if (body.open_cleanup_pr) requireScope(principal, 'task:write');
}

/**
 * Starts the task that opens the pull request, where the body asks for one. PostHog skips it without a word where there is
 * no conclusion or no repository, and keeps the repository that was asked for only where it is connected.
 */
export function startCleanup(row: ExperimentRow, body: EndBody, { store, project }: Context): void {
  if (!body.open_cleanup_pr || row.conclusion === null) return;
  const { repository } = cleanupTarget(project, row, body.repository);
  if (repository === null) return;
  if (body.repository) row.repository = repository.toLowerCase();
  row.flag_cleanup_task = { id: store.uuid(), repository, looks: 0 };
  const config = project.experiments_config;
  if (body.set_repository_as_team_default && config) config.flag_cleanup_repository = repository.toLowerCase();
}

/** The task as it stands; each look moves it on by one stage. */
function lookAtTask(task: CleanupTask, store: Store): JsonObject {
  const run_status = STAGES[Math.min(task.looks, STAGES.length - 1)];
  task.looks += 1;
  const done = run_status === 'completed';
  return {
    task_id: task.id,
    run_status,
    is_terminal: done,
    pr_url: done ? `https://github.com/${task.repository}/pull/1` : null,
    can_view_task: store.access.level !== null,
  };
}

export function retrieveCleanupTarget(context: Context): Answer {
  return { status: 200, body: cleanupTarget(context.project, findExperiment(context).row) };
}

export function retrieveCleanupTask(context: Context): Answer {
  const task = findExperiment(context).row.flag_cleanup_task;
  if (task === null) throw notFound();
  return { status: 200, body: lookAtTask(task, context.store) };
}
