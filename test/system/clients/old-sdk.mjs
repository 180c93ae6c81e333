// A client on an MCP SDK of its own: connects, lists, reads, meets an error, confirms by token and ends. Prints what it saw.
// node old-sdk.mjs FOLDER_OF_THE_SDK stdio|http|sse MAIN_OR_URL
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

const [folder, kind, target] = process.argv.slice(2);
const sdk = join(folder, 'node_modules/@modelcontextprotocol/sdk');
const dist = existsSync(join(sdk, 'dist/esm/client/index.js')) ? 'dist/esm' : 'dist';
const load = (file) => import(pathToFileURL(join(sdk, dist, 'client', file)).href);

async function transport() {
  if (kind === 'stdio') {
    const { StdioClientTransport } = await load('stdio.js');
    const env = { PATH: process.env.PATH };
    return new StdioClientTransport({ command: process.execPath, args: [target, '--sandbox'], env });
  }
  if (kind === 'http') {
    const { StreamableHTTPClientTransport } = await load('streamableHttp.js');
    return new StreamableHTTPClientTransport(new URL(target));
  }
  const { SSEClientTransport } = await load('sse.js');
  return new SSEClientTransport(new URL(target.replace(/\/mcp$/, '/sse')));
}

const { Client } = await load('index.js');
const client = new Client({ name: 'old', version: '1' }, { capabilities: {} });
await client.connect(await transport());
const call = async (name, args) => {
  const { content, isError } = await client.callTool({ name, arguments: args });
  return { isError: isError === true, text: content[0].text };
};
const id = kind === 'sse' ? 7 : 4;
const { tools } = await client.listTools();
const preview = await call('experiment-pause', { id });
const [, token] = /^confirmation_token: (\S+)/m.exec(preview.text) ?? [];
const seen = {
  tools: tools.length,
  read: (await call('experiment-assess', { id: 4 })).text.split('\n')[1],
  error: await call('experiment-get', { id: 999 }),
  preview: preview.text.split('\n')[0],
  confirmed: (await call('experiment-pause', { id, confirmation_token: token })).text.split('\n')[0],
  prompts: (await client.listPrompts()).prompts.length,
  resources: (await client.listResources()).resources.length,
};
await client.close();
process.stdout.write(JSON.stringify(seen));
process.exit(0);
