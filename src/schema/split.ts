import { z } from 'zod';
import { DESCRIBED_HERE } from './ids.js';

export const splitPercent = z.number().int().min(0).max(100).describe('Share inside');

/** PostHog refuses more. */
const MAX_VARIANTS = 20;

function sumOf(variants: readonly { split_percent: number }[]): number {
  return variants.reduce((sum, variant) => sum + variant.split_percent, 0);
}

/** PostHog takes letters of any script, dots and slashes; unlike the flag's own key, a variant's is only a text. */
export const variantKey = z
  .string()
  .min(1)
  .max(400)
  .regex(/^(?!\s)\P{C}*(?<!\s)$/u, 'may not hold control characters, or begin or end with a space');

const variantInput = z.strictObject({
  key: variantKey.describe('As in the code'),
  name: z.string().max(400).optional().describe('For people'),
  split_percent: splitPercent,
});

/** The whole set of variants with the split between them. */
export const variantsInput = variantsOf(variantInput);

/** The same for an experiment that exists. */
export const variantsPatch = variantsOf(variantInput.meta({ [DESCRIBED_HERE]: [] }));

function variantsOf(variant: typeof variantInput) {
  return z
    .array(variant)
    .min(2, 'an experiment needs at least 2 variants: a baseline and a test variant')
    .max(MAX_VARIANTS)
    .superRefine((variants, context) => {
      const sum = sumOf(variants);
      if (sum !== 100)
        context.addIssue({ code: 'custom', message: `split_percent sums to ${sum}; it must sum to 100` });
      if (new Set(variants.map((variant) => variant.key)).size !== variants.length)
        context.addIssue({ code: 'custom', message: 'two variants have the same key' });
    });
}

export const rolloutPercentage = z.number().int().min(0).max(100).optional().describe('Share who enter');
