// The client of the AI SDK: its newest protocol, tools, a read, an error, and a live call behind a dialog that a person answers.
// node ai-sdk.mjs FOLDER MAIN
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';

const [folder, main] = process.argv.slice(2);
const resolve = createRequire(`${folder}/package.json`).resolve;
const load = (name) => import(pathToFileURL(resolve(name)).href);
const mcp = await load('@ai-sdk/mcp');
const stdio = await load('@ai-sdk/mcp/mcp-stdio');
const Stdio = stdio.StdioMCPTransport ?? stdio.Experimental_StdioMCPTransport;
const transport = new Stdio({ command: process.execPath, args: [main, '--sandbox'], env: { PATH: process.env.PATH } });
const client = await mcp.createMCPClient({ transport, capabilities: { elicitation: {} } });
const dialogs = [];
client.onElicitationRequest(mcp.ElicitationRequestSchema, async (request) => {
  dialogs.push(request.params.message.split('\n')[0]);
  // A person needs longer than a program that answers by itself.
  await new Promise((done) => setTimeout(done, 3000));
  return { action: 'accept', content: {} };
});
const tools = await client.tools();
const call = (name, args) => tools[name].execute(args, { toolCallId: name, messages: [] });
const textOf = ({ content }) => content.map(({ text }) => text).join('\n');
const seen = {
  tools: Object.keys(tools).length,
  read: textOf(await call('experiment-assess', { id: 4 })).split('\n')[1],
  error: textOf(await call('experiment-get', { id: 999 })).split('\n')[0],
  paused: textOf(await call('experiment-pause', { id: 4 })).split('\n')[0],
  dialogs,
};
await client.close();
process.stdout.write(JSON.stringify(seen));
process.exit(0);
