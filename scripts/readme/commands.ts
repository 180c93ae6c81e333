/** The shell commands of a page, in order, each with what the page says about running it. */

export interface PageCommand {
  line: string;
  /** Why it is not run; then only its syntax is looked at. */
  notRun: string | null;
  /** Whether it is given the sandbox in place of PostHog and a key. */
  onSandbox: boolean;
}

const BLOCK = /(?:<!-- (not run|on the sandbox): ([^\n]*?) -->\n)?```(\w+)\n([\s\S]*?)\n```/g;

interface Block {
  mark: string;
  why: string;
  language: string;
  body: string;
}

function blocksOf(page: string): Block[] {
  return [...page.matchAll(BLOCK)].map(([, mark = '', why = '', language = '', body = '']) => ({
    mark,
    why,
    language,
    body,
  }));
}

/** Lines that end in a backslash go on; blank lines and remarks are none. */
function linesOf(body: string): string[] {
  return body
    .replaceAll(/\\\n\s*/g, '')
    .split('\n')
    .filter((line) => /^[^#\s]/.test(line));
}

export function commandsOf(page: string): PageCommand[] {
  return blocksOf(page)
    .filter(({ language }) => language === 'sh')
    .flatMap(({ mark, why, body }) =>
      linesOf(body).map((line) => ({
        line,
        notRun: mark === 'not run' ? why : null,
        onSandbox: mark === 'on the sandbox',
      })),
    );
}

/** Blocks of JSON, which have to be JSON. */
export function jsonOf(page: string): string[] {
  return blocksOf(page)
    .filter(({ language }) => language === 'json')
    .map(({ body }) => body);
}
