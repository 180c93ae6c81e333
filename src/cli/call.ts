import { ConfigError } from '../errors.js';
import type { CatalogueEntry } from '../mcp/catalogue.js';
import type { Session } from '../mcp/session.js';
import { print } from './print.js';

export interface CallCommand {
  tool: string;
  /** Arguments as typed; `{}` where left out. */
  json: string | undefined;
  signal: AbortSignal;
}

/** One tool call on the path that MCP calls take. Prints the structured content; returns the exit code. */
export async function runCall(
  command: CallCommand,
  entries: readonly CatalogueEntry[],
  session: Session,
): Promise<0 | 1> {
  if (!entries.some((entry) => entry.name === command.tool)) {
    throw new ConfigError(
      `Unknown tool "${command.tool.slice(0, 80)}"; the command "tools" lists those that are served.`,
    );
  }
  const answer = await session.call({
    name: command.tool,
    arguments: parseObject(command.json),
    signal: command.signal,
  });
  await print(`${JSON.stringify(answer.structuredContent, null, 2)}\n`);
  return answer.isError ? 1 : 0;
}

function parseObject(json = '{}'): Record<string, unknown> {
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch {
    throw new ConfigError(
      'The arguments of "call" are not valid JSON; quote them for the shell, such as \'{"id": 7}\'.',
    );
  }
  if (value === null || typeof value !== 'object' || Array.isArray(value)) {
    throw new ConfigError('The arguments of "call" must be one JSON object, such as \'{"id": 7}\'.');
  }
  return { ...value };
}
