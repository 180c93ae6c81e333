import {
  type GetPromptResult,
  type ListPromptsResult,
  ProtocolError,
  ProtocolErrorCode,
} from '@modelcontextprotocol/server';
import { nearest } from '../../words/nearest.js';
import { CONCLUDE_EXPERIMENT } from './prompts/conclude-experiment.js';
import { LAUNCH_CHECKLIST } from './prompts/launch-checklist.js';
import { PLAN_EXPERIMENT } from './prompts/plan-experiment.js';
import { WEEKLY_REVIEW } from './prompts/weekly-review.js';
import { type Completes, quoted, type Workflow } from './prompts/workflow.js';

const WORKFLOWS: readonly Workflow[] = [CONCLUDE_EXPERIMENT, LAUNCH_CHECKLIST, PLAN_EXPERIMENT, WEEKLY_REVIEW];

/** Longest value of an argument. Characters. */
export const MAX_VALUE_CHARACTERS = 4_000;
const MAX_NAME_SHOWN = 60;
/** The list of prompts is the same whatever tools are served, as with --read-only. */
const WITHOUT_TOOLS =
  'Where a tool that is named here is not served, tell me so and what it would have done; put no guess in its place.';

export function listPrompts(): ListPromptsResult {
  return {
    prompts: WORKFLOWS.map(({ name, title, description, arguments: all }) => ({
      name,
      title,
      description,
      arguments: all.map((argument) => ({
        name: argument.name,
        description: argument.description,
        required: argument.required,
      })),
    })),
  };
}

interface PromptRequest {
  name: string;
  arguments?: Readonly<Record<string, string>> | undefined;
}

/** @throws ProtocolError -32602 for an unknown prompt, and for arguments that are missing, unknown or too long. */
export function getPrompt({ name, arguments: given = {} }: PromptRequest): GetPromptResult {
  const workflow = WORKFLOWS.find((one) => one.name === name);
  if (!workflow) throw unknown('prompt', name, namesOf(WORKFLOWS));
  const problem = problemWith(workflow, given);
  if (problem) throw new ProtocolError(ProtocolErrorCode.InvalidParams, `Prompt ${name}: ${problem}`);
  const values = workflow.arguments.map((argument) => {
    const value = given[argument.name]?.trim();
    return [argument.name, value ? quoted(value) : undefined] as const;
  });
  const text = `${workflow.text(Object.fromEntries(values))}\n\n${WITHOUT_TOOLS}`;
  return { description: workflow.description, messages: [{ role: 'user', content: { type: 'text', text } }] };
}

/** Where the values of a prompt's argument come from; undefined where there is nothing to offer. */
export function completesOf(prompt: string, argument: string): Completes | undefined {
  return WORKFLOWS.find(({ name }) => name === prompt)?.arguments.find(({ name }) => name === argument)?.completes;
}

function problemWith(workflow: Workflow, given: Readonly<Record<string, string>>): string | undefined {
  const known = namesOf(workflow.arguments);
  const stranger = Object.keys(given).find((name) => !known.includes(name));
  if (stranger !== undefined) throw unknown('argument', stranger, known);
  const missing = workflow.arguments.find(({ name, required }) => required && !given[name]?.trim());
  if (missing) return `${missing.name} is required. ${missing.description}`;
  const long = known.find((name) => (given[name]?.length ?? 0) > MAX_VALUE_CHARACTERS);
  return long && `${long} is longer than ${MAX_VALUE_CHARACTERS} characters.`;
}

function unknown(what: string, name: string, names: readonly string[]): ProtocolError {
  const meant = nearest(name, names);
  const hint = meant === null ? '' : ` (did you mean ${meant}?)`;
  const message = `Unknown ${what}: ${JSON.stringify(name.slice(0, MAX_NAME_SHOWN))}${hint}`;
  return new ProtocolError(ProtocolErrorCode.InvalidParams, message);
}

function namesOf(things: readonly { name: string }[]): string[] {
  return things.map(({ name }) => name);
}
