/** The least that a server of the same SDK can be: what it takes to start and to hold is the SDK's and Node's. */
import { McpServer } from '@modelcontextprotocol/server';
import { serveStdio } from '@modelcontextprotocol/server/stdio';
import { z } from 'zod';

serveStdio(() => {
  const server = new McpServer({ name: 'hello', version: '1.0.0' });
  const inputSchema = z.object({ name: z.string().describe('Whom to greet') });
  server.registerTool('hello', { description: 'Says hello.', inputSchema }, ({ name }) => ({
    content: [{ type: 'text', text: `Hello, ${name}.` }],
  }));
  return server;
});
