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
/** Names that people typed are cut inside their quotes; the id beside them tells which thing it is. Characters. */
const MAX_NAME = 60;
/** Ids of other experiments that a line names. */
const MAX_IDS = 10;

/**
 * Warnings by what they cost users, worst first; one that is not listed comes after these, in the order of the plan. Some
 * clients show three lines of a question, and the third has room for one warning.
 */
const WORST_FIRST: readonly string[] = [
  'shared_flag',
  'linked_experiments',
  'rebucketing',
  'variant_forced',
  'variant_changes',
  'rollout_changed',
  'deleted_while_live',
  'stopped_at_once',
  'ends_at_once',
];

export interface QuestionOptions {
  /** What the person should know beside the preview, e.g. that this is asked anew. */
  notes: readonly Warning[];
  /** Why the call is right although a gate fails, where its caller says so. */
  reason?: string | undefined;
  /** Takes secrets out of a text, before it is cut: half of one would not be recognised. */
  redact(text: string): string;
}

/**
 * What a person reads before they agree. Everything typed into PostHog stands in quotes and is cleaned. Many clients show
 * only the first lines, so these hold what matters most: what is asked, what users get, and the worst that can come of it
 * with the way back. The rest is cut where it does not fit, and the text says so.
 */
export function questionText(preview: Preview, { notes, reason, redact }: QuestionOptions): string {
  const { tool, about, project, level, changes, effects, undo, gate } = preview;
  const [evidence, ...reasons] = gateLines(gate, reason);
  const [worst, ...others] = [...notes, ...byCost(preview.warnings)].map(inShort);
  const risk = evidence ?? worst;
  const sentences = [
    `${tool} (${level}) in project ${project}: ${about}. Go ahead?`,
    `Users: ${effects.users}`,
    [...(risk === undefined ? [] : [risk]), undoText(undo)].join(' '),
    ...reasons,
    ...(evidence === undefined || worst === undefined ? [] : [worst]),
    `Analysis: ${effects.analysis}`,
  ];
  const inLine = (line: string) => withShortNames(redact(line));
  const lines = [...sentences.map(inLine), ...changeLines(changes, redact), ...others.map(inLine)];
  return fitted(lines.map((line) => shortened(cleanText(line).replaceAll('\n', ' '), MAX_LINE)));
}

function byCost(warnings: readonly Warning[]): Warning[] {
  const costly = WORST_FIRST.flatMap((code) => warnings.filter((warning) => warning.code === code));
  return [...costly, ...warnings.filter(({ code }) => !WORST_FIRST.includes(code))];
}

/** Other experiments by their ids: their names could fill the whole question. */
function inShort({ message, experiments }: Warning): string {
  if (experiments === undefined) return message;
  const shown = experiments.slice(0, MAX_IDS).join(', ');
  const more = experiments.length > MAX_IDS ? ` and ${experiments.length - MAX_IDS} more` : '';
  const what = experiments.length === 1 ? 'another experiment' : `${experiments.length} other experiments`;
  return `This also reaches ${what}: ${shown}${more}.`;
}

function withShortNames(line: string): string {
  return line.replaceAll(/"((?:[^"\\]|\\.)*)"/g, (whole, name: string) =>
    name.length <= MAX_NAME ? whole : `"${shortened(name, MAX_NAME).replace(/\\*…$/, '…')}"`,
  );
}

function gateLines(gate: Gate | null, reason: string | undefined): string[] {
  if (gate?.passes !== false) return [];
  const failed = `The evidence does not support this: ${gate.because.join(' ')}`;
  return [failed, reason === undefined ? 'Give your reason.' : `Reason given: ${quoted(reason)}`];
}

function changeLines(changes: readonly Change[], redact: QuestionOptions['redact']): string[] {
  const brief = (value: unknown) => shortened(redact(JSON.stringify(value) ?? 'nothing'), MAX_VALUE);
  const shown = changes.slice(0, MAX_CHANGES);
  const more = changes.length - shown.length;
  return [
    ...shown.map(
      ({ path, before, after }) => `${shortened(redact(path), MAX_VALUE)}: ${brief(before)} → ${brief(after)}`,
    ),
    ...(more > 0 ? [`and ${more} more ${more === 1 ? 'change' : 'changes'}`] : []),
  ];
}

function undoText(undo: Undo): string {
  return 'tool' in undo ? `Undo: ${undo.tool}.` : `Cannot be undone: ${undo.not_reversible_because}.`;
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
