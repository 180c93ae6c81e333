import { z } from 'zod';
import { idNumber, UNPUBLISHED_FIELD } from './ids.js';
import { parseFilter } from './metric-filters.js';
import { variantKey } from './split.js';
import { tagList } from './tag.js';

/** What a draft is planned with. */
const planInput = {
  stats_method: z
    .string()
    .pipe(z.enum(['bayesian', 'frequentist']))
    .optional()
    .describe('bayesian, frequentist'),
  minimum_detectable_effect: z.number().min(0.01).max(1000).optional().describe('Planned, in %'),
  recommended_sample_size: z.number().int().min(1).max(1e9).optional().describe('Planned users'),
  holdout_id: idNumber('Before launch').optional(),
  tags: tagList.optional().describe('Replace all'),
};

const exposureFilter = z
  .string()
  .min(1)
  .max(1000)
  .superRefine((line, context) => {
    const parsed = parseFilter(line);
    if (typeof parsed === 'string') context.addIssue({ code: 'custom', message: parsed });
    else if (parsed.on !== 'event')
      context.addIssue({ code: 'custom', message: 'takes no prefix: there is one event' });
  });

/** Within PostHog's bounds, beyond which it falls back to its defaults without a word. */
const CUPED = /^(?:on|off|(?:[1-9]|[12]\d|30) days?)$/;
const SEQUENTIAL = /^(?:on|off|tuning [1-9]\d{0,8})$/;

/** How results are computed. Free texts where a setting is a switch with an amount, so that one field says both. */
const statsInput = {
  confidence_level: z
    .number()
    .min(50, 'is in per cent, such as 95')
    .max(99.999)
    .optional()
    .describe('In %, such as 95'),
  difference_type: z
    .string()
    .pipe(z.enum(['relative', 'absolute']))
    .optional()
    .describe('relative, absolute'),
  sequential_testing: z
    .string()
    .regex(SEQUENTIAL, 'must be on, off, or on with its parameter: "tuning 5000"')
    .optional()
    .describe('on, off, tuning 5000'),
  cuped: z
    .string()
    .regex(CUPED, 'must be on, off, or on with the look-back: "14 days" (1 to 30)')
    .optional()
    .describe('on, off, 14 days'),
  baseline_variant: variantKey.optional().describe('Compared with'),
  excluded_variants: z.array(variantKey).max(20).optional().describe('Left out of results'),
  only_count_matured_users: z.boolean().optional().describe('Whose windows are over'),
};

/** All settings, which stay editable. */
export const settingsInput = {
  ...planInput,
  ...statsInput,
  filter_test_accounts: z.boolean().optional().describe('Omit internal users'),
  multiple_variant_handling: z
    .string()
    .pipe(z.enum(['exclude', 'first_seen']))
    .optional()
    .describe('Users in several: exclude, first_seen'),
  exposure_event: z.string().min(1).max(400).optional().describe('With $feature/<flag key>; or action:5'),
  exposure_filters: z.array(exposureFilter).min(1).max(50).optional().describe('As filters of a metric'),
  recommended_running_time: z.number().min(0).max(3650).optional().describe('Planned days'),
  /** Only an undo needs it: what was stored before and no other field can say. */
  stored_settings: z
    .string()
    .max(50_000)
    .optional()
    .meta({ [UNPUBLISHED_FIELD]: true }),
};

/** Settings that are taken when an experiment is created, and listed by the tool that changes them. */
export const SETTINGS_OF_UPDATE = Object.keys(settingsInput);

/** What to say of an effect below 1%, which nearly always is a fraction that was sent for a per cent; else undefined. */
export function fractionDoubt(effect: number | null | undefined): string | undefined {
  if (!effect || effect >= 1) return undefined;
  const percent = Number((effect * 100).toPrecision(6));
  return `minimum_detectable_effect is in per cent: ${effect} is ${effect}%. If ${percent}% is meant, send ${percent}.`;
}

export const settings = z.object(settingsInput);
export type Settings = z.output<typeof settings>;
