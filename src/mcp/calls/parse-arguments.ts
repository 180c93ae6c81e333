import { z } from 'zod';
import { ToolError } from '../../errors.js';
import type { Tool } from '../../tool.js';
import { plainWords } from '../../words/issue.js';
import { nearest } from '../../words/nearest.js';
import { member, pathText, propertiesAt } from '../../words/path.js';
import { confirmingInput } from '../consent/confirming-input.js';
import { type JsonSchema, jsonSchemaOf, publishedInput } from '../listing/json-schema.js';
import { lenient, withoutEmpty } from './lenient.js';

const MAX_ISSUES_SHOWN = 5;
const MAX_NAME_SHOWN = 60;

type Arguments = Readonly<Record<string, unknown>>;
type Issue = z.core.$ZodIssue;

export interface ParsedArguments {
  /** As the tool's own schema has them. */
  input: unknown;
  /** What goes to the consent of the call, and not to the tool. */
  token?: string | undefined;
  overrideReason?: string | undefined;
}

/** The call's arguments, or a `ToolError` that names each wrong one and what is allowed. */
export function parseArguments(tool: Tool, raw: Arguments): ParsedArguments {
  const { confirming, rest } = withoutConfirming(tool, raw);
  return { input: parseOwn(tool, withoutAliases(tool, rest)), ...confirming };
}

/** Takes out what the pipeline adds to the arguments of a tool. */
function withoutConfirming(tool: Tool, raw: Arguments) {
  const fields = confirmingInput(tool);
  const names = Object.keys(fields);
  if (names.length === 0) return { confirming: {}, rest: raw };
  const named = Object.fromEntries(Object.entries(raw).filter(([name]) => names.includes(name)));
  const given = withoutEmpty(named, ['override_reason']);
  const rest = Object.fromEntries(Object.entries(raw).filter(([name]) => !names.includes(name)));
  const parsed = z.object(fields).safeParse(given, { error: plainWords });
  if (!parsed.success) throw refusedBy(tool, parsed.error, given);
  const { confirmation_token: token, override_reason: overrideReason } = parsed.data;
  return { confirming: { token: token && unquoted(token), overrideReason }, rest };
}

/** Models copy a token together with the quotes around it. No token of ours has any. */
function unquoted(token: string): string {
  return token.trim().replace(/^(["'`])(.*)\1$/s, '$2');
}

function parseOwn(tool: Tool, given: Arguments): unknown {
  const parsed = tool.input.safeParse(given, { error: plainWords });
  if (parsed.success) return parsed.data;
  // Only where the arguments do not fit as they are: the schema takes its time to write.
  const schema = jsonSchemaOf(tool.input);
  const filled = tool.access === 'read' ? withoutEmpty(given, schema.required) : given;
  const again = tool.input.safeParse(lenient(filled, schema), { error: plainWords });
  if (again.success) return again.data;
  throw refusedBy(tool, again.error, given);
}

function refusedBy(tool: Tool, error: z.ZodError, given: Arguments): ToolError {
  const schema = publishedInput(tool);
  // One value that breaks two checks with one wording is one problem.
  const problems = [...new Set(error.issues.map((issue) => explain(issue, schema, given)))];
  const shown = problems.slice(0, MAX_ISSUES_SHOWN);
  const more = problems.length - shown.length;
  return refusal(tool, [...shown, ...(more > 0 ? [`and ${more} more`] : [])].join('; '), fieldOf(error.issues[0]));
}

function refusal(tool: Tool, problems: string, field: string | undefined): ToolError {
  const message = `The arguments of ${tool.name} were refused and nothing was sent: ${problems}.`;
  return new ToolError('invalid_arguments', message, 'Correct the arguments and call again.', field ? { field } : {});
}

/** Moves a value given under another name for `id` to `id`. Two names with different values are refused. */
function withoutAliases(tool: Tool, raw: Arguments): Arguments {
  const aliases = (tool.idAliases ?? []).filter((alias) => Object.hasOwn(raw, alias));
  if (aliases.length === 0) return raw;
  const names = [...(Object.hasOwn(raw, 'id') ? ['id'] : []), ...aliases];
  const [first, ...others] = names.map((name) => raw[name]);
  if (others.some((value) => String(value) !== String(first))) {
    throw refusal(tool, `${names.join(' and ')} mean the same and hold different values`, 'id');
  }
  const rest = Object.entries(raw).filter(([name]) => !aliases.includes(name));
  return { ...Object.fromEntries(rest), id: first };
}

function fieldOf(issue: Issue | undefined): string | undefined {
  if (!issue) return undefined;
  if (issue.code === 'unrecognized_keys') return pathText([...issue.path, issue.keys[0] ?? '']);
  return issue.path.length > 0 ? pathText(issue.path) : undefined;
}

function explain(issue: Issue, schema: JsonSchema, given: Arguments): string {
  const path = pathText(issue.path);
  if (issue.code === 'unrecognized_keys')
    return issue.keys.map((key) => unknownKey(key, issue.path, schema)).join('; ');
  // A schema's own message says what the value must be, and not that there is none.
  const missing = issue.code === 'invalid_type' && issue.path.reduce<unknown>(member, given) === undefined;
  const message = missing ? 'is required' : issue.message;
  return path === '' ? message : `${path}: ${message}`;
}

/** What people call the release conditions of a flag, which a draft takes by experiment-update. */
const TARGETING = /target|condition|countr|audience|segment|cohort|^(?:properties|filters|groups)$/i;

function unknownKey(key: string, path: readonly PropertyKey[], schema: JsonSchema): string {
  const known = propertiesAt(schema, path);
  const meant = nearest(key, known);
  const name = pathText([...path, key.slice(0, MAX_NAME_SHOWN)]);
  if (meant !== null) return `${name}: unknown argument (did you mean ${meant}?)`;
  if (TARGETING.test(key) && known.includes('rollout_percentage'))
    return `${name}: unknown argument; who may enter by country or another property is set on the draft: make it, then send release_conditions with experiment-update`;
  return `${name}: unknown argument, the allowed ones are ${known.join(', ') || 'none'}`;
}
