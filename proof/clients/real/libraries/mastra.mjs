import { createOpenAI } from '@ai-sdk/openai';
import { Agent } from '@mastra/core/agent';
import { MCPClient } from '@mastra/mcp';

const { SERVER, QUESTION, OPENAI_BASE_URL: baseURL, OPENAI_API_KEY: apiKey } = process.env;
const client = new MCPClient({ servers: { posthog: JSON.parse(SERVER) } });
const tools = await (client.listTools?.() ?? client.getTools());
const model = createOpenAI({ baseURL, apiKey }).chat('gpt-4o');
const agent = new Agent({ id: 'analyst', name: 'analyst', instructions: 'Help with experiments.', model, tools });
const { text } = await agent.generate(QUESTION, { maxSteps: 20 });
process.stdout.write(`${text}\n`);
await client.disconnect();
process.exit(0);
