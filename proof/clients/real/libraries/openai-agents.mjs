import { Agent, MCPServerStdio, run } from '@openai/agents';

const { SERVER, QUESTION } = process.env;
const posthog = new MCPServerStdio({ name: 'posthog', ...JSON.parse(SERVER) });
await posthog.connect();
const agent = new Agent({
  name: 'analyst',
  instructions: 'Help with experiments.',
  mcpServers: [posthog],
  model: 'gpt-5',
});
const { finalOutput } = await run(agent, QUESTION, { maxTurns: 20 });
process.stdout.write(`${finalOutput}\n`);
await posthog.close();
process.exit(0);
