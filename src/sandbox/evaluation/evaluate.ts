import { isObject } from '../store/json.js';
import type { FlagFilters, FlagGroup, FlagRow } from '../store/model.js';
import { placeOf } from './hash.js';
import { matchesProperty, type Values } from './property.js';

/** For whom flags are evaluated. */
export interface Subject {
  distinctId: string;
  deviceId?: string | undefined;
  properties: Values;
  /** Keys of groups by the index of their type, as far as the caller names them. */
  groups: ReadonlyMap<number, { key: string; properties: Values }>;
  isInCohort(id: unknown): boolean;
  now: Date;
}

/** What decided, in PostHog's words. */
export type ReasonCode =
  | 'condition_match'
  | 'no_condition_match'
  | 'out_of_rollout_bound'
  | 'no_group_type'
  | 'super_condition_value'
  | 'holdout_condition_value'
  | 'flag_disabled';

export interface Evaluation {
  /** The key of a variant, or whether the flag is on. */
  value: string | boolean;
  reason: ReasonCode;
  /** Of the release condition that decided, from 0 on. */
  condition: number | null;
  /** JSON text. */
  payload: string | null;
}

type Outcome = Omit<Evaluation, 'payload'>;

/** Whom a rollout and a split go by, and what is known of them. */
interface Unit {
  id: string;
  properties: Values;
}

/** Of outcomes that let nobody in, the last one of the highest rank is told. */
const RANKS: readonly ReasonCode[] = ['no_group_type', 'no_condition_match', 'out_of_rollout_bound'];

function isWithin(text: string, percent: number): boolean {
  return placeOf(text) <= percent / 100;
}

/** The variant by stored order; null for those past the last one, where the shares add up to less than 100. */
function variantOf(key: string, id: string, filters: FlagFilters): string | null {
  const place = placeOf(`${key}.${id}variant`);
  let from = 0;
  for (const variant of filters.multivariate?.variants ?? []) {
    const to = from + variant.rollout_percentage / 100;
    if (place >= from && place < to) return variant.key;
    from = to;
  }
  return null;
}

function holdoutOf(id: string, { holdout }: FlagFilters): Outcome | null {
  if (!holdout || typeof holdout.exclusion_percentage !== 'number') return null;
  if (!isWithin(`holdout-${id}`, holdout.exclusion_percentage)) return null;
  return { value: `holdout-${String(holdout.id)}`, reason: 'holdout_condition_value', condition: null };
}

/** Whoever chose for or against the feature under early access is asked nothing else. */
function enrolmentOf({ key, filters }: FlagRow, properties: Values): Outcome | null {
  const { super_groups: groups, feature_enrollment: enrols } = filters;
  const property = `$feature_enrollment/${key}`;
  const hasEarlyAccess = enrols === true || (Array.isArray(groups) && groups.length > 0);
  if (!hasEarlyAccess || !Object.hasOwn(properties, property)) return null;
  const value = String(properties[property]).toLowerCase() === 'true';
  return { value, reason: 'super_condition_value', condition: null };
}

function fulfils(property: unknown, { properties }: Unit, subject: Subject): boolean {
  if (!isObject(property)) return false;
  if (property.type === 'cohort') return subject.isInCohort(property.value) !== (property.operator === 'not_in');
  // Conditions on other flags are not evaluated, so they are never met.
  return property.type !== 'flag' && matchesProperty(property, properties, subject.now);
}

function unitOf(flag: FlagRow, index: unknown, subject: Subject): Unit | null {
  if (typeof index !== 'number') {
    const id = flag.bucketing_identifier === 'device_id' ? subject.deviceId : undefined;
    return { id: id ?? subject.distinctId, properties: subject.properties };
  }
  const group = subject.groups.get(index);
  return group ? { id: group.key, properties: group.properties } : null;
}

function meet(flag: FlagRow, group: FlagGroup, unit: Unit | null, subject: Subject): Omit<Outcome, 'condition'> {
  if (!unit) return { value: false, reason: 'no_group_type' };
  if (!group.properties.every((property) => fulfils(property, unit, subject))) {
    return { value: false, reason: 'no_condition_match' };
  }
  const { key, filters } = flag;
  if (group.rollout_percentage !== null && !isWithin(`${key}.${unit.id}`, group.rollout_percentage)) {
    return { value: false, reason: 'out_of_rollout_bound' };
  }
  const forced = filters.multivariate?.variants.find((variant) => variant.key === group.variant)?.key;
  return { value: forced ?? variantOf(key, unit.id, filters) ?? true, reason: 'condition_match' };
}

function decide(flag: FlagRow, subject: Subject): Outcome {
  const { filters, active, deleted } = flag;
  if (!active || deleted) return { value: false, reason: 'flag_disabled', condition: null };
  const own = unitOf(flag, filters.aggregation_group_type_index, subject);
  if (!own) return { value: false, reason: 'no_group_type', condition: null };
  const early = enrolmentOf(flag, own.properties) ?? holdoutOf(own.id, filters);
  if (early) return early;
  let best: Outcome = { value: false, reason: 'no_condition_match', condition: null };
  for (const [condition, group] of filters.groups.entries()) {
    const index = group.aggregation_group_type_index;
    const unit = index === undefined ? own : unitOf(flag, index, subject);
    const outcome = { ...meet(flag, group, unit, subject), condition };
    if (outcome.reason === 'condition_match') return outcome;
    if (RANKS.indexOf(outcome.reason) >= RANKS.indexOf(best.reason)) best = outcome;
    if (filters.early_exit === true && outcome.reason === 'out_of_rollout_bound') return outcome;
  }
  return best;
}

/** What a flag gives to somebody, as PostHog's flag service decides it. */
export function evaluate(flag: FlagRow, subject: Subject): Evaluation {
  const outcome = decide(flag, subject);
  const payloads = flag.filters.payloads ?? {};
  const key = String(outcome.value);
  const payload = outcome.value !== false && Object.hasOwn(payloads, key) ? payloads[key] : undefined;
  return { ...outcome, payload: payload ?? null };
}
