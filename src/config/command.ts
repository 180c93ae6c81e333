import { parseArgs } from 'node:util';
import { ConfigError } from '../errors.js';

export type Command =
  | { name: 'stdio' | 'help' | 'version' }
  | { name: 'sandbox'; port: number }
  | { name: 'http' }
  | { name: 'demo'; fast: boolean }
  | { name: 'tools'; json: boolean }
  | { name: 'doctor'; json: boolean; tryRegions: boolean; contract: boolean }
  | { name: 'call'; tool: string; json: string | undefined }
  | { name: 'report'; about: ReportSubject; out: string | undefined };

/** One experiment, or the whole programme. */
export type ReportSubject = { id: number } | 'all';

const COMMAND_NAMES = ['http', 'sandbox', 'demo', 'doctor', 'tools', 'call', 'report'] as const;

export const OPTIONS = {
  sandbox: { type: 'boolean' },
  scenario: { type: 'string' },
  'read-only': { type: 'boolean' },
  toolsets: { type: 'string' },
  tools: { type: 'string' },
  confirm: { type: 'string' },
  answers: { type: 'string' },
  'max-live-writes': { type: 'string' },
  'only-experiments': { type: 'string' },
  journal: { type: 'string' },
  store: { type: 'string' },
  'log-level': { type: 'string' },
  help: { type: 'boolean', short: 'h' },
  version: { type: 'boolean', short: 'v' },
  port: { type: 'string' },
  bind: { type: 'string' },
  auth: { type: 'string' },
  sessions: { type: 'boolean' },
  'allow-host': { type: 'string' },
  'allow-origin': { type: 'string' },
  rate: { type: 'string' },
  fast: { type: 'boolean' },
  json: { type: 'boolean' },
  'try-regions': { type: 'boolean' },
  contract: { type: 'boolean' },
  out: { type: 'string' },
  all: { type: 'boolean' },
} as const;

/** Commands that heed an option, `stdio` being the server; an option without a line here is for all of them. */
const HEEDED_BY: Readonly<Record<string, readonly Command['name'][]>> = {
  scenario: ['stdio', 'http', 'call', 'report', 'doctor', 'sandbox'],
  'read-only': ['stdio', 'http', 'call', 'report', 'doctor', 'tools'],
  toolsets: ['stdio', 'http', 'call', 'doctor', 'tools'],
  tools: ['stdio', 'http', 'call', 'doctor', 'tools'],
  answers: ['stdio', 'http'],
  confirm: ['stdio', 'http', 'call', 'doctor', 'tools'],
  journal: ['stdio', 'http', 'call', 'doctor'],
  store: ['stdio', 'http', 'call', 'doctor'],
  'max-live-writes': ['stdio', 'http', 'call'],
  'only-experiments': ['stdio', 'http', 'call'],
  port: ['http', 'sandbox'],
  bind: ['http'],
  auth: ['http'],
  sessions: ['http'],
  'allow-host': ['http'],
  'allow-origin': ['http'],
  rate: ['http'],
  fast: ['demo'],
  json: ['tools', 'doctor'],
  'try-regions': ['doctor'],
  contract: ['doctor'],
  out: ['report'],
  all: ['report'],
};

export type Flags = ReturnType<typeof parseFlags>['values'];

/** The flags as typed. */
export function parseFlags(argv: readonly string[]) {
  try {
    return parseArgs({ args: [...argv], options: OPTIONS, allowPositionals: true });
  } catch (error) {
    // parseArgs explains itself over several lines; the first sentence says what is wrong.
    const [what = ''] = (error instanceof Error ? error.message : '').split(/\.\s|\n/);
    throw new ConfigError(`${what.slice(0, 120)}. Run with --help for the flags.`);
  }
}

/** The command with its own arguments. A flag that it would ignore is refused, since somebody meant something by it. */
export function parseCommand(values: Flags, positionals: readonly string[]): Command {
  if (values.help) return { name: 'help' };
  if (values.version) return { name: 'version' };
  const [word, ...rest] = positionals;
  const name = COMMAND_NAMES.find((known) => known === word);
  if (word !== undefined && name === undefined) {
    // What is typed here may be a key by mistake, so only a plain word is repeated.
    const shown = /^[a-z-]{1,30}$/.test(word) ? ` "${word}"` : '';
    throw new ConfigError(
      `Unknown command${shown}. Commands: ${COMMAND_NAMES.join(', ')}; none serves MCP over stdio.`,
    );
  }
  refuseIgnored(values, name ?? 'stdio');
  if (name === 'call') return callOf(rest);
  if (name === 'report') return { name, about: subjectOf(rest, values.all ?? false), out: fileOf(values.out) };
  if (rest.length > 0)
    throw new ConfigError(`The command "${name}" takes no arguments; run with --help for its flags.`);
  if (name === 'http') return { name };
  if (name === 'sandbox') return { name, port: portOf(values.port) };
  if (name === 'demo') return { name, fast: values.fast ?? false };
  if (name === 'tools') return { name, json: values.json ?? false };
  if (name === 'doctor') {
    const { json = false, 'try-regions': tryRegions = false, contract = false } = values;
    if (contract && tryRegions)
      throw new ConfigError('--contract and --try-regions are two looks; ask for one of them.');
    return { name, json, tryRegions, contract };
  }
  return { name: 'stdio' };
}

function refuseIgnored(values: Flags, command: Command['name']): void {
  for (const option of Object.keys(values)) {
    const heeding = HEEDED_BY[option];
    if (heeding === undefined || heeding.includes(command)) continue;
    throw new ConfigError(`--${option} belongs to ${heeding.map(nameOf).join(', ')}; ${nameOf(command)} ignores it.`);
  }
}

function nameOf(command: Command['name']): string {
  return command === 'stdio' ? 'the server' : `the command "${command}"`;
}

function callOf([tool, json, ...rest]: readonly string[]): Command {
  if (tool === undefined || rest.length > 0) {
    throw new ConfigError(
      'The command "call" takes a tool and its arguments as one JSON object: call experiment-get \'{"id": 7}\'.',
    );
  }
  return { name: 'call', tool, json };
}

function subjectOf([id, ...rest]: readonly string[], all: boolean): ReportSubject {
  if (all && id === undefined) return 'all';
  if (all || rest.length > 0 || id === undefined || !/^[1-9]\d{0,9}$/.test(id)) {
    throw new ConfigError('The command "report" takes the id of one experiment, such as report 7, or --all.');
  }
  return { id: Number(id) };
}

function fileOf(out: string | undefined): string | undefined {
  if (out === '') throw new ConfigError('--out needs a file; leave it out for a name in the current folder.');
  return out;
}

export function portOf(value = '0'): number {
  if (!/^\d{1,5}$/.test(value) || Number(value) > 65_535) {
    throw new ConfigError('--port must be a number from 0 to 65535; 0 takes a free one.');
  }
  return Number(value);
}
