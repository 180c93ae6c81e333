import { type Sandbox, startSandbox } from '../../src/sandbox/server.js';
import { furnishFor } from '../../test/helpers/furnishings.js';
import { sent } from '../../test/helpers/rows.js';
import { shop } from '../../test/helpers/shop.js';

/** A sandbox of its own for one call, with what the tool needs to succeed. */
export async function openShop(tool: string): Promise<Sandbox> {
  const sandbox = await startSandbox({ scenario: shop });
  furnishFor(tool, { sandbox });
  return sandbox;
}

export interface Writes {
  /** Requests that arrived. */
  sent: number;
  /** Those that were carried out. */
  done: number;
  /** Kinds, as method and path, that came more than once. */
  repeated: string[];
}

export function writesIn(sandbox: Sandbox): Writes {
  const kinds = sent({ sandbox }).map(({ request }) => request);
  const isWrite = (method: string, path: string) => method !== 'GET' && !path.endsWith('/query/');
  const done = sandbox.requests.filter(
    ({ method, path, status }) => isWrite(method, path) && status !== null && status < 300,
  );
  const repeated = [...new Set(kinds.filter((kind, at) => kinds.indexOf(kind) !== at))];
  return { sent: kinds.length, done: done.length, repeated };
}
