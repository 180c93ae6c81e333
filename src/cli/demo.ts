import { Client } from '@modelcontextprotocol/client';
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio';
import { VERSION } from '../version.js';
import { CheckFailed, createStage } from './demo/stage.js';
import { playStory } from './demo/story.js';
import { print } from './print.js';
import { openSandbox } from './sandbox.js';

/** Pause after each turn where a person watches, so that it can be read along. Milliseconds. */
const READING_MS = 350;

/**
 * Plays a whole experiment's life: a real MCP client, stdio to this very program as the server, HTTP from there to the
 * sandbox. Everything shown is checked; the exit code is 1 if anything is not so.
 */
export async function runDemo({ fast }: { fast: boolean }): Promise<0 | 1> {
  const sandbox = await openSandbox('demo');
  const client = new Client({ name: 'demo', version: VERSION });
  const transport = new StdioClientTransport({
    command: process.execPath,
    args: [process.argv[1] ?? ''],
    env: {
      POSTHOG_HOST: sandbox.url,
      POSTHOG_PERSONAL_API_KEY: sandbox.key,
      POSTHOG_PROJECT_ID: String(sandbox.projectId),
    },
    stderr: 'inherit',
  });
  const watched = process.stdout.isTTY === true;
  const stage = createStage({
    print,
    colour: watched && process.stdout.hasColors(),
    readingMs: watched && !fast ? READING_MS : 0,
    callTool: (name, args) => client.callTool({ name, arguments: args }),
  });
  try {
    await client.connect(transport);
    await playStory(stage, sandbox);
    return 0;
  } catch (error) {
    if (!(error instanceof CheckFailed)) throw error;
    await print(`\nThe demo is not as it should be: ${error.message}\n`);
    return 1;
  } finally {
    await client.close();
    await sandbox.close();
  }
}
