import { z } from 'zod';
import { ToolError } from '../errors.js';
import { canonical } from './canonical.js';
import { filterText, parseFilter } from './metric-filters.js';
import { type Json, objectAt, without } from './metric-shape.js';
import { type Settings, settings } from './settings.js';

/** PostHog replaces each of these objects whole. */
export const STORED_OBJECTS = ['stats_config', 'exposure_criteria', 'running_time_calculation'] as const;
type StoredObject = (typeof STORED_OBJECTS)[number];

export type StoredSettings = { [name in StoredObject]?: Json | null | undefined };

/** How one setting is kept inside its object. */
interface Kept {
  in: StoredObject;
  /** As an input would say it; undefined where nothing is stored, or something that no input says. */
  read(stored: Json): unknown;
  write(stored: Json, value: unknown): Json;
  clear(stored: Json): Json;
}

function isEmpty(json: Json): boolean {
  return Object.keys(json).length === 0;
}

/** The object with a change made to the one below `key`, which goes when nothing is left in it. */
function changedBelow(stored: Json, key: string | undefined, change: (json: Json) => Json): Json {
  if (key === undefined) return change(stored);
  const below = change(objectAt(stored, key) ?? {});
  return isEmpty(below) ? without(stored, [key]) : { ...stored, [key]: below };
}

interface Place {
  below?: (stored: Json) => string;
  key: (stored: Json) => string;
  /** To and from what PostHog stores; left out: as it is. */
  to?: (value: unknown, stored: Json) => unknown;
  from?: (value: unknown, stored: Json) => unknown;
}

/** A setting that is one value under one key. */
function value(object: StoredObject, { below, key, to, from }: Place): Kept {
  return {
    in: object,
    read: (stored) => {
      const at = below ? (objectAt(stored, below(stored)) ?? {}) : stored;
      const found = at[key(stored)];
      return found === undefined || found === null ? undefined : from ? from(found, stored) : found;
    },
    write: (stored, wanted) =>
      changedBelow(stored, below?.(stored), (json) => ({ ...json, [key(stored)]: to ? to(wanted, stored) : wanted })),
    clear: (stored) => changedBelow(stored, below?.(stored), (json) => without(json, [key(stored)])),
  };
}

function plain(object: StoredObject, key: string): Kept {
  return value(object, { key: () => key });
}

/** Both methods keep their own level and kind of difference. */
export function methodOf({ method }: Json): 'bayesian' | 'frequentist' {
  return method === 'frequentist' ? 'frequentist' : 'bayesian';
}

/** Percent and shares without the noise of binary fractions. */
function rounded(number: number): number {
  return Number(number.toPrecision(12));
}

/** A level, or the share of false positives that the frequentist method keeps instead; there and back. */
function share(level: number, stored: Json): number {
  return methodOf(stored) === 'frequentist' ? 1 - level : level;
}

const confidenceLevel = value('stats_config', {
  below: methodOf,
  key: (stored) => (methodOf(stored) === 'frequentist' ? 'alpha' : 'ci_level'),
  to: (level, stored) => rounded(share(Number(level) / 100, stored)),
  from: (kept, stored) => (typeof kept === 'number' ? rounded(share(kept, stored) * 100) : undefined),
});

const differenceType = value('stats_config', {
  below: methodOf,
  key: () => 'difference_type',
  to: (type) => String(type).toUpperCase(),
  from: (type) => (typeof type === 'string' ? type.toLowerCase() : undefined),
});

/** A switch with an amount beside it: "on", "off", or the amount, which also turns it on. */
function switched(below: string, keys: { on: string; amount: string }, text: (amount: number) => string) {
  const kept: Kept = {
    in: 'stats_config',
    read: (stored) => {
      const { [keys.on]: on, [keys.amount]: amount } = objectAt(stored, below) ?? {};
      if (typeof on !== 'boolean') return undefined;
      return on && typeof amount === 'number' ? text(amount) : on ? 'on' : 'off';
    },
    write: (stored, wanted) => {
      const amount = /\d+/.exec(String(wanted))?.[0];
      return changedBelow(stored, below, (json) => ({
        ...json,
        [keys.on]: wanted !== 'off',
        ...(amount === undefined ? {} : { [keys.amount]: Number(amount) }),
      }));
    },
    clear: (stored) => changedBelow(stored, below, (json) => without(json, [keys.on, keys.amount])),
  };
  return kept;
}

const sequentialTesting = switched(
  'frequentist',
  { on: 'sequential_testing_enabled', amount: 'sequential_tuning_parameter' },
  (tuning) => `tuning ${tuning}`,
);
const cuped = switched(
  'cuped',
  { on: 'enabled', amount: 'lookback_days' },
  (days) => `${days} ${days === 1 ? 'day' : 'days'}`,
);

function actionId(event: unknown): string | undefined {
  return /^action:([1-9]\d{0,9})$/.exec(String(event))?.[1];
}

function isEmptyList(value: unknown): boolean {
  return Array.isArray(value) && value.length === 0;
}

function exposureConfig(stored: Json): Json | undefined {
  return objectAt(stored, 'exposure_config');
}

/** What an event and an action have in common stays where one takes the place of the other. */
const exposureEvent: Kept = {
  in: 'exposure_criteria',
  read: (stored) => {
    const { kind, event, id } = exposureConfig(stored) ?? {};
    return kind === 'ActionsNode' && typeof id === 'number' ? `action:${id}` : event;
  },
  write: (stored, event) => {
    const before = exposureConfig(stored) ?? {};
    if (exposureEvent.read(stored) === event) return stored;
    const { properties = [] } = before;
    const id = actionId(event);
    return {
      ...stored,
      exposure_config:
        id === undefined
          ? { kind: 'ExperimentEventExposureConfig', event, properties }
          : { kind: 'ActionsNode', id: Number(id), ...(isEmptyList(properties) ? {} : { properties }) },
    };
  },
  clear: (stored) => without(stored, ['exposure_config']),
};

const exposureFilters: Kept = {
  in: 'exposure_criteria',
  read: (stored) => {
    const properties = exposureConfig(stored)?.properties;
    return Array.isArray(properties) && properties.length > 0 ? properties.map(filterText) : undefined;
  },
  write: (stored, lines) => {
    const parsed = z.array(z.string()).parse(lines).map(parseFilter);
    const properties = parsed.flatMap((filter) => (typeof filter === 'string' ? [] : [filter.property]));
    return changedBelow(stored, 'exposure_config', (config) => ({ ...config, properties }));
  },
  clear: (stored) => (exposureConfig(stored) ? changedBelow(stored, 'exposure_config', emptied) : stored),
};

function emptied(config: Json): Json {
  return { ...config, properties: [] };
}

/** Where PostHog keeps each setting. The method comes first, since others are kept below it. */
const KEPT = {
  stats_method: plain('stats_config', 'method'),
  confidence_level: confidenceLevel,
  difference_type: differenceType,
  sequential_testing: sequentialTesting,
  cuped,
  baseline_variant: value('stats_config', {
    key: () => 'baseline_variant_key',
    from: (key) => (typeof key === 'string' && key !== '' ? key : undefined),
  }),
  filter_test_accounts: plain('exposure_criteria', 'filterTestAccounts'),
  multiple_variant_handling: plain('exposure_criteria', 'multiple_variant_handling'),
  exposure_event: exposureEvent,
  exposure_filters: exposureFilters,
  minimum_detectable_effect: plain('running_time_calculation', 'minimum_detectable_effect'),
  recommended_sample_size: plain('running_time_calculation', 'recommended_sample_size'),
  recommended_running_time: plain('running_time_calculation', 'recommended_running_time'),
} as const;

export type KeptSetting = keyof typeof KEPT;
export const KEPT_SETTINGS = Object.keys(KEPT).filter((name): name is KeptSetting => name in KEPT);

/** The settings as inputs would say them, each undefined where it is not set. */
export function settingsOf(stored: StoredSettings): Record<KeptSetting, unknown> {
  const read = (name: KeptSetting) => KEPT[name].read(stored[KEPT[name].in] ?? {});
  return {
    stats_method: read('stats_method'),
    confidence_level: read('confidence_level'),
    difference_type: read('difference_type'),
    sequential_testing: read('sequential_testing'),
    cuped: read('cuped'),
    baseline_variant: read('baseline_variant'),
    filter_test_accounts: read('filter_test_accounts'),
    multiple_variant_handling: read('multiple_variant_handling'),
    exposure_event: read('exposure_event'),
    exposure_filters: read('exposure_filters'),
    minimum_detectable_effect: read('minimum_detectable_effect'),
    recommended_sample_size: read('recommended_sample_size'),
    recommended_running_time: read('recommended_running_time'),
  };
}

/** The object that keeps the setting. */
export function keeperOf(name: KeptSetting): StoredObject {
  return KEPT[name].in;
}

const storedObject = z.record(z.string(), z.unknown()).nullish();
const storedObjects = z.strictObject({
  stats_config: storedObject,
  exposure_criteria: storedObject,
  running_time_calculation: storedObject,
  saved_metrics_ids: z.array(z.looseObject({ id: z.number() })).optional(),
});

/** What `stored_settings` holds. Throws a `ToolError`. */
export function parseStored(text: string): z.output<typeof storedObjects> {
  try {
    const parsed = storedObjects.safeParse(JSON.parse(text));
    if (parsed.success) return parsed.data;
  } catch {
    // Falls through to the one error below: both cases need the same correction.
  }
  throw new ToolError(
    'invalid_arguments',
    'stored_settings is not JSON of whole settings.',
    'Send it exactly as the undo holds it.',
    { field: 'stored_settings' },
  );
}

/** The request fields for settings: each object whole, with what is stored kept and cleared settings gone. */
export function settingsBody(
  input: Settings,
  stored: StoredSettings,
  clear: readonly string[] = [],
): Record<string, unknown> {
  const { saved_metrics_ids, ...body }: z.output<typeof storedObjects> =
    input.stored_settings === undefined ? {} : parseStored(input.stored_settings);
  for (const name of KEPT_SETTINGS) {
    const kept = KEPT[name];
    const wanted = input[name];
    if (wanted === undefined && !clear.includes(name)) continue;
    const object = (kept.in in body ? body[kept.in] : stored[kept.in]) ?? {};
    body[kept.in] = wanted === undefined ? kept.clear(object) : kept.write(object, wanted);
  }
  const columns = {
    saved_metrics_ids,
    holdout_id: input.holdout_id,
    tags: input.tags,
    excluded_variants: input.excluded_variants ?? (clear.includes('excluded_variants') ? null : undefined),
    only_count_matured_users:
      input.only_count_matured_users ?? (clear.includes('only_count_matured_users') ? false : undefined),
  };
  return { ...body, ...Object.fromEntries(Object.entries(columns).filter(([, value]) => value !== undefined)) };
}

/** What contradicts itself, by field. */
export function settingsProblem(
  input: Settings,
  stored: StoredSettings,
  clear: readonly string[] = [],
): [field: keyof Settings, message: string] | undefined {
  const after = settingsBody(input, stored, clear);
  const criteria = objectAt(after, 'exposure_criteria');
  if (input.exposure_filters && criteria && exposureEvent.read(criteria) === undefined)
    return ['exposure_filters', 'needs exposure_event: the default exposure cannot be filtered'];
  return undefined;
}

/**
 * How an update puts these settings back: the ones that fields can say, and the objects that have to be given whole because
 * some of what they held before has no field.
 */
export function settingsBefore(
  names: readonly KeptSetting[],
  before: StoredSettings,
  after: StoredSettings,
): { names: readonly KeptSetting[]; objects: readonly StoredObject[] } {
  const were = settingsOf(before);
  const said = settings.safeParse(Object.fromEntries(names.map((name) => [name, were[name]])));
  const clear = names.filter((name) => were[name] === undefined);
  const body = said.success ? settingsBody(said.data, after, clear) : {};
  const objects = STORED_OBJECTS.filter(
    (object) =>
      names.some((name) => KEPT[name].in === object) &&
      canonical(body[object] ?? null) !== canonical(before[object] ?? null),
  );
  return { names: names.filter((name) => !objects.includes(KEPT[name].in)), objects };
}
