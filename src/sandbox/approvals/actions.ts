import type { Action, FlagFilters, FlagRow, FlagWrite, JsonObject } from '../store/model.js';

/** Every percentage of a flag by its place. Other parts of a flag never need approval. */
function percentages({ groups, holdout, multivariate }: FlagFilters): Map<string, unknown> {
  const variants = multivariate?.variants ?? [];
  const places: [path: string, value: unknown][] = [
    ...groups.map(({ rollout_percentage: value }, index) => place(`groups[${index}].rollout_percentage`, value)),
    place('holdout.exclusion_percentage', holdout?.exclusion_percentage),
    ...variants.map(({ rollout_percentage: value }, index) =>
      place(`multivariate.variants[${index}].rollout_percentage`, value),
    ),
  ];
  return new Map(places.filter(([, value]) => value !== undefined && value !== null));
}

function place(path: string, value: unknown): [path: string, value: unknown] {
  return [path, value];
}

function changedPlaces(before: FlagFilters, after: FlagFilters): string[] {
  const [was, is] = [percentages(before), percentages(after)];
  return [...new Set([...was.keys(), ...is.keys()])].filter((path) => was.get(path) !== is.get(path));
}

/** The actions that a write to a flag amounts to. Source: PostHog's approvals. */
export function actionsOf(flag: FlagRow, { active = flag.active, filters = flag.filters }: FlagWrite): Action[] {
  const actions: Action[] = [];
  if (active !== flag.active) actions.push(active ? 'feature_flag.enable' : 'feature_flag.disable');
  if (changedPlaces(flag.filters, filters).length > 0) actions.push('feature_flag.update');
  return actions;
}

function listed(filters: FlagFilters): JsonObject[] {
  return [...percentages(filters)].map(([path, value]) => ({ path, value }));
}

interface Described {
  intent: JsonObject;
  intent_display: JsonObject;
}

function describeSwitch(flag: FlagRow, write: FlagWrite): Described {
  const before = { active: flag.active };
  return {
    intent: { current_state: before, gated_changes: { active: write.active }, full_request_data: write },
    intent_display: {
      description: `${write.active ? 'Enable' : 'Disable'} feature flag '${flag.key}'`,
      before,
      after: write,
    },
  };
}

function describeUpdate(flag: FlagRow, write: FlagWrite): Described {
  const filters = write.filters ?? flag.filters;
  const triggered_paths = changedPlaces(flag.filters, filters);
  const [was, is] = [percentages(flag.filters), percentages(filters)];
  const told = triggered_paths.map(
    (path) => `rollout percentage at ${path}: ${was.get(path) ?? 'N/A'}% -> ${is.get(path) ?? 'N/A'}%`,
  );
  const before = { rollout_percentage: listed(flag.filters) };
  const after = { rollout_percentage: listed(filters) };
  return {
    intent: { current_state: before, gated_changes: after, triggered_paths, full_request_data: write },
    intent_display: {
      description: `Update rollout percentage for feature flag '${flag.key}': ${told.join('; ')}`,
      ...{ before, after, triggered_paths },
    },
  };
}

/** What approvers are shown of a write to a flag. */
export function describe(action: Action, flag: FlagRow, write: FlagWrite): Described {
  const { intent, intent_display } =
    action === 'feature_flag.update' ? describeUpdate(flag, write) : describeSwitch(flag, write);
  const preconditions = { version: flag.version, updated_at: flag.updated_at };
  return { intent: { flag_id: flag.id, flag_key: flag.key, ...intent, preconditions }, intent_display };
}
