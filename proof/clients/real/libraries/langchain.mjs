import { HumanMessage, ToolMessage } from '@langchain/core/messages';
import { MultiServerMCPClient } from '@langchain/mcp-adapters';
import { ChatOpenAI } from '@langchain/openai';

const { SERVER, QUESTION, OPENAI_BASE_URL: baseURL, OPENAI_API_KEY: apiKey } = process.env;
const client = new MultiServerMCPClient({ mcpServers: { posthog: { transport: 'stdio', ...JSON.parse(SERVER) } } });
const tools = await client.getTools();
const model = new ChatOpenAI({ model: 'gpt-4o', apiKey, configuration: { baseURL } }).bindTools(tools);
const messages = [new HumanMessage(QUESTION)];
for (;;) {
  const reply = await model.invoke(messages);
  messages.push(reply);
  if (!reply.tool_calls?.length) break;
  for (const call of reply.tool_calls) {
    const tool = tools.find(({ name }) => name === call.name);
    const failed = ({ message }) => new ToolMessage({ tool_call_id: call.id, content: message, status: 'error' });
    messages.push(await tool.invoke({ ...call, type: 'tool_call' }).catch(failed));
  }
}
process.stdout.write(`${messages.at(-1).content}\n`);
await client.close();
process.exit(0);
