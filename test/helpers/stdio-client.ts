import { Client } from '@modelcontextprotocol/client';
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio';
import { onTestFinished } from 'vitest';
import { BARE_ENV } from './server-process.js';

interface Start {
  command: string;
  args: readonly string[];
  env?: Readonly<Record<string, string>>;
  cwd?: string;
}

/** A client of the server that this command starts. Both end with the test. */
export async function clientOf({ command, args, env = {}, cwd }: Start): Promise<Client> {
  const client = new Client({ name: 'test', version: '1' });
  onTestFinished(() => client.close());
  const all = { ...BARE_ENV, ...env };
  await client.connect(new StdioClientTransport({ command, args: [...args], env: all, cwd, stderr: 'ignore' }));
  return client;
}
