import * as find from './finders.js';
import type { Rule } from './rule.js';
import { FLAT, issue, LISTS, longestAs, pluginForm } from './words.js';

/** Claude Code cuts texts here. Characters. */
const MAX_TEXT = 2_048;
/** Claude on the web and on the desktop drop a tool whose schema reaches this. Characters. */
const MAX_SCHEMA = 16_384;
/** Above it, servers connected and their tools never appeared. Characters. */
const MAX_LIST = 50_000;

export const CLAUDE_RULES: readonly Rule[] = [
  {
    rule: 'no `oneOf`, `anyOf`, `allOf`, `if` at the root',
    met: FLAT,
    source: issue('anthropics/claude-code', 95504),
    broken: find.withoutAtRoot('oneOf', 'anyOf', 'allOf', 'if'),
  },
  {
    rule: 'names of arguments match `^[a-zA-Z0-9_.-]{1,64}$`',
    met: 'They are snake_case.',
    source: issue('twilio-labs/mcp', 58),
    broken: find.argumentNames(/^[a-zA-Z0-9_.-]{1,64}$/),
  },
  {
    rule: 'JSON Schema of 2020-12: no lists under `items`, no `definitions`',
    met: LISTS,
    source: issue('anthropics/claude-code', 1690),
    broken: find.noOlderDraft,
  },
  {
    rule: 'an input schema below 16,384 characters',
    met: ({ tools }) =>
      `The largest has ${Math.max(...tools.map(({ inputSchema }) => JSON.stringify(inputSchema).length))}.`,
    source: '[PostHog, services/mcp](https://github.com/PostHog/posthog/tree/master/services/mcp)',
    broken: find.schemaBelow(MAX_SCHEMA),
  },
  {
    rule: 'a list of tools well below 53,000 characters',
    met: (all) => `What is served unasked has ${find.sizeUnasked(all)}.`,
    source: issue('anthropics/claude-code', 51836),
    broken: find.unaskedWithin(MAX_LIST),
  },
  {
    rule: 'descriptions and instructions within 2,048 characters',
    met: 'Descriptions stay below 1,024; the instructions are one page.',
    source: '[Claude Code, MCP](https://code.claude.com/docs/en/mcp)',
    broken: (all) => [...find.describedWithin(MAX_TEXT)(all), ...find.instructionsWithin(MAX_TEXT)(all)],
  },
  {
    rule: '`mcp__plugin_<plugin>_<server>__<name>` within 64 characters of `[A-Za-z0-9_-]`',
    met: longestAs(pluginForm),
    source: issue('langchain-ai/deepagents', 5953),
    broken: find.named(/^[A-Za-z0-9_-]{1,64}$/, pluginForm),
  },
];
