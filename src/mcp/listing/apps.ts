import type { View } from '../../tool.js';

/** MCP Apps: pages that a client shows beside an answer. Source: the extension's specification of 2026-01-26. */
export const APP_TYPE = 'text/html;profile=mcp-app';

interface App {
  view: View;
  name: string;
  title: string;
  description: string;
}

/** All views are one page, which draws what the shape of the data asks for; each has an address, as hosts keep a page by it. */
export const APPS: readonly App[] = [
  {
    view: 'results',
    name: 'results-view',
    title: 'Results of an experiment',
    description: 'Draws an answer of experiment-results or experiment-assess: intervals, exposures, plan, findings.',
  },
  {
    view: 'review',
    name: 'review-view',
    title: 'Review of all experiments',
    description: 'Draws an answer of experiment-review: what needs a hand, the worst first.',
  },
];

export function appUri(view: View): string {
  return `ui://posthog-experiments/${view}`;
}

/** Read when a client wants to show it, and not before. */
export async function loadApp(): Promise<string> {
  return (await import('../../generated/ui.js')).APP_PAGE;
}
