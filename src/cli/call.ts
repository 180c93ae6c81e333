import { ConfigError } from '../errors.js';
import type { Session } from '../mcp/calls/session.js';
import type { ServedTools } from '../mcp/listing/select-tools.js';
import { presentName } from '../tool.js';
import { print } from './print.js';

export interface CallCommand {
  tool: string;
  /** Arguments as typed; `{}` where left out. */
  json: string | undefined;
  signal: AbortSignal;
}

/** One tool call on the path that MCP calls take. Prints the structured content; returns the exit code. */
export async function runCall(command: CallCommand, served: ServedTools, session: Session): Promise<0 | 1> {
  const name = presentName(command.tool);
  if (!served.list.some((entry) => entry.name === name)) {
    throw new ConfigError(`${served.unknown(command.tool)}. The command "tools" lists those that are served.`);
  }
  const answer = await session.call({
    name,
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
      'The arguments of "call" are not valid JSON; quote them for the shell, such as \'{"id": 7}\', or "{\\"id\\": 7}" in cmd.exe.',
    );
  }
  if (value === null || typeof value !== 'object' || Array.isArray(value)) {
    throw new ConfigError('The arguments of "call" must be one JSON object, such as \'{"id": 7}\'.');
  }
  return { ...value };
}
