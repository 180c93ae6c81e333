/** What one can ask, with what the server really answers: for README.md. */
import { z } from 'zod';
import { cut, fenced } from './markdown.js';
import { type Answer, type Call, withStage } from './stage.js';

const ONBOARDING = 4;
const SHARE_DIALOG = 6;
const MOST = 12;

interface Ask {
  question: string;
  call: Call;
  /** The lines of the answer that tell it. */
  lines(data: Answer['data']): string[];
}

const listShape = z.object({
  items: z.array(z.object({ id: z.number(), name: z.string(), split: z.string(), rollout_percentage: z.number() })),
});
const reviewShape = z.object({
  items: z.array(
    z.object({ name: z.string(), findings: z.array(z.object({ severity: z.string(), title: z.string() })) }),
  ),
});
const assessShape = z.object({ recommendation: z.string(), summary: z.string() });
const writeShape = z.object({
  status: z.string(),
  effects: z.object({ users: z.string() }),
  undo: z.object({ tool: z.string(), arguments: z.record(z.string(), z.unknown()) }),
  gate: z.object({ because: z.array(z.string()), findings: z.array(z.object({ title: z.string() })) }).optional(),
});

const ASKS: readonly Ask[] = [
  {
    question: 'Which experiments are running?',
    call: { tool: 'experiment-list', args: { status: 'running' } },
    lines: (data) =>
      listShape
        .parse(data)
        .items.map(
          ({ id, name, split, rollout_percentage }) => `${id} · ${name} · ${split} · ${rollout_percentage}% enter`,
        ),
  },
  {
    question: 'How is the onboarding checklist doing? Should we ship it?',
    call: { tool: 'experiment-assess', args: { id: ONBOARDING } },
    lines: (data) => {
      const { recommendation, summary } = assessShape.parse(data);
      return [`${recommendation}: ${summary}`];
    },
  },
  {
    question: 'Which experiments need attention?',
    call: { tool: 'experiment-review', args: {} },
    lines: (data) =>
      reviewShape
        .parse(data)
        .items.flatMap(({ name, findings }) =>
          findings.slice(0, 1).map(({ severity, title }) => `${severity} · ${name} · ${title}`),
        ),
  },
  {
    question: 'The share dialog test is significant already! End it as won.',
    call: { tool: 'experiment-end', args: { id: SHARE_DIALOG, conclusion: 'won' } },
    lines: (data) => {
      const { status, gate } = writeShape.parse(data);
      return [status, ...(gate?.because ?? []), ...(gate?.findings ?? []).map(({ title }) => `- ${title}`)];
    },
  },
  {
    question: 'Support reports a broken button: pause the onboarding checklist.',
    call: { tool: 'experiment-pause', args: { id: ONBOARDING } },
    lines: (data) => {
      const { status, effects, undo } = writeShape.parse(data);
      return [status, `users: ${effects.users}`, `undo: ${undo.tool} ${JSON.stringify(undo.arguments)}`];
    },
  },
];

/** Breaks long lines between words. */
function wrapped(line: string, width = 116): string {
  return line.replaceAll(new RegExp(`(.{1,${width}})(?:\\s+|$)`, 'g'), '$1\n').trimEnd();
}

export async function asks(): Promise<string> {
  const parts: string[] = [];
  for (const { question, call, lines } of ASKS) {
    const { data } = await withStage((stage) => stage.ask(call));
    const heading = `**“${question}”** \`${call.tool}\` \`${JSON.stringify(call.args)}\``;
    parts.push(
      heading,
      fenced(
        'text',
        cut(
          lines(data)
            .map((line) => wrapped(line))
            .join('\n'),
          MOST,
        ),
      ),
    );
  }
  return parts.join('\n\n');
}
