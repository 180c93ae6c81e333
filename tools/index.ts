import type { Tool } from '../src/tool.js';
import { eventSearch } from './event-search.js';
import { experimentActivity } from './experiment-activity.js';
import { experimentArchive } from './experiment-archive.js';
import { experimentCalculateRunningTime } from './experiment-calculate-running-time.js';
import { experimentCreate } from './experiment-create.js';
import { experimentCreateExposureCohort } from './experiment-create-exposure-cohort.js';
import { experimentDelete } from './experiment-delete.js';
import { experimentDuplicate } from './experiment-duplicate.js';
import { experimentEnd } from './experiment-end.js';
import { experimentGet } from './experiment-get.js';
import { experimentLaunch } from './experiment-launch.js';
import { experimentList } from './experiment-list.js';
import { experimentPause } from './experiment-pause.js';
import { experimentReset } from './experiment-reset.js';
import { experimentResults } from './experiment-results.js';
import { experimentResume } from './experiment-resume.js';
import { experimentShipVariant } from './experiment-ship-variant.js';
import { experimentTimeseriesResults } from './experiment-timeseries-results.js';
import { experimentUnarchive } from './experiment-unarchive.js';
import { experimentUpdate } from './experiment-update.js';
import { featureFlagGet } from './feature-flag-get.js';
import { featureFlagRestore } from './feature-flag-restore.js';

/** Every tool, sorted by name. What a server lists is chosen from these by toolset, name and access. */
export const ALL_TOOLS: readonly Tool[] = [
  eventSearch,
  experimentActivity,
  experimentArchive,
  experimentCalculateRunningTime,
  experimentCreate,
  experimentCreateExposureCohort,
  experimentDelete,
  experimentDuplicate,
  experimentEnd,
  experimentGet,
  experimentLaunch,
  experimentList,
  experimentPause,
  experimentReset,
  experimentResults,
  experimentResume,
  experimentShipVariant,
  experimentTimeseriesResults,
  experimentUnarchive,
  experimentUpdate,
  featureFlagGet,
  featureFlagRestore,
];
