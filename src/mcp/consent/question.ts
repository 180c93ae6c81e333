import { cleanText } from '../../render/untrusted.js';
import { quoted } from '../../schema/quote.js';
import type { Change, Undo, Warning } from '../../tool.js';
import type { Gate, Preview } from '../../writes/pipeline/consent.js';

/** Room for what must not be missed, were each line of it as long as can be. Characters. */
export const MAX_MESSAGE = 4_000;
const MAX_CHANGES = 12;
const MAX_VALUE = 80;
/** No line pushes the others out. Characters. */
const MAX_LINE = 400;

export interface QuestionOptions {
  /** What the person should know beside the preview, e.g. that this is asked anew. */
  notes: readonly Warning[];
  /** Why the call is right although a gate fails, where its caller says so. */
  reason?: string | undefined;
}

/**
 * What a person reads before they agree. Everything typed into PostHog stands in quotes and is cleaned. What must not be
 * missed comes first, since what does not fit is left out, and said to be.
 */
export function questionText(preview: Preview, { notes, reason }: QuestionOptions): string {
  const { tool, about, project, level, changes, effects, warnings, undo, gate } = preview;
  const lines = [
    `${tool} on ${about}, project ${project} (${level}). Do it?`,
    ...notes.map(({ message }) => message),
    ...gateLines(gate, reason),
    `Users: ${effects.users}`,
    `Analysis: ${effects.analysis}`,
    undoLine(undo),
    ...changeLines(changes),
    ...warnings.map(({ message }) => `Note: ${message}`),
  ];
  return fitted(lines.map((line) => shortened(cleanText(line).replaceAll('\n', ' '), MAX_LINE)));
}

function gateLines(gate: Gate | null, reason: string | undefined): string[] {
  if (gate?.passes !== false) return [];
  const failed = `The evidence does not carry this: ${gate.because.join(' ')}`;
  return [failed, reason === undefined ? 'Give your reason.' : `Reason given: ${quoted(reason)}`];
}

function changeLines(changes: readonly Change[]): string[] {
  const shown = changes.slice(0, MAX_CHANGES);
  const more = changes.length - shown.length;
  return [
    ...shown.map(({ path, before, after }) => `${shortened(path, MAX_VALUE)}: ${brief(before)} → ${brief(after)}`),
    ...(more > 0 ? [`and ${more} more ${more === 1 ? 'change' : 'changes'}`] : []),
  ];
}

function brief(value: unknown): string {
  return shortened(JSON.stringify(value) ?? 'nothing', MAX_VALUE);
}

function undoLine(undo: Undo): string {
  return 'tool' in undo
    ? `It can be taken back with ${undo.tool}.`
    : `It cannot be taken back: ${undo.not_reversible_because}.`;
}

/** Never through a character that is two units long. */
function shortened(text: string, length: number): string {
  return text.length <= length ? text : `${text.slice(0, length - 1).replace(/[\uD800-\uDBFF]$/, '')}…`;
}

function fitted(lines: readonly string[]): string {
  const whole = lines.join('\n');
  if (whole.length <= MAX_MESSAGE) return whole;
  const note = 'There is more than fits here.';
  let kept = lines.length - 1;
  while ([...lines.slice(0, kept), note].join('\n').length > MAX_MESSAGE) kept -= 1;
  return [...lines.slice(0, kept), note].join('\n');
}
