import { canonical } from '../../schema/canonical.js';
import type { Flag, FlagFilters } from '../../schema/flag.js';
import { rolloutOf } from '../../schema/flag.js';
import { decodedPayloads, encodedPayloads } from '../../schema/flag-input.js';
import { asciiJson } from '../subjects/undo.js';
import { draftOnly } from './flag-request.js';
import type { Update } from './wanted.js';

function touchesPayloads({ payloads, clear }: Update): boolean {
  return payloads !== undefined || clear?.includes('payloads') === true;
}

export function touchesFlag(input: Update): boolean {
  const { variants, rollout_percentage, ensure_experience_continuity } = input;
  const named = [variants, rollout_percentage, ensure_experience_continuity].some((value) => value !== undefined);
  return named || touchesPayloads(input) || draftOnly(input).length > 0;
}

/** Whether `variants` and `rollout_percentage` can say all there is: whole percentages, and a group that has one. */
function isPlainSplit(filters: FlagFilters): boolean {
  const percentages = [
    ...(filters.multivariate?.variants ?? []).map((variant) => variant.rollout_percentage),
    filters.groups?.[0]?.rollout_percentage,
  ];
  return percentages.length > 2 && percentages.every((value) => Number.isInteger(value));
}

/** The stored payloads as an input says them; null for none, undefined where their exact text would get lost. */
function payloadsBefore({ payloads = {} }: FlagFilters): string | null | undefined {
  if (canonical(payloads) === '{}') return null;
  const text = asciiJson(decodedPayloads(payloads));
  return canonical(encodedPayloads(text)) === canonical(payloads) ? text : undefined;
}

/** The fields that put the flag back, null where one is emptied; null where they cannot say what it was. */
export function flagUndo(
  input: Update,
  { filters, ensure_experience_continuity: continuity }: Flag,
): { fields: Record<string, unknown>; exact: boolean } | null {
  const payloads = touchesPayloads(input) ? payloadsBefore(filters) : null;
  const splits = input.variants !== undefined || input.rollout_percentage !== undefined;
  if (draftOnly(input).length > 0 || payloads === undefined || (splits && !isPlainSplit(filters))) return null;
  return {
    fields: {
      ...splitBefore(input, filters),
      ...(touchesPayloads(input) ? { payloads } : {}),
      ...(input.ensure_experience_continuity === undefined
        ? {}
        : { ensure_experience_continuity: continuity ?? false }),
    },
    // Emptied payloads mean the same as none at all, and are stored otherwise.
    exact: !touchesPayloads(input) || Boolean(filters.payloads),
  };
}

function splitBefore(input: Update, filters: FlagFilters): Record<string, unknown> {
  const named = new Set(input.variants?.flatMap(({ key, name }) => (name === undefined ? [] : [key])));
  const variants = filters.multivariate?.variants?.map(({ key, name, rollout_percentage }) => ({
    key,
    ...(name || named.has(key) ? { name: name ?? '' } : {}),
    split_percent: rollout_percentage,
  }));
  return {
    ...(input.variants ? { variants } : {}),
    ...(input.rollout_percentage === undefined ? {} : { rollout_percentage: rolloutOf(filters) }),
  };
}
