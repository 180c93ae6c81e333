/** The product on its sandbox, in this process: the same call gives the same answer on any day and any machine. */
import { createLog, createRedactor } from '../../src/log.js';
import { createSession, type Session } from '../../src/mcp/calls/session.js';
import { demoScenario } from '../../src/sandbox/scenario/seed/demo.js';
import { startSandbox } from '../../src/sandbox/server.js';

/** The clock of server and sandbox stands still. */
export const NOW = new Date('2026-11-02T09:00:00Z');
const SANDBOX = 'http://sandbox';
/** A token holds a random part, so no two are alike. */
const TOKEN = '(token)';

export interface Call {
  tool: string;
  args: Readonly<Record<string, unknown>>;
}

export interface Answer {
  data: Readonly<Record<string, unknown>>;
  text: string;
}

export interface Stage {
  session: Session;
  /** A text with the sandbox's port made steady. */
  steady(text: string): string;
  /** The answer of one call, with the sandbox's port and tokens made steady. */
  ask(call: Call): Promise<Answer>;
  /** The same for a call that has to go through: what is previewed is confirmed. */
  act(call: Call): Promise<Answer>;
}

/** Runs `use` on a demo shop of its own. */
export async function withStage<T>(use: (stage: Stage) => Promise<T>): Promise<T> {
  const now = () => NOW;
  const sandbox = await startSandbox({ scenario: demoScenario, now });
  const redact = createRedactor([sandbox.key]);
  const session = createSession({
    version: '0.0.0',
    openUpstream: async () => ({
      origin: sandbox.url,
      key: sandbox.key,
      project: sandbox.projectId,
      close: () => sandbox.close(),
    }),
    readOnly: false,
    log: createLog({ level: 'silent', redact }),
    redact,
    now,
    confirm: { mode: 'auto', secret: undefined, now: () => NOW.getTime() },
  });
  const send = async ({ tool, args }: Call) => {
    const answer = await session.call({ name: tool, arguments: args, signal: new AbortController().signal });
    const text = answer.content.map((block) => block.text).join('\n');
    if (answer.isError) throw new Error(`${tool} ${JSON.stringify(args)}: ${text}`);
    return { data: answer.structuredContent, text };
  };
  const steady = (text: string) => text.replaceAll(sandbox.url, SANDBOX);
  const steadyAnswer = ({ data, text }: Awaited<ReturnType<typeof send>>): Answer => {
    const token = data.confirmation_token;
    const without = (whole: string) => steady(typeof token === 'string' ? whole.replaceAll(token, TOKEN) : whole);
    return { data: Object(JSON.parse(without(JSON.stringify(data)))), text: without(text) };
  };
  try {
    return await use({
      ...{ session, steady },
      ask: async (call) => steadyAnswer(await send(call)),
      act: async ({ tool, args }) => {
        const first = await send({ tool, args });
        const { status, confirmation_token } = first.data;
        const last =
          status === 'confirmation_required' ? await send({ tool, args: { ...args, confirmation_token } }) : first;
        return steadyAnswer(last);
      },
    });
  } finally {
    await session.close();
  }
}
