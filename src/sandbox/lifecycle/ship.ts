import { changeFlag, standsApproved } from '../approvals/gate.js';
import { invalid } from '../http/api-error.js';
import type { Answer, Context } from '../http/router.js';
import { withoutFreeze } from '../rows/frozen.js';
import { variantKeys, variantsOf } from '../rows/guards.js';
import { answerWith, findExperiment, type Target } from '../rows/lookup.js';
import { canonicalJson } from '../store/json.js';
import type { FlagFilters, FlagGroup, FlagRow } from '../store/model.js';
import { log, recordWrite } from '../store/record.js';
import type { Store } from '../store/store.js';
import { parseShipBody, type ShipBody } from '../validation/actions.js';
import { assertMayCleanUp, startCleanup } from './cleanup-task.js';
import { deleteSnapshots } from './freeze.js';
import { assertLaunched } from './lifecycle.js';

const CATCH_ALL: FlagGroup = {
  properties: [],
  rollout_percentage: 100,
  description: 'Added automatically when the experiment was ended to keep only one variant.',
};

/** Filters that serve one variant: to those who meet the release conditions, or with a catch-all first to everyone. */
function shippedFilters(flag: FlagRow, winner: string, everyone: boolean): FlagFilters {
  const filters = withoutFreeze(flag.filters);
  const variants = variantsOf(flag).map((variant) => ({
    ...variant,
    rollout_percentage: variant.key === winner ? 100 : 0,
  }));
  return {
    ...filters,
    groups: everyone ? [{ ...CATCH_ALL }, ...filters.groups] : filters.groups,
    multivariate: { variants },
    payloads: filters.payloads ?? {},
  };
}

/** After an approval the catch-all is there already; a second one would need a second approval, and so on without end. */
function addsCatchAll(flag: FlagRow, { release_to_everyone: everyone }: ShipBody, store: Store): boolean {
  const first = flag.filters.groups[0];
  return everyone && !(canonicalJson(first) === canonicalJson(CATCH_ALL) && standsApproved(flag, store));
}

function conclude({ row }: Target, body: ShipBody, endDate: string): void {
  row.end_date = row.end_date ?? endDate;
  if (body.conclusion !== undefined) row.conclusion = body.conclusion;
  if (body.conclusion_comment !== undefined) row.conclusion_comment = body.conclusion_comment;
}

/** Rewrites the flag to one variant and ends a running experiment. The flag's `active` stays what it is. */
export function shipVariant(context: Context): Answer {
  const target = findExperiment(context);
  const body = parseShipBody(context.body);
  assertMayCleanUp(context, body);
  assertLaunched(target);
  const { row, flag } = target;
  if (!variantKeys(flag).includes(body.variant_key)) {
    throw invalid(`Variant '${body.variant_key}' not found on feature flag.`);
  }
  const { store } = context;
  const [before, filters] = [{ ...row }, flag.filters];
  changeFlag(flag, { filters: shippedFilters(flag, body.variant_key, addsCatchAll(flag, body, store)) }, store);
  deleteSnapshots(flag, filters, store);
  conclude(target, body, store.timestamp());
  startCleanup(row, body, context);
  recordWrite(row, store, { activity: 'updated', before });
  const changes = [{ field: 'shipped_variant', before: null, after: body.variant_key }];
  log(row, { activity: 'variant_shipped', changes }, store);
  return answerWith(target, store);
}
