import type { z } from 'zod';
import { MS_PER_DAY } from '../decision/facts.js';
import { apiPath } from '../posthog/path.js';
import { type Experiment, experimentWire, statusOf } from '../schema/experiment.js';
import { unreadableText } from '../schema/odd-rows.js';
import { nextOffset, shownPageWire } from '../schema/page.js';
import type { CallContext } from '../tool.js';
import { reasonOf, settleAll } from './review-parallel.js';

const experimentPage = shownPageWire(experimentWire);

const PAGE = 100;
/** Further pages of one status are not read. */
const MAX_PAGES = 20;
const STATUSES = ['running', 'paused', 'exposure_frozen', 'stopped', 'draft'] as const;

export interface Listed {
  rows: Experiment[];
  /** Parts that could not be read, with the reason. */
  missing: string[];
}

/** All live ones, drafts, and those that ended within so many days. Archived and deleted ones are left out. */
export async function listForReview(stoppedWithinDays: number, context: CallContext): Promise<Listed> {
  const endedAfter = context.now().getTime() - stoppedWithinDays * MS_PER_DAY;
  const pages = await settleAll(STATUSES, (status) => listStatus(status, endedAfter, context));
  const failed = pages.filter((page) => page.status === 'rejected');
  if (failed.length === STATUSES.length) throw failed[0]?.reason;
  const missing = pages.flatMap((page, index) =>
    page.status === 'rejected' ? [`${STATUSES[index]} experiments: ${reasonOf(page.reason)}`] : page.value.missing,
  );
  const rows = pages.flatMap((page) => (page.status === 'fulfilled' ? page.value.rows : []));
  // Builds that do not know a status answer with everything, so the same row may come several times.
  const unique = new Map(rows.map((row) => [row.id, row]));
  return { rows: [...unique.values()].filter((row) => isReviewed(row, endedAfter)), missing: [...new Set(missing)] };
}

function isReviewed(row: Experiment, endedAfter: number): boolean {
  if (row.archived || row.deleted) return false;
  return statusOf(row) !== 'stopped' || endOf(row) >= endedAfter;
}

/** Epoch milliseconds. */
function endOf({ end_date: end }: Experiment): number {
  return end ? Date.parse(end) : Number.NEGATIVE_INFINITY;
}

async function listStatus(status: string, endedAfter: number, { api, project }: CallContext): Promise<Listed> {
  const order = status === 'stopped' ? { order: '-end_date' } : {};
  const rows: Experiment[] = [];
  const missing: string[] = [];
  let offset: number | null = 0;
  for (let page = 0; page < MAX_PAGES; page += 1) {
    const query = { status, limit: PAGE, offset, ...order };
    const answer: z.output<typeof experimentPage> = await api.get(
      apiPath`/api/projects/${project}/experiments/`,
      experimentPage,
      query,
    );
    rows.push(...answer.results);
    missing.push(...answer.unreadable.map((row) => unreadableText('experiment', row)));
    const last = answer.results.at(-1);
    const past = status === 'stopped' && last !== undefined && endOf(last) < endedAfter;
    offset = (last || answer.unreadable.length > 0) && !past ? nextOffset(answer.next) : null;
    if (offset === null) return { rows, missing };
  }
  return { rows, missing: [...missing, `${status} experiments beyond the first ${MAX_PAGES * PAGE}`] };
}
