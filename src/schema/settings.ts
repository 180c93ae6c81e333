import { z } from 'zod';
import { idNumber } from './ids.js';
import { tagList } from './tag.js';

/** What a draft is planned and made with. */
export const planInput = {
  stats_method: z.enum(['bayesian', 'frequentist']).optional().describe('Statistics'),
  minimum_detectable_effect: z.number().min(0.01).max(1000).optional().describe('Planned, in %'),
  recommended_sample_size: z.number().int().min(1).max(1e9).optional().describe('Planned users'),
  holdout_id: idNumber('Before launch').optional(),
  tags: tagList.optional().describe('Replace all'),
};

/** All settings, which stay editable. */
export const settingsInput = {
  ...planInput,
  filter_test_accounts: z.boolean().optional().describe('Omit internal users'),
  multiple_variant_handling: z.enum(['exclude', 'first_seen']).optional().describe('Of users who saw several'),
  exposure_event: z.string().min(1).max(400).optional().describe('Must carry $feature/<flag key>'),
  recommended_running_time: z.number().min(0).max(3650).optional().describe('Planned days'),
};

/** What to say of an effect below 1%, which nearly always is a fraction that was sent for a per cent; else undefined. */
export function fractionDoubt(effect: number | null | undefined): string | undefined {
  if (!effect || effect >= 1) return undefined;
  const percent = Number((effect * 100).toPrecision(6));
  return `minimum_detectable_effect is in per cent: ${effect} is ${effect}%. If ${percent}% is meant, send ${percent}.`;
}

const settings = z.object(settingsInput);
export type Settings = z.output<typeof settings>;

type Stored = Record<string, unknown> | null | undefined;

interface StoredSettings {
  stats_config?: Stored;
  exposure_criteria?: Stored;
  running_time_calculation?: Stored;
}

/** Where PostHog keeps each setting that is part of a larger object. */
const NESTED = {
  stats_method: ['stats_config', 'method'],
  filter_test_accounts: ['exposure_criteria', 'filterTestAccounts'],
  multiple_variant_handling: ['exposure_criteria', 'multiple_variant_handling'],
  exposure_event: ['exposure_criteria', 'exposure_config'],
  minimum_detectable_effect: ['running_time_calculation', 'minimum_detectable_effect'],
  recommended_sample_size: ['running_time_calculation', 'recommended_sample_size'],
  recommended_running_time: ['running_time_calculation', 'recommended_running_time'],
} as const;

export type NestedSetting = keyof typeof NESTED;
export const NESTED_SETTINGS = Object.keys(NESTED).filter((name): name is NestedSetting => name in NESTED);

function wireValue(name: NestedSetting, value: unknown): unknown {
  if (name !== 'exposure_event') return value;
  return { kind: 'ExperimentEventExposureConfig', event: value, properties: [] };
}

/**
 * The request fields for settings. PostHog replaces each of its objects whole, so what is stored is merged in here and
 * cleared settings leave it.
 */
export function settingsBody(
  input: Settings,
  stored: StoredSettings,
  clear: readonly string[] = [],
): Record<string, unknown> {
  const body: Record<string, Record<string, unknown>> = {};
  for (const name of NESTED_SETTINGS) {
    const [parent, key] = NESTED[name];
    const value = input[name];
    if (value === undefined && !clear.includes(name)) continue;
    const object = body[parent] ?? { ...stored[parent] };
    body[parent] = object;
    if (value === undefined) delete object[key];
    else object[key] = wireValue(name, value);
  }
  return {
    ...body,
    ...(input.holdout_id === undefined ? {} : { holdout_id: input.holdout_id }),
    ...(input.tags === undefined ? {} : { tags: input.tags }),
  };
}
