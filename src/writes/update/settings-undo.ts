import type { Experiment } from '../../schema/experiment.js';
import { KEPT_SETTINGS, type KeptSetting, keeperOf, parseStored, settingsBefore } from '../../schema/settings-json.js';
import type { Update } from './wanted.js';

export function isKept(name: string): name is KeptSetting {
  return KEPT_SETTINGS.some((kept) => kept === name);
}

/** The settings that fields put back, and the objects that have to be put back whole. */
export function settingsUndo(
  input: Update,
  named: readonly string[],
  { before, after }: { before: Experiment; after: Experiment },
): { names: readonly KeptSetting[]; whole: Record<string, unknown> } {
  const replaced = input.stored_settings === undefined ? {} : parseStored(input.stored_settings);
  const touched = KEPT_SETTINGS.filter((name) => named.includes(name) || keeperOf(name) in replaced);
  const { names, objects } = settingsBefore(touched, before, after);
  return { names, whole: Object.fromEntries(objects.map((object) => [object, before[object] ?? null])) };
}
