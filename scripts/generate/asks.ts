/** What one can ask, with what the server really answers: for README.md. */
import { fenced } from './markdown.js';
import { type Call, withStage } from './stage.js';

const ONBOARDING = 4;
const SHARE_DIALOG = 6;
const LEFT_OUT = '…';

/** Lines of an answer's text that follow each other: the first one, and how many. */
type Part = readonly [first: RegExp, lines: number];

interface Ask {
  question: string;
  call: Call;
  shows: readonly Part[];
}

const ASKS: readonly Ask[] = [
  {
    question: 'Which experiments are running?',
    call: { tool: 'experiment-list', args: { status: 'running' } },
    shows: [[/^items:/, 8]],
  },
  {
    question: 'How is the onboarding checklist doing? Should we ship it?',
    call: { tool: 'experiment-assess', args: { id: ONBOARDING } },
    shows: [
      [/^recommendation:/, 3],
      [/^Onboarding completed: relative effect/, 7],
    ],
  },
  {
    question: 'Which experiments need attention?',
    call: { tool: 'experiment-review', args: {} },
    shows: [
      [/^items:/, 12],
      [/^ {2}next:/, 4],
      [/^totals:/, 7],
    ],
  },
  {
    question: 'The share dialog test is significant already! End it as won.',
    call: { tool: 'experiment-end', args: { id: SHARE_DIALOG, conclusion: 'won' } },
    shows: [
      [/^status:/, 1],
      [/^gate:/, 9],
    ],
  },
  {
    question: 'Support reports a broken button: pause the onboarding checklist.',
    call: { tool: 'experiment-pause', args: { id: ONBOARDING } },
    shows: [
      [/^status:/, 1],
      [/^changes:/, 7],
      [/^undo:/, 4],
    ],
  },
];

/** The parts of a text, word for word, in its order. Throws where one is not there. */
export function excerpt(text: string, parts: readonly Part[]): string {
  const lines = text.split('\n');
  const shown: string[] = [];
  let next = 0;
  for (const [first, count] of parts) {
    const at = lines.findIndex((line, index) => index >= next && first.test(line));
    if (at === -1 || at + count > lines.length) throw new Error(`the answer has no ${count} lines from ${first}`);
    if (at > next) shown.push(LEFT_OUT);
    shown.push(...lines.slice(at, at + count));
    next = at + count;
  }
  return [...shown, ...(lines.slice(next).some((line) => line !== '') ? [LEFT_OUT] : [])].join('\n').trimEnd();
}

export async function asks(): Promise<string> {
  const parts: string[] = [];
  for (const { question, call, shows } of ASKS) {
    const { text } = await withStage((stage) => stage.ask(call));
    const heading = `**“${question}”** \`${call.tool}\` \`${JSON.stringify(call.args)}\``;
    parts.push(heading, fenced('text', excerpt(text, shows)));
  }
  return parts.join('\n\n');
}
