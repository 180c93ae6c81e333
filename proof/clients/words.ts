/** Sentences and links that several rules share. */
import type { Published } from './published.js';

export const FLAT = 'Inputs are flat; a field is emptied by `clear`, never by null.';
export const LISTS = 'Lists hold scalars or flat objects, each with a type.';

/** Forms in which clients name what a server called `posthog` publishes. */
export const FORMS = {
  mcp__posthog__: (name) => `mcp__posthog__${name}`,
  mcp_posthog_: (name) => `mcp_posthog_${name}`,
  posthog__: (name) => `posthog__${name}`,
  posthog_: (name) => `posthog_${name}`,
  'posthog-': (name) => `posthog-${name}`,
  'posthog:': (name) => `posthog:${name}`,
} satisfies Record<string, (name: string) => string>;

/** How Claude Code names what the plugin publishes. */
export const pluginForm = (name: string) => `mcp__plugin_ab-test_ph__${name}`;

export const LONGEST_FORM = FORMS.mcp__posthog__;

export const issue = (repository: string, ...numbers: number[]) =>
  numbers.map((number) => `[${repository}#${number}](https://github.com/${repository}/issues/${number})`).join(', ');

export const GEMINI_DOCS =
  '[Gemini CLI, MCP servers](https://github.com/google-gemini/gemini-cli/blob/main/docs/tools/mcp-server.md)';
export const SPECIFICATION =
  '[MCP specification, tools](https://modelcontextprotocol.io/specification/2025-11-25/server/tools)';

/** How long the longest name of a tool or prompt is in this form. */
export const longestAs =
  (form: (name: string) => string) =>
  ({ tools, prompts }: Published): string =>
    `The longest has ${Math.max(...[...tools, ...prompts].map(({ name }) => form(name).length))}.`;
