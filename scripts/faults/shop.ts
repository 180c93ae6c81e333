import { type Sandbox, startSandbox } from '../../src/sandbox/server.js';
import { furnishFor } from '../../test/helpers/furnishings.js';
import { shop } from '../../test/helpers/shop.js';
import { isWrite } from './asked.js';

/** A sandbox of its own for one call, with what the tool needs to succeed. */
export async function openShop(tool: string): Promise<Sandbox> {
  const sandbox = await startSandbox({ scenario: shop });
  furnishFor(tool, { sandbox });
  return sandbox;
}

export interface Writes {
  /** Those that were carried out. */
  done: number;
  /** Kinds, as method and path, that came more than once. */
  repeated: string[];
}

export function writesIn({ requests }: Sandbox): Writes {
  const writes = requests.filter(({ method, path }) => isWrite(method, path));
  const kinds = writes.map(({ method, path }) => `${method} ${path}`);
  return {
    done: writes.filter(({ status }) => status !== null && status < 300).length,
    repeated: [...new Set(kinds.filter((kind, at) => kinds.indexOf(kind) !== at))],
  };
}
