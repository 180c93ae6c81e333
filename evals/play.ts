import { Client } from '@modelcontextprotocol/client';
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio';
import { z } from 'zod';
import type { Made, Outcome, Script, Stored, Task } from './task.js';

/** An agent at work: calls tools until it has nothing more to say. */
export type Agent = (
  task: Task,
  tools: { call(tool: string, args: Record<string, unknown>): Promise<string>; client: Client },
) => Promise<string>;

export interface Played {
  task: string;
  problems: string[];
  calls: number;
}

const wire = z.looseObject({
  ...{ name: z.string(), status: z.string(), archived: z.boolean(), conclusion: z.string().nullable() },
  ...{ feature_flag_key: z.string(), metrics: z.array(z.unknown()) },
  feature_flag: z.looseObject({
    active: z.boolean(),
    filters: z.looseObject({
      groups: z.array(z.looseObject({ rollout_percentage: z.number().nullish() })),
      multivariate: z.looseObject({
        variants: z.array(z.looseObject({ key: z.string(), rollout_percentage: z.number() })),
      }),
    }),
  }),
});

const printed = z.object({ url: z.string(), key: z.string(), project_id: z.number() });

/** The address that `sandbox` prints, and how to end it. */
export interface Sandbox extends z.output<typeof printed> {
  close(): Promise<void>;
}

async function stored({ url, key, project_id }: Sandbox, id: number): Promise<Stored | null> {
  const response = await fetch(`${url}/api/projects/${project_id}/experiments/${id}/`, {
    headers: { authorization: `Bearer ${key}` },
  });
  if (!response.ok) return null;
  const { feature_flag: flag, metrics, ...rest } = wire.parse(await response.json());
  return {
    ...rest,
    flagActive: flag.active,
    split: Object.fromEntries(flag.filters.multivariate.variants.map((one) => [one.key, one.rollout_percentage])),
    rollout: flag.filters.groups[0]?.rollout_percentage ?? 100,
    metrics: metrics.length,
  };
}

/** Lets an agent work on a task against a sandbox of its own, and scores what is left. */
export async function play(
  task: Task,
  agent: Agent,
  { sandbox, main }: { sandbox: Sandbox; main: string },
): Promise<Played> {
  const { url, key, project_id } = sandbox;
  const env = {
    POSTHOG_HOST: url,
    POSTHOG_PERSONAL_API_KEY: key,
    POSTHOG_PROJECT_ID: String(project_id),
    PATH: process.env.PATH ?? '',
  };
  const client = new Client({ name: 'evals', version: '1' });
  await client.connect(new StdioClientTransport({ command: process.execPath, args: [main], env }));
  const calls: Made[] = [];
  const call = async (tool: string, args: Record<string, unknown>) => {
    const result = await client.callTool({ name: tool, arguments: args });
    const { content } = z
      .looseObject({ content: z.array(z.looseObject({ text: z.string().default('') })) })
      .parse(result);
    calls.push({ tool, args, isError: result.isError === true });
    return content.map(({ text }) => text).join('\n');
  };
  try {
    const lastMessage = await agent(task, { call, client });
    const outcome: Outcome = { calls, lastMessage, stored: (id) => stored(sandbox, id) };
    return { task: task.id, problems: await task.score(outcome), calls: calls.length };
  } finally {
    await client.close();
  }
}

const TOKEN = /^confirmation_token: (\S+)/m;

/** An agent that follows a script. */
export function scripted(which: 'right' | 'wrong'): Agent {
  return async (task, { call }) => {
    const script: Script = task[which];
    let token = '';
    for (const { tool, args } of script.calls) {
      const text = await call(tool, JSON.parse(JSON.stringify(args).replaceAll('$TOKEN', token)));
      token = TOKEN.exec(text)?.[1] ?? token;
    }
    return script.says;
  };
}
