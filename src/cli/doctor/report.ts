import { cleanText } from '../../render/untrusted.js';
import type { Check } from './checks.js';
import type { Readings } from './look.js';
import type { ToolVerdict } from './verdicts.js';

/** Longest line, in characters. */
export const WIDTH = 100;
const MARKS = { ok: 'ok', warning: 'warning', problem: 'PROBLEM', skipped: '-' } as const;

export interface Report {
  checks: readonly Check[];
  readings: Readings;
  verdicts: readonly ToolVerdict[];
  /** True where no tool can work, whatever the key may do. */
  isBlocked: boolean;
}

/** The report for people. Pure. */
export function reportText({ checks, readings, verdicts, isBlocked }: Report): string {
  const lines = checks.flatMap(({ check, status, says, remedy }) => [
    ...hang(`${MARKS[status].padEnd(9)}${check.padEnd(9)}`, says.split('\n')),
    ...(remedy === undefined ? [] : hang(' '.repeat(18), [`→ ${remedy}`])),
  ]);
  if (isBlocked) return textOf(lines);
  const widest = Math.max(...[...readings.keys()].map((scope) => scope.length)) + 2;
  const scopes = [...readings].map(
    ([scope, { read, write }]) => `${scope.padEnd(widest)}${word(read).padEnd(12)}${word(write)}`,
  );
  const name = Math.max(...verdicts.map((verdict) => verdict.name.length)) + 2;
  const tools = verdicts.flatMap((verdict) => hang(verdict.name.padEnd(name), [saysOf(verdict)]));
  const head = `${'SCOPE'.padEnd(widest)}${'READ'.padEnd(12)}WRITE`;
  return textOf([...lines, '', head, ...scopes, '', `${'TOOL'.padEnd(name)}WORKS`, ...tools]);
}

function word(right: string): string {
  return right.replaceAll('_', ' ');
}

function saysOf({ status, lacks, without }: ToolVerdict): string {
  const parts = without.map(({ scope, for: what }) => `${what} (${scope})`).join(', ');
  switch (status) {
    case 'ok':
      return 'yes';
    case 'partly':
      return `yes, without ${parts}`;
    case 'not_probed':
      return `not probed: needs ${lacks.join(', ')}`;
    case 'unknown':
      return `unknown: needs ${lacks.join(', ')}`;
    case 'lacks_scopes':
      return `no: lacks ${lacks.join(', ')}`;
  }
}

function textOf(lines: readonly string[]): string {
  return `${lines.map((line) => line.trimEnd()).join('\n')}\n`;
}

/** Paragraphs beside `first`, broken within the width; a word without spaces (a path) is broken where it must be. */
function hang(first: string, paragraphs: readonly string[]): string[] {
  const room = WIDTH - first.length;
  const lines = paragraphs.flatMap((paragraph) => wrap(cleanText(paragraph), room));
  return lines.map((line, at) => `${at === 0 ? first : ' '.repeat(first.length)}${line}`);
}

function wrap(text: string, room: number): string[] {
  const lines: string[] = [''];
  const pieces = text.split(/\s+/).flatMap((piece) => piece.match(new RegExp(`.{1,${room}}`, 'gu')) ?? []);
  for (const piece of pieces) {
    const line = lines.at(-1) ?? '';
    if (line !== '' && line.length + 1 + piece.length > room) lines.push(piece);
    else lines[lines.length - 1] = line === '' ? piece : `${line} ${piece}`;
  }
  return lines;
}
