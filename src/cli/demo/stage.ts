import { setTimeout as wait } from 'node:timers/promises';
import { inspect } from 'node:util';
import type { CallToolResult } from '@modelcontextprotocol/client';
import { z } from 'zod';

/** Something that the demo shows is not so. */
export class CheckFailed extends Error {
  override readonly name = 'CheckFailed';
}

export interface StageOptions {
  print(text: string): Promise<void>;
  colour: boolean;
  /** Pause after each turn, in milliseconds. */
  readingMs: number;
  callTool(name: string, args: Record<string, unknown>): Promise<CallToolResult>;
}

/** A tool's answer, decoded no further than the demo needs. */
const answerShape = z.looseObject({
  status: z.string().optional(),
  id: z.number().optional(),
  name: z.string().optional(),
  total: z.number().optional(),
  items: z
    .array(z.looseObject({ id: z.number().optional(), name: z.string(), split: z.string().optional() }))
    .optional(),
  experiment: z.looseObject({ id: z.number(), status: z.string(), feature_flag_key: z.string() }).optional(),
  changes: z.array(z.object({ path: z.string(), before: z.unknown(), after: z.unknown() })).optional(),
  effects: z.object({ users: z.string(), analysis: z.string() }).optional(),
  warnings: z.array(z.object({ code: z.string(), message: z.string() })).optional(),
  undo: z
    .looseObject({ tool: z.string().optional(), arguments: z.record(z.string(), z.unknown()).optional() })
    .optional(),
  gate: z.looseObject({ passes: z.boolean(), because: z.array(z.string()), recommendation: z.string() }).optional(),
  confirmation_token: z.string().optional(),
  recommendation: z.string().optional(),
  summary: z.string().optional(),
  causes: z.array(z.looseObject({ code: z.string(), title: z.string() })).optional(),
  error: z
    .looseObject({ code: z.string(), detail: z.string().optional(), next_tool: z.string().optional() })
    .optional(),
});

export type Shown = z.output<typeof answerShape>;

export interface Stage {
  scene(title: string): Promise<void>;
  person(text: string): Promise<void>;
  assistant(text: string): Promise<void>;
  /** Calls a tool, shows call and answer, and returns the answer; a refused call ends the demo. */
  call(tool: string, args: Record<string, unknown>): Promise<Shown>;
  /** The same for a call that is previewed first: shows what would happen, hears the person's yes, and does it. */
  confirmed(tool: string, args: Record<string, unknown>, yes: string): Promise<Shown>;
  /** The same for a call that must be refused. */
  refused(tool: string, args: Record<string, unknown>): Promise<Shown>;
  check(holds: boolean, claim: string): void;
}

type Colour = 'bold' | 'cyan' | 'yellow' | 'green' | 'red' | 'gray' | 'magenta' | 'blue';

const INDENT = '             ';

export function createStage({ print, colour, readingMs, callTool }: StageOptions): Stage {
  // Not util.styleText, which Node 21 has only since 21.7.
  const paint = (style: Colour, text: string) => {
    const [on, off] = inspect.colors[style] ?? [0, 0];
    return colour ? `\u001b[${on}m${text}\u001b[${off}m` : text;
  };
  const line = async (label: string, style: Colour, text: string) => {
    await print(`${paint(style, label.padStart(11))}  ${text.replaceAll('\n', `\n${INDENT}`)}\n`);
  };
  const turn = () => (readingMs > 0 ? wait(readingMs) : Promise.resolve());

  async function callAndShow(tool: string, args: Record<string, unknown>, wantsError: boolean): Promise<Shown> {
    await line('calls', 'cyan', `${paint('bold', tool)} ${JSON.stringify(args, shortened)}`);
    const result = await callTool(tool, args);
    const shown = answerShape.parse(result.structuredContent ?? {});
    for (const [label, style, text] of linesOf(shown)) await line(label, style, text);
    await turn();
    if (Boolean(result.isError) !== wantsError) {
      throw new CheckFailed(`${tool} ${wantsError ? 'was not refused' : `failed: ${JSON.stringify(shown.error)}`}`);
    }
    return shown;
  }

  const person = async (text: string) => {
    await line('you', 'yellow', text);
    await turn();
  };

  async function callConfirmed(tool: string, args: Record<string, unknown>, yes: string): Promise<Shown> {
    const { status, confirmation_token } = await callAndShow(tool, args, false);
    if (status !== 'confirmation_required') throw new CheckFailed(`${tool} was not previewed`);
    await person(yes);
    return callAndShow(tool, { ...args, confirmation_token }, false);
  }

  return {
    scene: (title) => print(`\n${paint('bold', `── ${title} ${'─'.repeat(Math.max(2, 74 - title.length))}`)}\n`),
    person,
    assistant: async (text) => {
      await line('assistant', 'green', text);
      await turn();
    },
    call: (tool, args) => callAndShow(tool, args, false),
    confirmed: callConfirmed,
    refused: (tool, args) => callAndShow(tool, args, true),
    check: (holds, claim) => {
      if (!holds) throw new CheckFailed(claim);
    },
  };
}

/** What of an answer is worth a person's eyes. */
function linesOf(shown: Shown): [label: string, style: Colour, text: string][] {
  if (shown.error) {
    const { code, detail, next_tool } = shown.error;
    return [['refused', 'red', `${code}: ${detail ?? ''}${next_tool ? `  (next: ${next_tool})` : ''}`]];
  }
  if (shown.items) {
    const rows = shown.items.map((item) => [item.id ?? '', item.name, item.split ?? ''].filter(Boolean).join('  '));
    return [['answer', 'gray', [`${shown.total} in all`, ...rows].join('\n')]];
  }
  if (shown.causes) return [['answer', 'gray', shown.causes.map(({ title }) => title).join('\n')]];
  if (shown.summary) return [['answer', 'gray', `${shown.recommendation}: ${shown.summary}`]];
  if (!shown.changes) return [['answer', 'gray', `${shown.id} "${shown.name}" is ${shown.status}`]];
  const changes = shown.changes.map(({ path, before, after }) => `${path}: ${brief(before)} → ${brief(after)}`);
  return [
    ['answer', 'gray', [`${shown.status}`, ...changes].join('\n')],
    ...(shown.gate && !shown.gate.passes
      ? [['gate', 'red', shown.gate.because.join('\n')] satisfies [string, Colour, string]]
      : []),
    ...(shown.effects ? [['users', 'magenta', shown.effects.users] satisfies [string, Colour, string]] : []),
    ...(shown.warnings ?? []).map(({ message }) => ['note', 'gray', message] satisfies [string, Colour, string]),
    ...(shown.undo?.tool
      ? [
          ['undo', 'blue', `${shown.undo.tool} ${JSON.stringify(shown.undo.arguments)}`] satisfies [
            string,
            Colour,
            string,
          ],
        ]
      : []),
  ];
}

/** Longest value shown of a change, and of a token. Characters. */
const BRIEF = 90;
const TOKEN_SHOWN = 12;

function brief(value: unknown): string {
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return text.length > BRIEF ? `${text.slice(0, BRIEF)}…` : text;
}

/** A token says nothing to a person beyond that there is one. */
function shortened(key: string, value: unknown): unknown {
  return key === 'confirmation_token' ? `${String(value).slice(0, TOKEN_SHOWN)}…` : value;
}
