import { z } from 'zod';
import { canonical } from '../../schema/canonical.js';
import type { Experiment } from '../../schema/experiment.js';
import { breakdownOf } from '../../schema/metric-breakdowns.js';
import { parseStored } from '../../schema/settings-json.js';
import type { Update } from './wanted.js';

interface Link {
  id: number;
  metadata: Record<string, unknown>;
}

/** The links to shared metrics as a request names them; PostHog answers them under another name only. */
export function linksOf({ saved_metrics: links }: Experiment): Link[] {
  return (links ?? []).map(({ saved_metric: id, metadata }) => ({ id, metadata: metadata ?? {} }));
}

type LinkChange = Pick<
  Update,
  'add_saved_metric_id' | 'remove_saved_metric_id' | 'saved_metric_role' | 'saved_metric_breakdowns'
>;

/** A link with the role and the breakdowns that the update names; what it does not name stays. */
function wantedLink(
  id: number,
  { saved_metric_role: role, saved_metric_breakdowns: names }: LinkChange,
  before?: Link,
): Link {
  const { type = 'primary', breakdowns, ...others } = before?.metadata ?? {};
  const wanted = names?.map(breakdownOf) ?? breakdowns;
  const empty = wanted === undefined || names?.length === 0;
  return { id, metadata: { ...others, type: role ?? type, ...(empty ? {} : { breakdowns: wanted }) } };
}

function changedLinks(change: LinkChange, links: readonly Link[]): Link[] {
  const { add_saved_metric_id: add, remove_saved_metric_id: remove } = change;
  const kept = links.filter(({ id }) => id !== remove);
  if (add === undefined) return kept;
  const linked = kept.find(({ id }) => id === add);
  if (!linked) return [...kept, wantedLink(add, change)];
  const names = change.saved_metric_role !== undefined || change.saved_metric_breakdowns !== undefined;
  return names ? kept.map((link) => (link.id === add ? wantedLink(add, change, link) : link)) : kept;
}

export function savedMetricsBody(input: Update, experiment: Experiment): Record<string, unknown> {
  const links = linksOf(experiment);
  const wanted = changedLinks(input, links);
  return canonical(wanted) === canonical(links) ? {} : { saved_metrics_ids: wanted };
}

const breakdownsShape = z.array(z.object({ property: z.string(), type: z.string() })).catch([]);

/** The fields that make a link what this one is; empty ones are left out where there is no link whose settings would stay. */
function asInput({ id, metadata }: Link, stays: boolean): LinkChange {
  const role = metadata.type === 'secondary' ? 'secondary' : 'primary';
  const names = breakdownsShape
    .parse(metadata.breakdowns ?? [])
    .map(({ property, type }) => (type === 'event' ? property : `${type}:${property}`));
  return {
    add_saved_metric_id: id,
    ...(stays || role === 'secondary' ? { saved_metric_role: role } : {}),
    ...(stays || names.length > 0 ? { saved_metric_breakdowns: names } : {}),
  };
}

/** The change that puts the links back; all of them whole where fields cannot say how one was, or where in the list. */
export function linksBefore(input: Update, before: Experiment): { fields: LinkChange; whole?: Link[] } {
  const were = linksOf(before);
  if (input.stored_settings !== undefined && parseStored(input.stored_settings).saved_metrics_ids)
    return { fields: {}, whole: were };
  const are = changedLinks(input, were);
  if (canonical(were) === canonical(are)) return { fields: {} };
  const [came] = are.filter(({ id }) => !were.some((link) => link.id === id));
  const lost = were.find((link) => !are.some((other) => canonical(other) === canonical(link)));
  const fields = {
    ...(came ? { remove_saved_metric_id: came.id } : {}),
    ...(lost
      ? asInput(
          lost,
          are.some(({ id }) => id === lost.id),
        )
      : {}),
  };
  return canonical(changedLinks(fields, are)) === canonical(were) ? { fields } : { fields: {}, whole: were };
}
