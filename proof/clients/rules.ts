import type { Rule } from './rule.js';
import { CLAUDE_RULES } from './rules-claude.js';
import { CURSOR_RULES, EVERY_RULES, OPENAI_RULES, VSCODE_RULES } from './rules-editors.js';
import { GEMINI_RULES } from './rules-gemini.js';

/** The name under which README has people enter the server; clients put it before every name. */
export const SERVER_NAME = 'posthog';

export type Client = 'Gemini' | 'OpenAI' | 'Claude' | 'VS Code' | 'Cursor' | 'all';

/** In the order of the page. */
export const RULES: Readonly<Record<Client, readonly Rule[]>> = {
  Gemini: GEMINI_RULES,
  OpenAI: OPENAI_RULES,
  Claude: CLAUDE_RULES,
  'VS Code': VSCODE_RULES,
  Cursor: CURSOR_RULES,
  all: EVERY_RULES,
};
