import { Client } from '@modelcontextprotocol/client';
import { InMemoryTransport } from '@modelcontextprotocol/server';
import { assess } from '../../src/decision/assess.js';
import { CATALOGUE } from '../../src/generated/tools.js';
import { createLog, createRedactor } from '../../src/log.js';
import { createSession } from '../../src/mcp/calls/session.js';
import { selectTools } from '../../src/mcp/listing/select-tools.js';
import { createMcpServer } from '../../src/mcp/server.js';
import { scenarioSchema } from '../../src/sandbox/scenario/schema.js';
import { startSandbox } from '../../src/sandbox/server.js';
import { assessmentOutput } from '../../src/schema/assessment.js';
import { tokensOfText } from '../tokens.js';
import { looksAt } from './run.js';
import { SITUATIONS } from './situations.js';

const NOW = new Date('2026-06-01T00:00:00Z');
/** Runs of each situation that go through the tool. */
const SAMPLED = 3;
/** What an answer of experiment-assess may cost a model. */
export const MAX_TOKENS = 1_200;

export interface ToolSample {
  /** Experiments that were assessed through the tool. */
  assessed: number;
  /** Where the tool answered otherwise than the pure functions, or at too great a length. */
  problems: readonly string[];
  longest: number;
}

/** A sample of the simulated experiments as the sandbox serves them, with what the pure functions say of each. */
function sample() {
  const sound = SITUATIONS.filter(({ world }) => world.damage === undefined);
  return sound.flatMap((situation, place) =>
    Array.from({ length: SAMPLED }, (_, at) => {
      const run = [...looksAt(situation, at)].at(-1);
      if (!run) throw new Error(`nobody looks at ${situation.name}`);
      const name = `simulated-${place}-${at}`;
      const { recommendation, variant_key } = assess(run.facts());
      return { situation, scenario: run.scenario(name), expected: `${recommendation} ${variant_key ?? ''}`.trimEnd() };
    }),
  );
}

/** Assesses a sample of the simulated experiments by experiment-assess itself: server, client, HTTP and sandbox. */
export async function throughTheTool(): Promise<ToolSample> {
  const experiments = sample();
  const scenario = scenarioSchema.parse({ experiments: experiments.map((one) => one.scenario) });
  const sandbox = await startSandbox({ scenario, now: () => NOW });
  const redact = createRedactor([sandbox.key]);
  const session = createSession({
    version: '0.0.0',
    openUpstream: async () => ({
      origin: sandbox.url,
      key: sandbox.key,
      project: sandbox.projectId,
      close: async () => {},
    }),
    readOnly: true,
    log: createLog({ level: 'silent', redact }),
    redact,
    now: () => NOW,
    confirm: { mode: 'off', secret: undefined },
    store: undefined,
  });
  const entries = selectTools(CATALOGUE, { toolsets: ['all'], readOnly: true });
  const server = createMcpServer({ version: '0.0.0', entries, call: session.call });
  const client = new Client({ name: 'simulate', version: '1.0.0' });
  const [ours, theirs] = InMemoryTransport.createLinkedPair();
  await Promise.all([server.connect(theirs), client.connect(ours)]);
  const problems: string[] = [];
  let longest = 0;
  try {
    for (const [at, { situation, expected }] of experiments.entries()) {
      const answer = await client.callTool({ name: 'experiment-assess', arguments: { id: at + 1 } });
      const where = `${situation.group}, ${situation.name}`;
      const parsed = assessmentOutput.safeParse(answer.structuredContent);
      const text = answer.content.map((part) => (part.type === 'text' ? part.text : '')).join('\n');
      if (!parsed.success) {
        problems.push(`${where}: no assessment: ${text.slice(0, 200)}`);
        continue;
      }
      const said = `${parsed.data.recommendation} ${parsed.data.variant_key ?? ''}`.trimEnd();
      if (said !== expected) problems.push(`${where}: the tool says ${said}, the pure functions ${expected}`);
      const tokens = tokensOfText(text);
      longest = Math.max(longest, tokens);
      if (tokens >= MAX_TOKENS) problems.push(`${where}: the answer has ${Math.round(tokens)} tokens`);
    }
  } finally {
    await client.close();
    await session.close();
    await sandbox.close();
  }
  return { assessed: experiments.length, problems, longest };
}
