import { cleanText } from '../render/untrusted.js';
import type { Change, Undo, Warning } from '../tool.js';
import type { Preview } from '../writes/consent.js';

/** A dialog shows no more at once. Characters. */
const MAX_MESSAGE = 2_000;
const MAX_CHANGES = 12;
const MAX_VALUE = 80;

/** What a person reads before they agree. Everything typed into PostHog stands in quotes and is cleaned. */
export function questionText(preview: Preview, notes: readonly Warning[]): string {
  const { tool, about, project, level, changes, effects, warnings, undo, gate } = preview;
  const lines = [
    `${tool} on ${about}, project ${project} (${level}). Do it?`,
    ...notes.map(({ message }) => message),
    ...(gate?.passes === false
      ? [`The evidence does not carry this: ${gate.because.join(' ')} Give your reason.`]
      : []),
    `Users: ${effects.users}`,
    `Analysis: ${effects.analysis}`,
    ...changeLines(changes),
    ...warnings.map(({ message }) => `Note: ${message}`),
    undoLine(undo),
  ];
  const text = cleanText(lines.join('\n'));
  return text.length <= MAX_MESSAGE ? text : `${text.slice(0, MAX_MESSAGE - 1)}…`;
}

function changeLines(changes: readonly Change[]): string[] {
  const shown = changes.slice(0, MAX_CHANGES);
  const more = changes.length - shown.length;
  return [
    ...shown.map(({ path, before, after }) => `${path}: ${brief(before)} → ${brief(after)}`),
    ...(more > 0 ? [`and ${more} more changes`] : []),
  ];
}

function brief(value: unknown): string {
  const text = JSON.stringify(value) ?? 'nothing';
  return text.length <= MAX_VALUE ? text : `${text.slice(0, MAX_VALUE - 1)}…`;
}

function undoLine(undo: Undo): string {
  return 'tool' in undo
    ? `It can be taken back with ${undo.tool}.`
    : `It cannot be taken back: ${undo.not_reversible_because}.`;
}
