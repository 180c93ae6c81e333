import type { Experiment } from '../../schema/experiment.js';
import { KEPT_SETTINGS, type KeptSetting, keeperOf, parseStored, settingsBefore } from '../../schema/settings-json.js';
import { asciiJson } from '../subjects/undo.js';
import type { Update } from './wanted.js';

export function isKept(name: string): name is KeptSetting {
  return KEPT_SETTINGS.some((kept) => kept === name);
}

/** The settings that fields put back, and as JSON the objects that have to be put back whole. */
export function settingsUndo(
  input: Update,
  named: readonly string[],
  { before, after }: { before: Experiment; after: Experiment },
): { names: readonly KeptSetting[]; whole?: string } {
  const replaced = input.stored_settings === undefined ? {} : parseStored(input.stored_settings);
  const touched = KEPT_SETTINGS.filter((name) => named.includes(name) || keeperOf(name) in replaced);
  const { names, objects } = settingsBefore(touched, before, after);
  if (objects.length === 0) return { names };
  return { names, whole: asciiJson(Object.fromEntries(objects.map((object) => [object, before[object] ?? null]))) };
}
