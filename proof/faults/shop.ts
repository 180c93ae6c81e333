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

/** How many writes were carried out. */
export function writesDone({ requests }: Sandbox): number {
  const writes = requests.filter(({ method, path }) => isWrite(method, path));
  return writes.filter(({ status }) => status !== null && status < 300).length;
}
