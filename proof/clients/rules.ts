import type { Finder } from './finders.js';
import type { Published } from './published.js';
import { CLAUDE_RULES } from './rules-claude.js';
import { CURSOR_RULES, EVERY_RULES, OPENAI_RULES, VSCODE_RULES } from './rules-editors.js';
import { GEMINI_RULES } from './rules-gemini.js';

/** The name under which README has people enter the server; clients put it before every name. */
export const SERVER_NAME = 'posthog';

export interface Rule {
  /** What the client asks for. */
  rule: string;
  /** How this server meets it; a function where that has numbers in it. */
  met: string | ((published: Published) => string);
  /** A link, in Markdown. */
  source: string;
  broken: Finder;
}

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
