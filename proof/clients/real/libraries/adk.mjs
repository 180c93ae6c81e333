import { InMemoryRunner, LlmAgent, MCPToolset } from '@google/adk';

const { SERVER, QUESTION } = process.env;
const toolset = new MCPToolset({ type: 'StdioConnectionParams', serverParams: JSON.parse(SERVER) });
const agent = new LlmAgent({
  name: 'analyst',
  model: 'gemini-2.5-pro',
  instruction: 'Help with experiments.',
  tools: [toolset],
});
const runner = new InMemoryRunner({ agent, appName: 'analyst' });
const session = await runner.sessionService.createSession({ appName: 'analyst', userId: 'user' });
const newMessage = { role: 'user', parts: [{ text: QUESTION }] };
for await (const { content } of runner.runAsync({ userId: 'user', sessionId: session.id, newMessage }))
  for (const { text } of content?.parts ?? []) if (text) process.stdout.write(`${text}\n`);
await toolset.close?.();
process.exit(0);
