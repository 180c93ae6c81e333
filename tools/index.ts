import type { Tool } from '../src/tool.js';
import { eventSearch } from './event-search.js';
import { experimentActivity } from './experiment-activity.js';
import { experimentArchive } from './experiment-archive.js';
import { experimentAssess } from './experiment-assess.js';
import { experimentCalculateRunningTime } from './experiment-calculate-running-time.js';
import { experimentCleanupTask } from './experiment-cleanup-task.js';
import { experimentCopyToProject } from './experiment-copy-to-project.js';
import { experimentCreate } from './experiment-create.js';
import { experimentCreateExposureCohort } from './experiment-create-exposure-cohort.js';
import { experimentCreateFromPrompt } from './experiment-create-from-prompt.js';
import { experimentDelete } from './experiment-delete.js';
import { experimentDiagnose } from './experiment-diagnose.js';
import { experimentDuplicate } from './experiment-duplicate.js';
import { experimentEnd } from './experiment-end.js';
import { experimentFreezeExposure } from './experiment-freeze-exposure.js';
import { experimentGet } from './experiment-get.js';
import { experimentHoldoutsCreate } from './experiment-holdouts-create.js';
import { experimentHoldoutsDestroy } from './experiment-holdouts-destroy.js';
import { experimentHoldoutsList } from './experiment-holdouts-list.js';
import { experimentHoldoutsPartialUpdate } from './experiment-holdouts-partial-update.js';
import { experimentHoldoutsRetrieve } from './experiment-holdouts-retrieve.js';
import { experimentLaunch } from './experiment-launch.js';
import { experimentList } from './experiment-list.js';
import { experimentMigrate } from './experiment-migrate.js';
import { experimentPause } from './experiment-pause.js';
import { experimentPreflight } from './experiment-preflight.js';
import { experimentPromptTemplates } from './experiment-prompt-templates.js';
import { experimentReset } from './experiment-reset.js';
import { experimentResults } from './experiment-results.js';
import { experimentResume } from './experiment-resume.js';
import { experimentReview } from './experiment-review.js';
import { experimentSavedMetricsCreate } from './experiment-saved-metrics-create.js';
import { experimentSavedMetricsDestroy } from './experiment-saved-metrics-destroy.js';
import { experimentSavedMetricsList } from './experiment-saved-metrics-list.js';
import { experimentSavedMetricsPartialUpdate } from './experiment-saved-metrics-partial-update.js';
import { experimentSavedMetricsRetrieve } from './experiment-saved-metrics-retrieve.js';
import { experimentShipVariant } from './experiment-ship-variant.js';
import { experimentStats } from './experiment-stats.js';
import { experimentTimeseriesResults } from './experiment-timeseries-results.js';
import { experimentUnarchive } from './experiment-unarchive.js';
import { experimentUnfreezeExposure } from './experiment-unfreeze-exposure.js';
import { experimentUpdate } from './experiment-update.js';
import { experimentsBulkUpdateTagsCreate } from './experiments-bulk-update-tags-create.js';
import { featureFlagGet } from './feature-flag-get.js';
import { featureFlagRestore } from './feature-flag-restore.js';
import { projectList } from './project-list.js';

/** Every tool, sorted by name. What a server lists is chosen from these by toolset, name and access. */
export const ALL_TOOLS: readonly Tool[] = [
  eventSearch,
  experimentActivity,
  experimentArchive,
  experimentAssess,
  experimentCalculateRunningTime,
  experimentCleanupTask,
  experimentCopyToProject,
  experimentCreate,
  experimentCreateExposureCohort,
  experimentCreateFromPrompt,
  experimentDelete,
  experimentDiagnose,
  experimentDuplicate,
  experimentEnd,
  experimentFreezeExposure,
  experimentGet,
  experimentHoldoutsCreate,
  experimentHoldoutsDestroy,
  experimentHoldoutsList,
  experimentHoldoutsPartialUpdate,
  experimentHoldoutsRetrieve,
  experimentLaunch,
  experimentList,
  experimentMigrate,
  experimentPause,
  experimentPreflight,
  experimentPromptTemplates,
  experimentReset,
  experimentResults,
  experimentResume,
  experimentReview,
  experimentSavedMetricsCreate,
  experimentSavedMetricsDestroy,
  experimentSavedMetricsList,
  experimentSavedMetricsPartialUpdate,
  experimentSavedMetricsRetrieve,
  experimentShipVariant,
  experimentStats,
  experimentTimeseriesResults,
  experimentUnarchive,
  experimentUnfreezeExposure,
  experimentUpdate,
  experimentsBulkUpdateTagsCreate,
  featureFlagGet,
  featureFlagRestore,
  projectList,
];
